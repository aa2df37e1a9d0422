#include <chrono>
#include <filesystem>
#include <vle/calibration/calibrate.hpp>
#include <vle/io/files.hpp>

#include "../backend_uri.hpp"
#include "../interrupt.hpp"
#include "../progress_bar.hpp"
#include "../text_table.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;
using calibration::CalibrateOptions;
using calibration::CalibrationOutcome;

/// The chip of --backend and what it is made of.
struct Bench {
  std::unique_ptr<Backend> backend;
  Target target;
};

Result<Bench> open_bench(const std::string& text) {
  const auto uri = parse_backend_uri(text);
  if (!uri) return tl::unexpected(uri.error());
  const auto* chip = std::get_if<EmulatorUri>(&*uri);
  if (chip == nullptr) return fail(ErrorCode::kUnsupported, "--backend \"{}\": has nothing to calibrate", text);
  auto target = read_target(chip->target);
  if (!target) return tl::unexpected(target.error());
  auto backend = emulator::make_emulator_backend(*target, chip->chip, chip->effects);
  return Bench{std::move(backend), std::move(*target)};
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Result<> read_neurons(const std::string& text, CalibrateOptions& options) {
  const auto dots = text.find("..");
  const auto first = parse_count(text.substr(0, dots));
  const auto last = dots == std::string::npos ? first : parse_count(text.substr(dots + 2));
  if (!first || !last || *first < 0 || *last < *first) {
    return fail(ErrorCode::kInvalidInput, "--neurons \"{}\": it takes A..B, numbers of neurons of the chip from 0",
                text);
  }
  options.first_neuron = static_cast<std::size_t>(*first);
  options.last_neuron = static_cast<std::size_t>(*last);
  return {};
}

Result<CalibrateOptions> read_options(const Arguments& arguments) {
  CalibrateOptions options;
  if (const auto only = arguments.find("--only")) options.only = split_list(*only);
  if (const auto neurons = arguments.find("--neurons")) {
    if (auto read = read_neurons(*neurons, options); !read) return tl::unexpected(read.error());
  }
  options.effort = arguments.number("--effort").value_or(1);
  options.budget_seconds = arguments.number("--budget").value_or(0);
  options.seed = static_cast<std::uint64_t>(arguments.count("--seed").value_or(0));
  options.threads = static_cast<int>(arguments.count("--threads").value_or(1));
  return options;
}

std::string percent(double share) {
  return fmt::format("{:.2f} %", 100 * share);
}

std::size_t dead_neurons(const Calibration& calibration) {
  return static_cast<std::size_t>(
      std::count_if(calibration.curves.begin(), calibration.curves.end(),
                    [](const CalibratedCurve& curve) { return curve.state == CalibrationState::kDead; }));
}

void report(const CalibrationOutcome& outcome, const Target& target, Console& console, Json& json) {
  TextTable routines({"routine", "runs", "device ms", "wall s"});
  json["routines"] = Json::array();
  for (const calibration::RoutineReport& routine : outcome.routines) {
    routines.add({routine.name, std::to_string(routine.runs), fmt::format("{:.2f}", routine.device_seconds * 1e3),
                  fmt::format("{:.2f}", routine.wall_seconds)});
    json["routines"].push_back({{"routine", routine.name},
                                {"runs", routine.runs},
                                {"device_seconds", routine.device_seconds},
                                {"wall_seconds", routine.wall_seconds}});
  }
  TextTable kinds({"parameter", "curves", "good", "spread before", "error after"});
  json["parameters"] = Json::array();
  for (const calibration::KindStatistics& kind : calibration::statistics_of(outcome.calibration, target)) {
    kinds.add({std::string(record_of(kind.kind).name), std::to_string(kind.curves), std::to_string(kind.good),
               percent(kind.before), percent(kind.after)});
    json["parameters"].push_back({{"parameter", record_of(kind.kind).name},
                                  {"curves", kind.curves},
                                  {"good", kind.good},
                                  {"before", kind.before},
                                  {"after", kind.after}});
  }
  const std::size_t dead = dead_neurons(outcome.calibration);
  json["dead_neurons"] = dead;
  json["device_seconds"] = outcome.calibration.device_seconds;
  console.print("{}{}dead neurons {}, device time {:.1f} ms\n", routines.text(), kinds.text(), dead,
                outcome.calibration.device_seconds * 1e3);
  for (const std::string& name : outcome.left_out) {
    console.warn(fmt::format("routine {} was left out: --budget is spent", name));
  }
}

/// Measures the chip again and says what moved; true where nothing did.
bool report_drift(const Calibration& before, const Calibration& after, Console& console, Json& json) {
  TextTable table({"parameter", "curves", "moved (RMS)", "expected", "beyond"});
  json["drift"] = Json::array();
  std::size_t curves = 0;
  std::size_t beyond = 0;
  for (const calibration::Drift& drift : calibration::compare(before, after)) {
    table.add({std::string(record_of(drift.kind).name), std::to_string(drift.curves), percent(drift.rms),
               percent(drift.expected), std::to_string(drift.beyond)});
    json["drift"].push_back({{"parameter", record_of(drift.kind).name},
                             {"curves", drift.curves},
                             {"rms", drift.rms},
                             {"expected", drift.expected},
                             {"beyond", drift.beyond}});
    curves += drift.curves;
    beyond += drift.beyond;
  }
  constexpr double kTolerated = 0.005;  // share of curves: neurons at the edge of what is measured
  const bool holds = static_cast<double>(beyond) <= kTolerated * static_cast<double>(curves);
  json["holds"] = holds;
  console.print("{}the calibration {}\n", table.text(), holds ? "still holds" : "does not hold any more");
  return holds;
}

}  // namespace

