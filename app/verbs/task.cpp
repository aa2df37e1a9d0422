#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vle/io/files.hpp>
#include <vle/training/task.hpp>

#include "../calibration_option.hpp"
#include "../interrupt.hpp"
#include "../progress_bar.hpp"
#include "../run_options.hpp"
#include "../subject.hpp"
#include "../text_table.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;
using training::TaskRecord;
using training::TaskReport;
using training::TaskRun;

Result<const TaskRecord*> task_of(const std::string& name) {
  if (const TaskRecord* task = training::find_task(name)) return task;
  std::vector<std::string_view> names;
  for (const TaskRecord& task : training::tasks()) names.push_back(task.name);
  return fail(ErrorCode::kInvalidInput, "there is no task \"{}\"; there are: {}", name, fmt::join(names, ", "));
}

/// JSON has no infinity.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of(const TaskRun& run) {
  Json json{{"rule", run.rule},
            {"seed", run.seed},
            {"eta", run.eta},
            {"final_error", number(run.final_error)},
            {"steps_to_gle", run.steps_to_gle ? Json(*run.steps_to_gle) : Json(nullptr)}};
  for (const training::TaskMeasure& measure : run.measures) json[measure.name] = number(measure.value);
  json["curve"] = Json::array();
  for (const double error : run.curve) json["curve"].push_back(number(error));
  return json;
}

void print_runs(const TaskReport& report, Console& console) {
  std::vector<std::string> header{"rule", "seed", "eta", "final error", "steps to GLE's"};
  for (const training::TaskMeasure& measure : report.runs.front().measures) header.push_back(measure.name);
  TextTable table(std::move(header));
  for (const TaskRun& run : report.runs) {
    std::vector<std::string> cells{run.rule, std::to_string(run.seed), fmt::format("{:g}", run.eta),
                                   fmt::format("{:.3g}", run.final_error),
                                   run.steps_to_gle ? std::to_string(*run.steps_to_gle) : std::string("-")};
    for (const training::TaskMeasure& measure : run.measures) cells.push_back(fmt::format("{:.5g}", measure.value));
    table.add(std::move(cells));
  }
  console.print(
      "task {}: {} steps; error: mean square over the variance of the target, final: mean of the last tenth\n{}",
      report.task, report.steps, table.text());
}

std::string csv_of(const TaskReport& report) {
  std::string csv = "rule,seed,eta,steps,error\n";
  for (const TaskRun& run : report.runs) {
    for (std::size_t block = 0; block < run.curve.size(); ++block) {
      csv += fmt::format("{},{},{},{},{}\n", run.rule, run.seed, run.eta, (block + 1) * report.block_steps,
                         run.curve[block]);
    }
  }
  return csv;
}

Json json_of(const TaskReport& report) {
  Json json{{"task", report.task},
            {"steps", report.steps},
            {"block_steps", report.block_steps},
            {"runs", Json::array()},
            {"tries", Json::array()}};
  for (const TaskRun& run : report.runs) json["runs"].push_back(json_of(run));
  for (const TaskRun& run : report.tries) {
    json["tries"].push_back(
        {{"rule", run.rule}, {"seed", run.seed}, {"eta", run.eta}, {"final_error", number(run.final_error)}});
  }
  return json;
}

/// A chip with `network` on it, compiled by `calibration` unless that is null.
Result<training::TaskChip> open_chip(const BackendUri& uri, const Network& network, const Stimulus& profile,
                                     std::shared_ptr<const Calibration> calibration) {
  const Subject subject{std::make_shared<const Network>(network), nullptr};
  CompileOptions compiling;
  compiling.weight_headroom = 1.25;  // the weights go on moving
  compiling.calibration = calibration.get();
  auto device = open_device(uri, subject, &profile, compiling);
  if (!device) return tl::unexpected(device.error());
  return training::TaskChip{std::move(device->backend), std::move(device->map), std::move(calibration)};
}

/// The calibration to compile by; null without --calibration. Refused where nothing is compiled; one of another
/// emulated chip before anything is learned.
Result<std::shared_ptr<const Calibration>> calibration_of(const Arguments& arguments, const BackendUri& uri,
                                                          Console& console) {
  auto calibration = read_calibration_option(arguments, console);
  if (!calibration) return tl::unexpected(calibration.error());
  if (!*calibration) return nullptr;
  if (std::holds_alternative<ReferenceUri>(uri)) {
    return fail(ErrorCode::kInvalidInput,
                "--calibration {}: the reference has no deviations; name the chip that was measured with --backend",
                arguments.text("--calibration"));
  }
  if (const auto* chip = std::get_if<EmulatorUri>(&uri); chip != nullptr && !chip->target.empty()) {
    const auto target = read_target(chip->target);
    if (!target) return tl::unexpected(target.error());
    if (auto own = check_calibration_of(**calibration, *target, chip->chip); !own) return tl::unexpected(own.error());
  }
  return std::make_shared<const Calibration>(std::move(**calibration));
}

}  // namespace

Result<Outcome> run_task(const Arguments& arguments, Console& console) {
  const auto task = task_of(arguments.text("TASK"));
  if (!task) return tl::unexpected(task.error());
  const auto rules = training::parse_rules(arguments.find("--rule").value_or("all"));
  if (!rules) return tl::unexpected(rules.error());
  const auto run_options = read_run_options(arguments);
  if (!run_options) return tl::unexpected(run_options.error());
  const std::int64_t budget = arguments.count("--budget").value_or(3);
  if (budget > static_cast<std::int64_t>(std::size(training::kTaskRates))) {
    return fail(ErrorCode::kInvalidInput, "--budget is {}; there are {} learning rates to try", budget,
                std::size(training::kTaskRates));
  }
  const auto uri = parse_backend_uri(arguments.find("--backend").value_or("reference:"));
  if (!uri) return tl::unexpected(uri.error());
  const auto calibration = calibration_of(arguments, *uri, console);
  if (!calibration) return tl::unexpected(calibration.error());
  const InterruptWatch interrupt;
  ProgressBar bar;
  training::TaskOptions options;
  options.kind = (*task)->kind;
  options.rules = *rules;
  options.seeds = static_cast<std::size_t>(arguments.count("--seeds").value_or(5));
  options.first_seed = run_options->seed;
  options.steps = static_cast<std::size_t>(arguments.count("--steps").value_or(0));
  options.budget = static_cast<std::size_t>(budget);
  options.chip_batches = static_cast<std::size_t>(arguments.count("--chip-batches").value_or(200));
  options.threads = run_options->threads;
  options.stop = interrupt.token();
  options.progress = [&bar](std::int64_t done, std::int64_t total) { bar.advance(done, total); };
  if (!std::holds_alternative<ReferenceUri>(*uri)) {
    options.open_chip = [&uri, &calibration](const Network& network, const Stimulus& profile) {
      return open_chip(*uri, network, profile, *calibration);
    };
  }
  const auto report = training::run_task(options);
  if (!report) return tl::unexpected(report.error());
  print_runs(*report, console);
  Outcome outcome;
  outcome.json = json_of(*report);
  if (const auto path = arguments.find("--csv")) {
    if (auto written = write_file(*path, csv_of(*report)); !written) return tl::unexpected(written.error());
    outcome.json["csv"] = *path;
    console.print("wrote {}\n", *path);
  }
  return outcome;
}

}  // namespace vle::app
