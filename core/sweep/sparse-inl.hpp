// A projection of chosen synapses, for one instruction set: included by kernels.cpp once for each.
#if defined(VLE_SWEEP_SPARSE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef VLE_SWEEP_SPARSE_INL
#undef VLE_SWEEP_SPARSE_INL
#else
#define VLE_SWEEP_SPARSE_INL
#endif

#include <hwy/highway.h>

#include "matrix-inl.hpp"
#include "neuron-inl.hpp"
#include "tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace vle::HWY_NAMESPACE {
namespace {

/// What a sweep does beside the forward sum.
struct SparseWork {
  bool sends = false;  ///< back
  bool learns = false;
  float rate = 0;
  float keep = 1;
};

/// Synapses `first` to `end` of one receiver, one trial, one after another. Returns sum w r.
float sweep_synapses(SweepProjection& p, const ProjectionSignals& signals, SparseWork work, float e, std::size_t first,
                     std::size_t end) {
  float sum = 0;
  for (std::size_t k = first; k < end; ++k) {
    const std::size_t j = p.column[k];
    const float r = signals.r[j];
    const float weight = p.weights[k];
    const float back = p.sends_back == SendsBack::kOwn ? p.backward[k] : weight;
    sum += weight * r;
    if (work.sends) signals.backward[j] += back * e;
    if (!work.learns) continue;
    p.weights[k] = work.keep * weight + work.rate * (e * r);
    if (p.mirrored) p.backward[k] = work.keep * back + work.rate * (e * r);
  }
  return sum;
}

/// One receiver, one trial, a vector of synapses at a time: its senders differ, so what they get back can be scattered.
float sweep_receiver(SweepProjection& p, const ProjectionSignals& signals, SparseWork work, float e, std::size_t first,
                     std::size_t end) {
  constexpr Wide d;
  const hn::RebindToSigned<Wide> places;
  const Vector error = hn::Set(d, e);
  const Vector change = hn::Set(d, work.rate * e);
  const Vector keep = hn::Set(d, work.keep);
  Vector sum = hn::Zero(d);
  std::size_t k = first;
  for (; k + hn::Lanes(d) <= end; k += hn::Lanes(d)) {
    const auto j = hn::LoadU(places, reinterpret_cast<const std::int32_t*>(p.column.data()) + k);
    const Vector r = hn::GatherIndex(d, signals.r, j);
    const Vector weight = hn::LoadU(d, p.weights.data() + k);
    const Vector back = p.sends_back == SendsBack::kOwn ? hn::LoadU(d, p.backward.data() + k) : weight;
    sum = hn::MulAdd(weight, r, sum);
    if (work.sends) {
      hn::ScatterIndex(hn::MulAdd(back, error, hn::GatherIndex(d, signals.backward, j)), d, signals.backward, j);
    }
    if (!work.learns) continue;
    const Vector step = hn::Mul(change, r);
    hn::StoreU(hn::MulAdd(keep, weight, step), d, p.weights.data() + k);
    if (p.mirrored) hn::StoreU(hn::MulAdd(keep, back, step), d, p.backward.data() + k);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum)) + sweep_synapses(p, signals, work, e, k, end);
}

/// One synapse, all trials of a batch.
void sweep_trials(const SweepTables& tables, SweepProjection& p, const ProjectionSignals& signals, SparseWork work,
                  std::size_t i, std::size_t k) {
  constexpr Wide d;
  const std::size_t lanes = tables.lanes;
  const float* r = signals.r + std::size_t{p.column[k]} * lanes;
  const float* e = signals.e + i * lanes;
  float* s = signals.s + i * lanes;
  float* sent = signals.backward + std::size_t{p.column[k]} * lanes;
  const float weight = p.weights[k];
  const float back = p.sends_back == SendsBack::kOwn ? p.backward[k] : weight;
  const Vector forth = hn::Set(d, weight);
  const Vector returned = hn::Set(d, back);
  Vector product = hn::Zero(d);
  for (std::size_t t = 0; t < lanes; t += hn::Lanes(d)) {
    const Vector rates = hn::Load(d, r + t);
    const Vector errors = hn::Load(d, e + t);
    hn::Store(hn::MulAdd(forth, rates, hn::Load(d, s + t)), d, s + t);
    if (work.sends) hn::Store(hn::MulAdd(returned, errors, hn::Load(d, sent + t)), d, sent + t);
    product = hn::MulAdd(errors, rates, product);
  }
  if (!work.learns) return;
  const float change = work.rate * hn::GetLane(hn::SumOfLanes(d, product));
  p.weights[k] = work.keep * weight + change;
  if (p.mirrored) p.backward[k] = work.keep * back + change;
}

void sweep_sparse(const SweepTables& tables, SweepProjection& p, const ProjectionSignals& signals, bool learns,
                  RowRange rows) {
  const SparseWork work{p.sends_back != SendsBack::kNothing, learns, tables.rates.weights, tables.rates.keep};
  for (std::size_t i = rows.begin; i < rows.end; ++i) {
    const std::size_t end = p.row_start[i + 1];
    if (tables.lanes == 1) {
      signals.s[i] += sweep_receiver(p, signals, work, signals.e[i], p.row_start[i], end);
      continue;
    }
    for (std::size_t k = p.row_start[i]; k < end; ++k) sweep_trials(tables, p, signals, work, i, k);
  }
}

}  // namespace
}  // namespace vle::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
