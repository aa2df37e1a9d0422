// What neurons do in a step, for one instruction set: included by kernels.cpp once for each.
#if defined(VLE_SWEEP_NEURON_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef VLE_SWEEP_NEURON_INL
#undef VLE_SWEEP_NEURON_INL
#else
#define VLE_SWEEP_NEURON_INL
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <algorithm>

#include "tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace vle::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::CappedTag<float, kSweepBlock>;
using Vector = hn::Vec<Wide>;

/// Calls visit(first element, coefficient) for every vector of a population's signals: `coefficient(c)` is what array c
/// holds for these elements.
template <bool kBatched, class Visit>
void for_each_vector(const SweepPopulation& population, std::size_t lanes, Visit&& visit) {
  constexpr Wide d;
  if constexpr (kBatched) {
    for (std::size_t i = 0; i < population.neurons; ++i) {
      const auto coefficient = [i](const Floats& c) { return hn::Set(Wide{}, c[i]); };
      for (std::size_t k = i * lanes; k < (i + 1) * lanes; k += hn::Lanes(d)) visit(k, coefficient);
    }
  } else {
    for (std::size_t k = 0; k < population.u.size(); k += hn::Lanes(d)) {
      visit(k, [k](const Floats& c) { return hn::Load(Wide{}, c.data() + k); });
    }
  }
}

/// epsilon, v, e from what was sent back; then `backward` and `s` are ready to be summed anew.
template <bool kBatched>
void find_errors(SweepPopulation& p, std::size_t lanes, float pole_share) {
  constexpr Wide d;
  const Vector pole = hn::Set(d, pole_share);
  for_each_vector<kBatched>(p, lanes, [&](std::size_t k, auto coefficient) {
    const Vector epsilon = hn::Mul(hn::Load(d, p.backward.data() + k), hn::Load(d, p.phi_prime.data() + k));
    const Vector v = hn::Load(d, p.v.data() + k);
    const Vector behind = hn::Sub(epsilon, v);
    const Vector lead_before = hn::Load(d, p.error_lead.data() + k);
    const Vector lead_now = hn::MulAdd(coefficient(p.lead_v), behind, v);
    const Vector lead = hn::MulAdd(pole, hn::Sub(lead_now, lead_before), lead_before);
    hn::Store(hn::MulAdd(coefficient(p.b), behind, v), d, p.v.data() + k);
    hn::Store(lead, d, p.error_lead.data() + k);
    hn::Store(epsilon, d, p.epsilon.data() + k);
    hn::Store(hn::MulAdd(coefficient(p.g1), lead, hn::Mul(coefficient(p.g0), epsilon)), d, p.e.data() + k);
    hn::Store(hn::Zero(d), d, p.backward.data() + k);
    hn::Store(coefficient(p.bias), d, p.s.data() + k);
  });
}

/// tanh as a quotient of two polynomials in x^2, fitted for the least largest error over 0..9; beyond, tanh is 1 to the
/// last bit. Off by 2.9e-7 of the value at most, a few units in the last place.
Vector tanh_of(Vector x) {
  constexpr Wide d;
  const Vector limit = hn::Set(d, 9.0f);
  const Vector inside = hn::Max(hn::Min(x, limit), hn::Neg(limit));
  const Vector z = hn::Mul(inside, inside);
  Vector over = hn::Set(d, 1.3148649e-8f);
  for (const float c : {2.0445938e-5f, 3.4849966e-3f, 0.13371858f, 0.9999999f})
    over = hn::MulAdd(over, z, hn::Set(d, c));
  Vector under = hn::Set(d, 7.688043e-7f);
  for (const float c : {3.2688016e-4f, 2.5835934e-2f, 0.46705154f, 1.0f}) under = hn::MulAdd(under, z, hn::Set(d, c));
  return hn::Div(hn::Mul(inside, over), under);
}

struct Fired {
  Vector r, slope;
};

