#pragma once

#include <cstdint>
#include <limits>
#include <vle/network/learning.hpp>

namespace vle {

/// Remembers the best loss seen and how many reports since were no improvement.
struct LossWatch {
  double best = std::numeric_limits<double>::infinity();
  std::int64_t stale = 0;

  /// Takes a loss; returns true where it is below the best by more than `min_improvement` of it. NaN never is.
  bool observe(double loss, double min_improvement);
};

/// When to stop: `patience` reported losses in a row without an improvement.
struct EarlyStop {
  std::int64_t patience = 10;
  double min_improvement = 0;  ///< share of the best loss, 0..1
  LossWatch watch;

  /// Takes the loss of a validation; returns true where learning should stop.
  bool should_stop(double loss);
};

/// What a schedule remembers; only kPlateau does.
struct ScheduleState {
  LossWatch watch;
  std::int64_t reductions = 0;
};

/// The factor of a schedule `seconds` of model time after learning began.
double schedule_factor(const ScheduleDescription& schedule, const ScheduleState& state, double seconds);

/// Takes a loss; after `patience` without an improvement kPlateau goes one reduction further.
void report_loss(const ScheduleDescription& schedule, double loss, ScheduleState& state);

}  // namespace vle
