// What targets do in a step of many trials, for one instruction set: included by kernels.cpp once for each.
#if defined(VLE_SWEEP_TARGET_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef VLE_SWEEP_TARGET_INL
#undef VLE_SWEEP_TARGET_INL
#else
#define VLE_SWEEP_TARGET_INL
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <algorithm>

#include "neuron-inl.hpp"
#include "tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace vle::HWY_NAMESPACE {
namespace {

/// error += beta (target - r) of a vector of trials; returns their sums of 1/2 (target - r)^2.
Vector nudge_squared(const float* r, const float* target, float* error, std::size_t neurons, std::size_t lanes,
                     Vector beta) {
  constexpr Wide d;
  Vector loss = hn::Zero(d);
  for (std::size_t k = 0; k < neurons * lanes; k += lanes) {
    const Vector difference = hn::Sub(hn::Load(d, target + k), hn::Load(d, r + k));
    loss = hn::MulAdd(difference, difference, loss);
    hn::Store(hn::MulAdd(beta, difference, hn::Load(d, error + k)), d, error + k);
  }
  return hn::Mul(hn::Set(d, 0.5f), loss);
}

/// error += beta (target - softmax(r)) of a vector of trials; returns their cross entropies.
Vector nudge_entropic(const float* r, const float* target, float* error, std::size_t neurons, std::size_t lanes,
                      Vector beta) {
  constexpr Wide d;
  Vector peak = hn::Load(d, r);
  for (std::size_t k = lanes; k < neurons * lanes; k += lanes) peak = hn::Max(peak, hn::Load(d, r + k));
  Vector sum = hn::Zero(d);
  Vector aimed = hn::Zero(d);
  for (std::size_t k = 0; k < neurons * lanes; k += lanes) {
    const Vector rate = hn::Load(d, r + k);
    sum = hn::Add(sum, hn::Exp(d, hn::Sub(rate, peak)));
    aimed = hn::MulAdd(hn::Load(d, target + k), rate, aimed);
  }
  const Vector scale = hn::Div(hn::Set(d, 1.0f), sum);
  for (std::size_t k = 0; k < neurons * lanes; k += lanes) {
    const Vector share = hn::Mul(scale, hn::Exp(d, hn::Sub(hn::Load(d, r + k), peak)));
    const Vector difference = hn::Sub(hn::Load(d, target + k), share);
    hn::Store(hn::MulAdd(beta, difference, hn::Load(d, error + k)), d, error + k);
  }
  return hn::Sub(hn::Add(peak, hn::Log(d, sum)), aimed);
}

/// Lanes that only pad have beta 0, so no error arises in them.
void nudge(SweepTables& tables) {
  constexpr Wide d;
  const std::size_t lanes = tables.lanes;
  tables.loss = 0;
  for (const SweepOutput& output : tables.outputs) {
    SweepPopulation& population = tables.populations[output.population];
    const float* targets = tables.targets.data() + output.first_channel * lanes;
    for (std::size_t t = 0; t < lanes; t += hn::Lanes(d)) {
      const std::size_t trials = std::min(hn::Lanes(d), tables.batch > t ? tables.batch - t : 0);
      const Vector beta = hn::IfThenElseZero(hn::FirstN(d, trials), hn::Set(d, output.beta));
      const auto nudge_vector = output.entropic ? nudge_entropic : nudge_squared;
      const Vector loss = nudge_vector(population.r.data() + t, targets + t, population.backward.data() + t,
                                       population.neurons, lanes, beta);
      tables.loss += double{hn::GetLane(hn::SumOfLanes(d, hn::Mul(beta, loss)))};
    }
  }
}

}  // namespace
}  // namespace vle::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
