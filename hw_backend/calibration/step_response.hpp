#pragma once

#include <vector>

#include "bench.hpp"
#include "findings.hpp"

namespace vle::calibration {

/// When a square pulse is played to a compartment and when it is looked at. A trial holds the low level until the
/// compartment has settled, then the high level, then the low level again. Where the read-out is slower than the
/// compartment, trials shift the pulse by one step each against the samples: together they see every step.
struct PulsePlan {
  std::int64_t substeps = 1;  ///< of a step
  std::int64_t every = 1;     ///< steps from sample to sample
  std::int64_t lead_in = 1;   ///< steps at the low level
  std::int64_t hold = 1;      ///< steps of each of the two levels after it
  std::int64_t phases = 1;    ///< trials with different shifts
  std::int64_t repeats = 1;   ///< of all phases

  std::int64_t steps() const { return lead_in + phases + 2 * hold; }
  std::int64_t batch() const { return phases * repeats; }
  /// Step at which trial goes up.
  std::int64_t rise(std::int64_t trial) const { return lead_in + trial % phases; }
};

/// For a compartment of nominal time constant `tau` (seconds of chip time) with two signals recorded.
[[nodiscard]] PulsePlan plan_pulse(const Bench& bench, double tau, double effort);

/// Where a sample stands: before the pulse, n sub-steps into its high level, or n sub-steps after it.
struct Moment {
  int edge = 0;  ///< 0: before; 1: high; 2: low again
  std::int64_t substeps = 0;
};

/// Moments of a plan, each once, and the mean of what was recorded then.
struct PulseRecord {
  std::vector<Moment> moments;
  std::vector<double> count;              ///< samples of each moment
  std::vector<std::vector<double>> mean;  ///< [signal][moment * neurons + neuron], LSB
};

/// Plays the pulse, between -amplitude/2 and amplitude/2, on input channel 0 or on target channel 0.
[[nodiscard]] Result<PulseRecord> record_pulse(Bench& bench, const PulsePlan& plan, double amplitude, bool on_target,
                                               const std::vector<Signal>& signals, std::size_t neurons);

}  // namespace vle::calibration