Result<Outcome> run_calibrate(const Arguments& arguments, Console& console) {
  auto options = read_options(arguments);
  if (!options) return tl::unexpected(options.error());
  const auto output = arguments.find("--output");
  const auto verified = arguments.find("--verify");
  if (output.has_value() == verified.has_value()) {
    return fail(ErrorCode::kInvalidInput, "calibrate: give -o CAL to measure or --verify CAL to check");
  }
  auto bench = open_bench(arguments.text("--backend"));
  if (!bench) return tl::unexpected(bench.error());
  std::optional<Calibration> earlier;
  const auto earlier_path = verified ? verified : arguments.find("--resume");
  if (earlier_path) {
    auto read = read_calibration(*earlier_path);
    if (!read) return tl::unexpected(read.error());
    const auto own = check_calibration_of(*read, bench->target, bench->backend->info().chip_id);
    if (!own) return tl::unexpected(own.error());
    earlier = std::move(*read);
  }
  if (!verified && earlier) options->previous = &*earlier;
  const InterruptWatch interrupt;
  options->stop = interrupt.token();
  ProgressBar bar;
  Result<> saved;
  options->progress = [&](const Calibration& so_far, const std::string&, std::size_t done, std::size_t total) {
    if (bar.is_shown()) bar.advance(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
    if (output) saved = write_calibration(*output, so_far);
  };
  const auto measured = calibration::calibrate(*bench->backend, bench->target, *options);
  if (!measured) return tl::unexpected(measured.error());
  if (!saved) return tl::unexpected(saved.error());
  Outcome outcome;
  outcome.json = {
      {"target", bench->target.name}, {"target_hash", bench->target.hash}, {"chip_id", measured->calibration.chip_id}};
  report(*measured, bench->target, console, outcome.json);
  if (measured->interrupted) {
    outcome.exit_code = ExitCode::kInterrupted;
    return outcome;
  }
  if (verified) {
    const bool holds = report_drift(*earlier, measured->calibration, console, outcome.json);
    outcome.exit_code = holds ? ExitCode::kDone : ExitCode::kAnswerIsNo;
    return outcome;
  }
  if (auto written = write_calibration(*output, measured->calibration); !written) {
    return tl::unexpected(written.error());
  }
  outcome.json["calibration_hash"] = hash_of(measured->calibration);
  outcome.json["output"] = *output;
  console.print("wrote {}\n", *output);
  return outcome;
}

}  // namespace vle::app
