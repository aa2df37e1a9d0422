// Compiled once for each instruction set by foreach_target.h, and chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels.cpp"
#include <hwy/foreach_target.h>
// After it, and in this order:
#include <hwy/highway.h>

#include "matrix-inl.hpp"
#include "neuron-inl.hpp"
#include "tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace vle::HWY_NAMESPACE {
namespace {

const float* senders_of(const SweepTables& tables, const SweepProjection& projection) {
  return projection.from_input ? tables.inputs.data() + projection.from * tables.lanes
                               : tables.populations[projection.from].r.data();
}

void sweep(SweepTables& tables, SweepProjection& projection, bool learn) {
  SweepPopulation& to = tables.populations[projection.to];
  ProjectionSignals signals;
  signals.r = senders_of(tables, projection);
  signals.s = to.s.data();
  signals.e = to.e.data();
  if (!projection.from_input) signals.backward = tables.populations[projection.from].backward.data();
  const bool learns = learn && projection.plastic;
  if (!projection.is_dense()) return sweep_sparse(tables, projection, signals, learns);
  if (tables.lanes == 1) return sweep_rows(tables.rates, projection, signals, learns);
  multiply_batch(tables, projection, signals, learns);
}

void advance(SweepTables& tables, bool learn) {
  const bool single = tables.lanes == 1;
  for (SweepPopulation& population : tables.populations) {
    single ? find_errors<false>(population, 1, tables.pole_share)
           : find_errors<true>(population, tables.lanes, tables.pole_share);
  }
  for (SweepProjection& projection : tables.projections) sweep(tables, projection, learn);
  for (SweepPopulation& population : tables.populations) {
    single ? move_membranes<false>(population, 1, tables.pole_share)
           : move_membranes<true>(population, tables.lanes, tables.pole_share);
    if (learn) {
      single ? learn_bias<false>(population, 1, tables.rates.bias)
             : learn_bias<true>(population, tables.lanes, tables.rates.bias);
    }
    if (single) silence_padding(population);
  }
}

}  // namespace
}  // namespace vle::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vle {

HWY_EXPORT(advance);

void advance_sweep(SweepTables& tables, bool learn) {
  HWY_DYNAMIC_DISPATCH(advance)(tables, learn);
}

}  // namespace vle
#endif
