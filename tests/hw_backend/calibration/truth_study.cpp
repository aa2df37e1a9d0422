// Calibrates emulated chips and compares what was found with their own truth: the figures of docs/calibration.md.
//
//   calibration_truth TARGET FIRST LAST [EFFORT [EFFECTS]]
//
// Ctrl-C ends it behind the chip at hand, with the table of those that were done.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vle/calibration/calibrate.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/io/files.hpp>

#include "agreement.hpp"

namespace {

using namespace vle;
using namespace vle::calibration;

volatile std::sig_atomic_t is_interrupted = 0;

struct Study {
  std::map<CurveKey, Agreement> curves;
  std::map<OffsetKind, Agreement> offsets;
  std::map<ParameterKind, Agreement> drawn;
  Agreement prospective;
  std::map<ParameterKind, Agreement> synapses;
  std::map<std::string, RoutineReport> routines;
  DeadNeurons dead;
  double device_seconds = 0;
  double wall_seconds = 0;
  std::size_t chips = 0;

  void add(const CalibrationOutcome& outcome, const Target& target, std::uint64_t chip) {
    const Calibration& calibration = outcome.calibration;
    for (const auto& [key, agreement] : agreement_of_curves(calibration, target, chip)) curves[key] += agreement;
    for (const auto& [kind, agreement] : agreement_of_offsets(calibration, target, chip)) offsets[kind] += agreement;
    constexpr int kDrawn = 10;
    prospective += agreement_of_prospective_constants(calibration, target, chip, kDrawn);
    for (const ParameterKind kind : {ParameterKind::kTauU, ParameterKind::kTauV}) {
      drawn[kind] += agreement_at_drawn_values(calibration, target, chip, kind, kDrawn);
    }
    for (const ParameterKind array : {ParameterKind::kWeight, ParameterKind::kBackwardWeight}) {
      synapses[array] += agreement_of_synapses(calibration, target, chip, array);
    }
    for (const RoutineReport& routine : outcome.routines) {
      RoutineReport& sum = routines[routine.name];
      sum.runs += routine.runs;
      sum.device_seconds += routine.device_seconds;
      sum.wall_seconds += routine.wall_seconds;
      wall_seconds += routine.wall_seconds;
    }
    const DeadNeurons own = dead_neurons_of(calibration, target, chip);
    dead.real += own.real;
    dead.found += own.found;
    dead.wrongly += own.wrongly;
    device_seconds += calibration.device_seconds;
    ++chips;
  }

  void print() const {
    const auto row = [](const std::string& name, const Agreement& a, double unit) {
      fmt::print("{:24} {:9.0f} {:7.0f} {:10.3f} {:10.3f} {:9.2f} {:9.2f}\n", name, a.count, a.bad,
                 unit * a.rms_before(), unit * a.rms(), 100 * a.coverage(), std::sqrt(a.squared / a.count));
    };
    fmt::print("{:24} {:>9} {:>7} {:>10} {:>10} {:>9} {:>9}\n", "curve, range", "count", "bad", "before %", "after %",
               "within %", "rms z");
    for (const auto& [key, agreement] : curves) {
      row(fmt::format("{} {}", record_of(key.first).name, key.second), agreement, 100);
    }
    for (const auto& [kind, agreement] : drawn) row(fmt::format("{} drawn", record_of(kind).name), agreement, 100);
    row("tau_r drawn", prospective, 100);
    for (const auto& [kind, agreement] : synapses) row(std::string(record_of(kind).name), agreement, 100);
    fmt::print("{:24} {:>9} {:>7} {:>10} {:>10}\n", "offset", "count", "", "before LSB", "after LSB");
    for (const auto& [kind, agreement] : offsets) row(std::string(name_of(kind)), agreement, 1);
    const double per_chip = 1 / static_cast<double>(chips);
    for (const auto& [name, report] : routines) {
      fmt::print("{:24} {:6.1f} runs {:9.2f} ms device {:7.2f} s wall\n", name,
                 static_cast<double>(report.runs) * per_chip, report.device_seconds * per_chip * 1e3,
                 report.wall_seconds * per_chip);
    }
    fmt::print("dead neurons {}, found {}, healthy ones called dead {}\n", dead.real, dead.found, dead.wrongly);
    fmt::print("{} chips; a chip takes {:.3f} s of device time and {:.1f} s\n", chips, device_seconds * per_chip,
               wall_seconds * per_chip);
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "use: calibration_truth TARGET FIRST LAST [EFFORT [EFFECTS]]\n");
    return 2;
  }
  const auto target = read_target(argv[1]);
  if (!target) {
    fmt::print(stderr, "{}\n", target.error().message);
    return 2;
  }
  Study study;
  std::signal(SIGINT, [](int) { is_interrupted = 1; });
  const std::uint64_t last = std::strtoull(argv[3], nullptr, 10);
  for (std::uint64_t chip = std::strtoull(argv[2], nullptr, 10); chip <= last && is_interrupted == 0; ++chip) {
    CalibrateOptions options;
    options.seed = chip + 1;
    if (argc > 4) options.effort = std::strtod(argv[4], nullptr);
    const auto effects = emulator::parse_effects(argc > 5 ? argv[5] : "all");
    if (!effects) {
      fmt::print(stderr, "{}\n", effects.error().message);
      return 2;
    }
    const auto backend = emulator::make_emulator_backend(*target, chip, *effects);
    const auto outcome = calibrate(*backend, *target, options);
    if (!outcome) {
      fmt::print(stderr, "chip {}: {}\n", chip, outcome.error().message);
      return 1;
    }
    study.add(*outcome, *target, chip);
  }
  if (study.chips > 0) study.print();
  return 0;
}
