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
/// Those that run where none is asked for: the others measure what the target says is not there.
[[nodiscard]] std::vector<std::string> usual_routine_names(const Target& target);

struct CalibrateOptions {
  std::vector<std::string> only;       ///< routines to run, with those that they need; empty: all
  std::size_t first_neuron = 0;        ///< of the chip: core * columns + column
  std::size_t last_neuron = SIZE_MAX;  ///< all are measured at once, these are kept
  double effort = 1;                   ///< multiplies repetitions: errors go as its inverse root
  /// Device time; 0: unlimited. The effort is lowered until all fits; what does not even fit then is left out.
  double budget_seconds = 0;
  double temperature_kelvin = 0;  ///< of the chip, for the file to tell; 0: the target's nominal one
  std::uint64_t seed = 0;         ///< of the device's noise, where it can be given
  int threads = 1;
  std::stop_token stop;
  const Calibration* previous = nullptr;  ///< routines that it holds for all neurons asked for are not repeated
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
  double effort = 1;  ///< that was spent
  std::vector<RoutineReport> routines;
  std::vector<std::string> left_out;  ///< for want of budget
  std::vector<std::string> repeated;  ///< because the drift check saw the chip move
  std::vector<std::string> drifting;  ///< signals that moved again while routines were repeated
  bool interrupted = false;
};

/// Measures a chip through its backend: stimuli in, ADC codes out. Errors: kUnsupported (the device takes no parameter
/// maps, has no chip id, or the target has no fixed size), kInvalidInput (unknown routine, a previous calibration of
/// another chip).
[[nodiscard]] Result<CalibrationOutcome> calibrate(Backend& backend, const Target& target,
                                                   const CalibrateOptions& options);

/// One calibration of what several hold of the same chip; of what is there twice the newer one stands. It is as old as
/// the oldest. Errors (kInvalidInput): none given, or of several chips or targets.
[[nodiscard]] Result<Calibration> merge(std::vector<Calibration> parts);

/// One range of one kind of parameter over all neurons, at the end of the range that it is there for: the slowest time
/// constant, the largest gain. Relative.
struct RangeStatistics {
  ParameterKind kind = ParameterKind::kTauU;
  int range = 0;
  std::size_t curves = 0;
  std::size_t good = 0;
  double before = 0;      ///< RMS of value / nominal - 1
  double after = 0;       ///< RMS of the standard error
  double residual = 0;    ///< RMS of measured - fitted
  double resolution = 0;  ///< RMS distance of a value from the nearest code, which no calibration goes below
};
[[nodiscard]] std::vector<RangeStatistics> statistics_of(const Calibration& calibration, const Target& target);

/// What was found of the slope, or of the amplitude, of rate circuits. Relative.
struct RateCircuitStatistics {
  std::string name;  ///< slope, amplitude
  std::size_t count = 0;
  double before = 0;  ///< RMS of value - 1
  double after = 0;   ///< RMS of the standard error
};
/// Empty where they were not measured.
[[nodiscard]] std::vector<RateCircuitStatistics> rate_statistics_of(const Calibration& calibration);

/// What is worst about one neuron: it is dead, a range is not usable, or the range with the largest relative error.
struct WorstNeuron {
  std::uint32_t core = 0;
  std::uint32_t column = 0;
  CalibrationState state = CalibrationState::kGood;
  ParameterKind kind = ParameterKind::kTauU;
  int range = 0;
  double error = 0;      ///< relative standard error
  double deviation = 0;  ///< value / nominal - 1
};
/// The `count` worst, the worst first.
[[nodiscard]] std::vector<WorstNeuron> worst_neurons(const Calibration& calibration, const Target& target,
                                                     std::size_t count);

/// How far a chip moved between two calibrations: one kind of parameter, relative; one kind of offset, full scales; or
/// the dead neurons, of which `count` were known and `beyond` are new.
struct Drift {
  std::string name;
  std::size_t count = 0;
  double rms = 0;          ///< of the differences
  double expected = 0;     ///< what the standard errors of both explain
  std::size_t beyond = 0;  ///< elements that differ by more than 4 standard errors and 1 %
};
[[nodiscard]] std::vector<Drift> compare(const Calibration& before, const Calibration& after);

}  // namespace vle::calibration
