// What learning gathers in a step, for one instruction set: included by kernels.cpp once for each.
#if defined(VLE_SWEEP_GATHER_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef VLE_SWEEP_GATHER_INL
#undef VLE_SWEEP_GATHER_INL
#else
#define VLE_SWEEP_GATHER_INL
#endif

#include <hwy/highway.h>

#include "matrix-inl.hpp"
#include "neuron-inl.hpp"
#include "tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace vle::HWY_NAMESPACE {
namespace {

/// One trial: direction += e r^T.
void gather_rows(SweepProjection& p, const ProjectionSignals& signals) {
  constexpr Wide d;
  const std::size_t columns = padded_to_block(p.columns);
  for (std::size_t i = 0; i < p.rows; ++i) {
    const Vector error = hn::Set(d, signals.e[i]);
    float* row = p.memory.direction.data() + i * p.stride;
    for (std::size_t j = 0; j < columns; j += hn::Lanes(d)) {
      hn::Store(hn::MulAdd(error, hn::Load(d, signals.r + j), hn::Load(d, row + j)), d, row + j);
    }
  }
}

void gather_sparse(const SweepTables& tables, SweepProjection& p, const ProjectionSignals& signals) {
  const std::size_t lanes = tables.lanes;
  for (std::size_t i = 0; i < p.rows; ++i) {
    const float* e = signals.e + i * lanes;
    for (std::size_t k = p.row_start[i]; k < p.row_start[i + 1]; ++k) {
      const float* r = signals.r + std::size_t{p.column[k]} * lanes;
      p.memory.direction[k] += lanes == 1 ? *e * *r : trial_product(e, r, lanes);
    }
  }
}

/// direction += sum over the trials of e r^T.
void gather(SweepTables& tables, SweepProjection& p, const ProjectionSignals& signals) {
  const std::size_t lanes = tables.lanes;
  if (!p.is_dense()) return gather_sparse(tables, p, signals);
  if (lanes == 1) return gather_rows(p, signals);
  if (p.columns >= kSweepBlock) {
    return multiply({signals.e, lanes, 1}, {turned_senders(tables, p, signals, 1), p.stride},
                    {p.memory.direction.data(), p.stride}, p.rows, padded_to_block(p.columns), tables.batch, 1);
  }
  for (std::size_t i = 0; i < p.rows; ++i) {
    for (std::size_t j = 0; j < p.columns; ++j) {
      p.memory.direction[i * p.stride + j] += trial_product(signals.e + i * lanes, signals.r + j * lanes, lanes);
    }
  }
}

/// direction += sum over the trials of e.
void gather_bias(SweepPopulation& p, std::size_t lanes) {
  constexpr Wide d;
  if (p.bias_memory.direction.empty()) return;
  float* direction = p.bias_memory.direction.data();
  if (lanes == 1) {
    for (std::size_t k = 0; k < p.e.size(); k += hn::Lanes(d)) {
      hn::Store(hn::Add(hn::Load(d, p.e.data() + k), hn::Load(d, direction + k)), d, direction + k);
    }
    return;
  }
  for (std::size_t i = 0; i < p.neurons; ++i) {
    Vector sum = hn::Zero(d);
    for (std::size_t k = i * lanes; k < (i + 1) * lanes; k += hn::Lanes(d)) {
      sum = hn::Add(sum, hn::Load(d, p.e.data() + k));
    }
    direction[i] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

/// Products of epsilon, P epsilon and F epsilon (vle/dynamics/gain.hpp) of one vector; F's low pass moves on.
struct GainProducts {
  Vector ee, ep, pp, fe;
};

template <class Coefficient>
GainProducts gain_products(SweepPopulation& p, std::size_t k, Coefficient&& coefficient) {
  constexpr Wide d;
  const Vector epsilon = hn::Load(d, p.epsilon.data() + k);
  const Vector lead = hn::Load(d, p.error_lead.data() + k);
  const Vector low_pass = hn::Load(d, p.gains.low_pass.data() + k);
  const Vector behind = hn::Sub(epsilon, low_pass);
  const Vector filtered = hn::MulAdd(coefficient(p.lead_u), behind, low_pass);
  hn::Store(hn::MulAdd(coefficient(p.a), behind, low_pass), d, p.gains.low_pass.data() + k);
  return {hn::Mul(epsilon, epsilon), hn::Mul(epsilon, lead), hn::Mul(lead, lead), hn::Mul(filtered, epsilon)};
}

void gather_gain_products(SweepPopulation& p, std::size_t lanes) {
  constexpr Wide d;
  if (p.gains.statistics.empty()) return;
  if (lanes == 1) {
    return for_each_vector<false>(p, 1, [&](std::size_t k, auto coefficient) {
      const GainProducts products = gain_products(p, k, coefficient);
      hn::Store(products.ee, d, p.gains.ee.data() + k);
      hn::Store(products.ep, d, p.gains.ep.data() + k);
      hn::Store(products.pp, d, p.gains.pp.data() + k);
      hn::Store(products.fe, d, p.gains.fe.data() + k);
    });
  }
  for (std::size_t i = 0; i < p.neurons; ++i) {
    const auto coefficient = [i](const Floats& c) { return hn::Set(Wide{}, c[i]); };
    GainProducts sum{hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    for (std::size_t k = i * lanes; k < (i + 1) * lanes; k += hn::Lanes(d)) {
      const GainProducts products = gain_products(p, k, coefficient);
      sum.ee = hn::Add(sum.ee, products.ee);
      sum.ep = hn::Add(sum.ep, products.ep);
      sum.pp = hn::Add(sum.pp, products.pp);
      sum.fe = hn::Add(sum.fe, products.fe);
    }
    p.gains.ee[i] = hn::GetLane(hn::SumOfLanes(d, sum.ee));
    p.gains.ep[i] = hn::GetLane(hn::SumOfLanes(d, sum.ep));
    p.gains.pp[i] = hn::GetLane(hn::SumOfLanes(d, sum.pp));
    p.gains.fe[i] = hn::GetLane(hn::SumOfLanes(d, sum.fe));
  }
}

}  // namespace
}  // namespace vle::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
