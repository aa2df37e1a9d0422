// How parameters move, for one instruction set: included by kernels.cpp once for each.
#if defined(VLE_SWEEP_OPTIMISE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef VLE_SWEEP_OPTIMISE_INL
#undef VLE_SWEEP_OPTIMISE_INL
#else
#define VLE_SWEEP_OPTIMISE_INL
#endif

#include <hwy/highway.h>

#include "neuron-inl.hpp"
#include "tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace vle::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// values = keep values + step, with the step of `step_of(k, mean direction)`; the direction starts at 0 again.
template <class StepOf>
void move_all(const SweepUpdate& update, SweepMemory& memory, Floats& values, Floats* mirror, StepOf&& step_of) {
  constexpr Wide d;
  const auto scale = hn::Set(d, update.scale);
  const auto keep = hn::Set(d, update.keep);
  for (std::size_t k = 0; k < memory.direction.size(); k += hn::Lanes(d)) {
    float* direction = memory.direction.data() + k;
    const auto step = step_of(k, hn::Mul(scale, hn::Load(d, direction)));
    hn::Store(hn::Zero(d), d, direction);
    for (Floats* moved : {&values, mirror}) {
      if (moved == nullptr) continue;
      float* at = moved->data() + k;
      hn::Store(hn::MulAdd(keep, hn::Load(d, at), step), d, at);
    }
  }
}

// The steps of vle/dynamics/optimiser.hpp, upwards along the direction rather than down the gradient.
void move(const SweepUpdate& update, SweepMemory& memory, Floats& values, Floats* mirror) {
  using Kind = OptimiserDescription::Kind;
  constexpr Wide d;
  const Vector rate = hn::Set(d, update.rate);
  const Vector first_share = hn::Set(d, update.first_share);
  const auto follow = [&](Floats& mean, std::size_t k, Vector value, Vector share) {
    const Vector before = hn::Load(d, mean.data() + k);
    const Vector now = hn::MulAdd(share, hn::Sub(value, before), before);
    hn::Store(now, d, mean.data() + k);
    return now;
  };
  switch (update.kind) {
    case Kind::kPlain:
      return move_all(update, memory, values, mirror,
                      [&](std::size_t, Vector direction) { return hn::Mul(rate, direction); });
    case Kind::kMomentum:
      return move_all(update, memory, values, mirror, [&](std::size_t k, Vector direction) {
        return hn::Mul(rate, follow(memory.first, k, direction, first_share));
      });
    case Kind::kAdam: {
      const Vector second_share = hn::Set(d, update.second_share);
      const Vector corrected_rate = hn::Set(d, update.rate * update.first_correction);
      const Vector correction = hn::Set(d, update.second_correction);
      const Vector epsilon = hn::Set(d, update.epsilon);
      return move_all(update, memory, values, mirror, [&](std::size_t k, Vector direction) {
        const Vector first = follow(memory.first, k, direction, first_share);
        const Vector second = follow(memory.second, k, hn::Mul(direction, direction), second_share);
        const Vector spread = hn::Add(hn::Sqrt(hn::Mul(second, correction)), epsilon);
        return hn::Div(hn::Mul(corrected_rate, first), spread);
      });
    }
  }
}

}  // namespace
}  // namespace vle::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