Fired fire(Activation activation, Vector x) {
  constexpr Wide d;
  const Vector one = hn::Set(d, 1.0f);
  const Vector half = hn::Set(d, 0.5f);
  const auto sigmoid = [&](Vector at) { return hn::MulAdd(half, tanh_of(hn::Mul(half, at)), half); };
  switch (activation) {
    case Activation::kLinear:
      return {x, one};
    case Activation::kTanh: {
      const Vector r = tanh_of(x);
      return {r, hn::NegMulAdd(r, r, one)};
    }
    case Activation::kSigmoid: {
      const Vector r = sigmoid(x);
      return {r, hn::NegMulAdd(r, r, r)};
    }
    case Activation::kSoftplus: {
      const Vector decayed = hn::Exp(d, hn::Neg(hn::Abs(x)));
      return {hn::Add(hn::Max(x, hn::Zero(d)), hn::Log1p(d, decayed)), sigmoid(x)};
    }
    case Activation::kRelu:
      return {hn::Max(x, hn::Zero(d)), hn::IfThenElseZero(hn::Ge(x, hn::Zero(d)), one)};
    case Activation::kHardSigmoid: {
      const Vector quarter = hn::Set(d, 0.25f);
      const Vector inside = hn::MulAdd(quarter, x, half);
      const auto rising = hn::And(hn::Ge(inside, hn::Zero(d)), hn::Lt(inside, one));
      return {hn::Min(hn::Max(inside, hn::Zero(d)), one), hn::IfThenElseZero(rising, quarter)};
    }
  }
  return {x, one};
}

/// drive, lookahead, u; then r and phi' of this step.
template <bool kBatched>
void move_membranes(SweepPopulation& p, std::size_t lanes, float pole_share) {
  constexpr Wide d;
  const Vector pole = hn::Set(d, pole_share);
  const Vector gamma = hn::Set(d, p.gamma);
  for_each_vector<kBatched>(p, lanes, [&](std::size_t k, auto coefficient) {
    const Vector u = hn::Load(d, p.u.data() + k);
    const Vector input = hn::MulAdd(gamma, hn::Load(d, p.e.data() + k), hn::Load(d, p.s.data() + k));
    const Vector drive = hn::Sub(input, u);
    const Vector lead_before = hn::Load(d, p.lookahead.data() + k);
    const Vector lead_now = hn::MulAdd(coefficient(p.lead_u), drive, u);
    const Vector lead = hn::MulAdd(pole, hn::Sub(lead_now, lead_before), lead_before);
    hn::Store(drive, d, p.drive.data() + k);
    hn::Store(hn::MulAdd(coefficient(p.a), drive, u), d, p.u.data() + k);
    hn::Store(lead, d, p.lookahead.data() + k);
    const Fired fired = fire(p.activation, lead);
    hn::Store(fired.r, d, p.r.data() + k);
    hn::Store(fired.slope, d, p.phi_prime.data() + k);
  });
}

template <bool kBatched>
void learn_bias(SweepPopulation& p, std::size_t lanes, float rate) {
  constexpr Wide d;
  if (rate == 0) return;
  if constexpr (kBatched) {
    for (std::size_t i = 0; i < p.neurons; ++i) {
      Vector sum = hn::Zero(d);
      for (std::size_t k = i * lanes; k < (i + 1) * lanes; k += hn::Lanes(d))
        sum = hn::Add(sum, hn::Load(d, p.e.data() + k));
      p.bias[i] += rate * hn::GetLane(hn::SumOfLanes(d, sum));
    }
  } else {
    for (std::size_t k = 0; k < p.bias.size(); k += hn::Lanes(d)) {
      hn::Store(hn::MulAdd(hn::Set(d, rate), hn::Load(d, p.e.data() + k), hn::Load(d, p.bias.data() + k)), d,
                p.bias.data() + k);
    }
  }
}

/// Neurons that only pad a block must not fire: phi(0) need not be 0.
void silence_padding(SweepPopulation& p) {
  std::fill(p.r.begin() + static_cast<std::ptrdiff_t>(p.neurons), p.r.end(), 0.0f);
}

}  // namespace
}  // namespace vle::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
