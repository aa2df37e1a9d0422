#pragma once

#include <vector>

#include "bench.hpp"

namespace vle::calibration {

/// Where an answer goes in: an input channel, and with it the membranes, or a target channel, and with it the errors.
enum class Entry { kInput, kTarget };

/// A square wave played to a compartment, and when it is looked at. The period and the interval between samples have no
/// common divisor, so that samples see every step of the wave, however slow the read-out (equivalent-time sampling).
struct SquarePlan {
  std::int64_t substeps = 1;  ///< of a step
  std::int64_t every = 1;     ///< steps from sample to sample
  std::int64_t high = 1;      ///< steps of the high level
  std::int64_t low = 1;       ///< steps of the low level
  std::int64_t start = 0;     ///< step of the wave that a trial begins with, where the compartment passes 0
  std::int64_t skipped = 0;   ///< samples of a trial while the compartment still settles
  std::int64_t samples = 1;   ///< of a trial, behind those
  std::int64_t trials = 1;

  std::int64_t period() const { return high + low; }
  std::int64_t steps() const { return (skipped + samples - 1) * every + 1; }
  /// Step of the wave, 0 for the first one at the high level, at which kept sample `k` of a trial is taken.
  std::int64_t moment(std::int64_t k) const { return ((skipped + k) * every + start) % period(); }
};

/// For a compartment of nominal time constant `tau` (seconds of chip time), `signals` recorded, about `wanted` samples
/// of each over all trials.
[[nodiscard]] SquarePlan plan_square(const Bench& bench, double tau, std::int64_t signals, double wanted);

/// Means over all samples taken at the same step of the wave.
struct SquareRecord {
  std::vector<std::int64_t> moments;      ///< steps of the wave that were seen, ascending
  std::vector<double> count;              ///< samples of each
  std::vector<std::vector<double>> mean;  ///< [signal][moment * neurons + neuron], LSB
  std::vector<std::size_t> order;         ///< of a trial, sample by sample: index into `moments`
};

/// Plays the wave, between -amplitude/2 and amplitude/2, on channel 0.
[[nodiscard]] Result<SquareRecord> record_square(Bench& bench, const SquarePlan& plan, double amplitude, Entry entry,
                                                 const std::vector<Signal>& signals, std::size_t neurons);

}  // namespace vle::calibration
