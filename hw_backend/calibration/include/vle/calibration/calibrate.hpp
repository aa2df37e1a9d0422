#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/target/calibration.hpp>

namespace vle::calibration {

/// Names of the routines, in the order in which they run.
[[nodiscard]] std::vector<std::string> routine_names();

struct CalibrateOptions {
  std::vector<std::string> only;       ///< routines to run, with those that they need; empty: all
  std::size_t first_neuron = 0;        ///< of the chip: core * columns + column
  std::size_t last_neuron = SIZE_MAX;  ///< all are measured at once, these are kept
  double effort = 1;                   ///< multiplies repetitions: errors go as its inverse root
  double budget_seconds = 0;           ///< device time; 0: unlimited. What does not fit is left out
  std::uint64_t seed = 0;              ///< of the device's noise, where it can be given
  int threads = 1;
  std::stop_token stop;
  const Calibration* previous = nullptr;  ///< routines whose findings are all there are not repeated
  /// After each routine, with all that was found so far; `done` of `total` routines.
  std::function<void(const Calibration& so_far, const std::string& routine, std::size_t done, std::size_t total)>
      progress;
};

/// What one routine took.
struct RoutineReport {
  std::string name;
  std::int64_t runs = 0;
  double device_seconds = 0;
  double wall_seconds = 0;
};

struct CalibrationOutcome {
  Calibration calibration;
  std::vector<RoutineReport> routines;
  std::vector<std::string> left_out;  ///< for want of budget
  bool interrupted = false;
};

/// Measures a chip through its backend: stimuli in, ADC codes out. Errors: kUnsupported (the device takes no parameter
/// maps, has no chip id, or the target has no fixed size), kInvalidInput (unknown routine, a previous calibration of
/// another chip).
[[nodiscard]] Result<CalibrationOutcome> calibrate(Backend& backend, const Target& target,
                                                   const CalibrateOptions& options);

/// One parameter kind over all its curves: relative deviations from nominal as the chip came, and what is left of them
/// by the curves' own standard errors.
struct KindStatistics {
  ParameterKind kind = ParameterKind::kTauU;
  std::size_t curves = 0;
  std::size_t good = 0;
  double before = 0;  ///< RMS of value / nominal - 1, at the upper end of the codes
  double after = 0;   ///< RMS of the relative standard error there
};
[[nodiscard]] std::vector<KindStatistics> statistics_of(const Calibration& calibration, const Target& target);

/// How far a chip moved between two calibrations, one parameter kind.
struct Drift {
  ParameterKind kind = ParameterKind::kTauU;
  std::size_t curves = 0;
  double rms = 0;          ///< of the relative difference, at the upper end of the codes
  double expected = 0;     ///< what the standard errors of both explain
  std::size_t beyond = 0;  ///< curves that differ by more than 4 standard errors and 1 %
};
[[nodiscard]] std::vector<Drift> compare(const Calibration& before, const Calibration& after);

}  // namespace vle::calibration
