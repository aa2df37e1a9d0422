// Compiled once for each instruction set by foreach_target.h, and chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels.cpp"
#include <hwy/foreach_target.h>
// After it, and in this order:
#include <hwy/highway.h>

#include "crew.hpp"
#include "gather-inl.hpp"
#include "matrix-inl.hpp"
#include "neuron-inl.hpp"
#include "optimise-inl.hpp"
#include "sparse-inl.hpp"
#include "tables.hpp"
#include "target-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace vle::HWY_NAMESPACE {
namespace {

const float* senders_of(const SweepTables& tables, const SweepProjection& projection) {
  return projection.from_input ? tables.inputs.data() + projection.from * tables.lanes
                               : tables.populations[projection.from].r.data();
}

void sweep_weights(SweepTables& tables, SweepProjection& projection, const ProjectionSignals& signals, bool learns) {
  const RowRange all{0, projection.rows};
  if (!projection.is_dense()) return sweep_sparse(tables, projection, signals, learns, all);
  if (tables.lanes == 1) return sweep_rows(tables.rates, projection, signals, learns, all);
  multiply_batch(tables, projection, signals, learns);
}

void sweep(SweepTables& tables, SweepProjection& projection, bool learn) {
  SweepPopulation& to = tables.populations[projection.to];
  ProjectionSignals signals;
  signals.r = senders_of(tables, projection);
  signals.s = to.s.data();
  signals.e = to.e.data();
  if (!projection.from_input) signals.backward = tables.populations[projection.from].backward.data();
  const bool learns = learn && projection.plastic;
  sweep_weights(tables, projection, signals, learns && !tables.progress.gathers);
  if (learns && !projection.memory.direction.empty()) gather(tables, projection, signals);
}

/// The share of a part in the receivers of every projection. What it sends back goes into an array of its own.
void sweep_part(SweepTables& tables, std::size_t part, bool learn) {
  Floats& sent = tables.parts[part];
  std::fill(sent.begin(), sent.end(), 0.0f);
  for (SweepProjection& projection : tables.projections) {
    SweepPopulation& to = tables.populations[projection.to];
    ProjectionSignals signals;
    signals.r = senders_of(tables, projection);
    signals.s = to.s.data();
    signals.e = to.e.data();
    if (!projection.from_input) signals.backward = sent.data() + tables.part_places[projection.from];
    const RowRange rows{projection.rows * part / tables.parts.size(),
                        projection.rows * (part + 1) / tables.parts.size()};
    const bool learns = learn && projection.plastic;
    projection.is_dense() ? sweep_rows(tables.rates, projection, signals, learns, rows)
                          : sweep_sparse(tables, projection, signals, learns, rows);
  }
}

// The parts and the order of their sums are fixed, so results do not depend on the number of threads.
void sweep_in_parts(SweepTables& tables, bool learn, Crew& crew) {
  auto work = [&](std::size_t part) { sweep_part(tables, part, learn); };
  crew.run(tables.parts.size(), work);
  constexpr hn::CappedTag<float, kSweepBlock> d;
  for (std::size_t p = 0; p < tables.populations.size(); ++p) {
    Floats& backward = tables.populations[p].backward;
    for (std::size_t k = 0; k < backward.size(); k += hn::Lanes(d)) {
      auto sum = hn::Load(d, backward.data() + k);
      for (const Floats& sent : tables.parts) sum = hn::Add(sum, hn::Load(d, sent.data() + tables.part_places[p] + k));
      hn::Store(sum, d, backward.data() + k);
    }
  }
}

void learn_neurons(SweepTables& tables, SweepPopulation& population) {
  if (tables.progress.gathers) {
    gather_bias(population, tables.lanes);
    gather_gain_products(population, tables.lanes);
  } else if (tables.lanes == 1) {
    learn_bias<false>(population, 1, tables.rates.bias);
  } else {
    learn_bias<true>(population, tables.lanes, tables.rates.bias);
  }
}

void advance(SweepTables& tables, bool learn, Crew& crew) {
  const bool single = tables.lanes == 1;
  for (SweepPopulation& population : tables.populations) {
    single ? find_errors<false>(population, 1, tables.pole_share)
           : find_errors<true>(population, tables.lanes, tables.pole_share);
  }
  if (tables.parts.empty()) {
    for (SweepProjection& projection : tables.projections) sweep(tables, projection, learn);
  } else {
    sweep_in_parts(tables, learn, crew);
  }
  for (SweepPopulation& population : tables.populations) {
    single ? move_membranes<false>(population, 1, tables.pole_share)
           : move_membranes<true>(population, tables.lanes, tables.pole_share);
    if (learn) learn_neurons(tables, population);
    if (single) silence_padding(population);
  }
}

}  // namespace
}  // namespace vle::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vle {

HWY_EXPORT(advance);
HWY_EXPORT(move);
HWY_EXPORT(nudge);

void advance_sweep(SweepTables& tables, bool learn, Crew& crew) {
  HWY_DYNAMIC_DISPATCH(advance)(tables, learn, crew);
}

void nudge_sweep(SweepTables& tables) {
  HWY_DYNAMIC_DISPATCH(nudge)(tables);
}

void move_parameters(const SweepUpdate& update, SweepMemory& memory, Floats& values, Floats* mirror) {
  HWY_DYNAMIC_DISPATCH(move)(update, memory, values, mirror);
}

}  // namespace vle
#endif
