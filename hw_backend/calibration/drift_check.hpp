#pragma once

#include <set>
#include <vector>

#include "bench.hpp"

namespace vle::calibration {

/// What the same probe answers, to tell later whether the chip is still as it was: levels of input and target at rest,
/// which see gains and offsets, and levels that change faster than the compartments follow, which see time constants.
struct DriftSnapshot {
  std::vector<Signal> signals;
  std::vector<LevelMeans> at_rest;  ///< by signal
  std::vector<LevelMeans> moving;
};
[[nodiscard]] Result<DriftSnapshot> look_for_drift(Bench& bench);

/// Signals of which more than one neuron in two hundred answers otherwise than before, by more than half an LSB of the
/// read-out and 5 standard errors.
[[nodiscard]] std::set<Signal> moved_signals(const DriftSnapshot& before, const DriftSnapshot& after);

}  // namespace vle::calibration
