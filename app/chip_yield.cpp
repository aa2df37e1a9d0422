#include "chip_yield.hpp"

#include <limits>
#include <vle/io/files.hpp>

#include "acceptance.hpp"
#include "chip_tables.hpp"
#include "interrupt.hpp"
#include "progress_bar.hpp"
#include "run_options.hpp"
#include "stimulus.hpp"
#include "text_table.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;

/// What is run on every chip.
struct Study {
  EmulatorUri uri;
  ChipRange chips;
  Subject subject;
  std::shared_ptr<const ParameterMap> map;
  Stimulus stimulus;
  RunOptions options;
  std::optional<double> limit;
  std::vector<std::string> judged;  ///< populations; empty: every trace
};

Result<Study> prepare(const Arguments& arguments) {
  Study study;
  const auto uri = parse_backend_uri(arguments.text("--backend"));
  if (!uri) return tl::unexpected(uri.error());
  if (!std::holds_alternative<EmulatorUri>(*uri)) {
    return fail(ErrorCode::kInvalidInput, "--chips takes the ids of emulated chips; choose an emulator: as --backend");
  }
  study.uri = std::get<EmulatorUri>(*uri);
  const auto chips = parse_chips(arguments.text("--chips"));
  if (!chips) return tl::unexpected(chips.error());
  study.chips = *chips;
  if (const auto condition = arguments.find("--accept")) {
    const auto limit = parse_acceptance(*condition);
    if (!limit) return tl::unexpected(limit.error());
    study.limit = *limit;
  }
  if (const auto output = arguments.find("--output"); output && !output->ends_with(".csv")) {
    return fail(ErrorCode::kInvalidInput, "--output: {}: with --chips the distances are written, a row a chip, as .csv",
                *output);
  }
  auto options = read_run_options(arguments);
  if (!options) return tl::unexpected(options.error());
  study.options = std::move(*options);
  auto subject = read_subject(arguments.text("SUBJECT"));
  if (!subject) return tl::unexpected(subject.error());
  study.subject = std::move(*subject);
  auto stimulus = read_stimulus(arguments, study.subject);
  if (!stimulus) return tl::unexpected(stimulus.error());
  study.stimulus = std::move(*stimulus);
  auto device = open_device(*uri, study.subject, arguments.has("--input") ? &study.stimulus : nullptr);
  if (!device) return tl::unexpected(device.error());
  study.map = device->map;
  study.uri.target.clear();  // the map brings it
  if (study.options.recordings.empty()) study.judged = study.subject.outputs();
  return study;
}

Result<Traces> run_twin(const Study& study) {
  const auto twin = make_twin(study.subject, *study.map);
  if (!twin) return tl::unexpected(twin.error());
  auto ideal = (*twin)->run(study.stimulus, study.options);
  if (ideal && ideal->report.interrupted) return fail(ErrorCode::kInterrupted, "interrupted while the ideal twin ran");
  return ideal;
}

/// Distances of the chips that are done, in order.
Result<std::vector<Acceptance>> run_chips(const Study& study, const Traces& ideal) {
  std::vector<Acceptance> results(study.chips.count());
  RunOptions options = study.options;
  options.threads = 1;
  const double limit = study.limit.value_or(std::numeric_limits<double>::infinity());
  ProgressBar bar;
  const auto done = for_each_chip(
      study.chips, study.options.threads, options.stop,
      [&bar](std::int64_t so_far, std::int64_t total) { bar.advance(so_far, total); },
      [&](std::size_t k, std::uint64_t chip) -> Result<> {
        EmulatorUri uri = study.uri;
        uri.chip = chip;
        const auto device = open_device(uri, Subject{nullptr, study.map}, nullptr);
        if (!device) return tl::unexpected(device.error());
        const auto traces = device->backend->run(study.stimulus, options);
        if (!traces) return tl::unexpected(traces.error());
        if (traces->report.interrupted) return {};
        auto judged = judge(*traces, ideal, study.judged, limit);
        if (!judged) return tl::unexpected(judged.error());
        results[k] = std::move(*judged);
        return {};
      });
  if (!done) return tl::unexpected(done.error());
  results.resize(*done);
  return results;
}

/// A signal, or the worst of all, over the chips.
struct Row {
  std::string name;
  SampleSummary summary;
};

std::vector<Row> summarise_signals(const std::vector<Acceptance>& results) {
  std::vector<Row> rows;
  const std::vector<Distance>& signals = results.front().distances;
  for (std::size_t s = 0; s < signals.size(); ++s) {
    std::vector<double> values;
    values.reserve(results.size());
    for (const Acceptance& chip : results) values.push_back(chip.distances[s].nrmse);
    rows.push_back({signals[s].signal, summarise(std::move(values))});
  }
  std::vector<double> worst;
  worst.reserve(results.size());
  for (const Acceptance& chip : results) worst.push_back(chip.worst);
  rows.push_back({"worst", summarise(std::move(worst))});
  return rows;
}

std::string csv_of(const Study& study, const std::vector<Acceptance>& results) {
  std::string csv = "chip,worst";
  for (const Distance& distance : results.front().distances) csv += "," + distance.signal;
  for (std::size_t k = 0; k < results.size(); ++k) {
    csv += fmt::format("\n{},{}", study.chips.first + k, results[k].worst);
    for (const Distance& distance : results[k].distances) csv += fmt::format(",{}", distance.nrmse);
  }
  return csv + "\n";
}

void report_yield(const Study& study, const std::vector<Acceptance>& results, Outcome& outcome, Console& console) {
  std::size_t met = 0;
  for (const Acceptance& chip : results) met += chip.met ? 1 : 0;
  const double share = static_cast<double>(met) / static_cast<double>(results.size());
  const Interval interval = share_interval(met, results.size());
  console.print("yield   {} of {} chips below nrmse {}: {:.1f} % (95 %, Wilson: {:.1f}..{:.1f} %)\n", met,
                results.size(), *study.limit, 100 * share, 100 * interval.low, 100 * interval.high);
  outcome.json["accept"] = {{"limit", *study.limit},
                            {"met", met},
                            {"yield", share},
                            {"yield_95", Json::array({interval.low, interval.high})}};
  if (met < results.size()) outcome.exit_code = ExitCode::kAnswerIsNo;
}

}  // namespace

Result<Outcome> run_over_chips(const Arguments& arguments, Console& console) {
  auto study = prepare(arguments);
  if (!study) return tl::unexpected(study.error());
  const InterruptWatch interrupt;
  study->options.stop = interrupt.token();
  const auto ideal = run_twin(*study);
  if (!ideal) return tl::unexpected(ideal.error());
  const auto results = run_chips(*study, *ideal);
  if (!results) return tl::unexpected(results.error());
  if (results->empty()) return fail(ErrorCode::kInterrupted, "interrupted before the first chip was done");

  const ParameterMap& map = *study->map;
  console.print("network {} on {} of chips {}..{} of target {}, seed {}, {} steps x {} trials\n", map.network_name,
                results->size(), study->chips.first, study->chips.last, map.target.name, study->options.seed,
                study->stimulus.steps, study->stimulus.batch);
  Outcome outcome;
  outcome.json = {{"network_hash", map.network_hash},
                  {"target", map.target.name},
                  {"target_hash", map.target.hash},
                  {"seed", study->options.seed},
                  {"steps", study->stimulus.steps},
                  {"batch", study->stimulus.batch},
                  {"chips", json_of(study->chips, results->size())},
                  {"signals", Json::object()}};
  std::vector<std::string> header{"distance from the ideal twin"};
  for (std::string& name : summary_header()) header.push_back(std::move(name));
  TextTable table(std::move(header));
  for (const Row& row : summarise_signals(*results)) {
    std::vector<std::string> cells{row.name};
    for (std::string& cell : summary_cells(row.summary)) cells.push_back(std::move(cell));
    table.add(std::move(cells));
    (row.name == "worst" ? outcome.json["worst"] : outcome.json["signals"][row.name]) = json_of(row.summary);
  }
  console.write_text(table.text());
  if (const auto output = arguments.find("--output")) {
    if (auto written = write_file(*output, csv_of(*study, *results)); !written) return tl::unexpected(written.error());
    outcome.json["output"] = *output;
    console.print("wrote {}\n", *output);
  }
  if (study->limit) report_yield(*study, *results, outcome, console);
  if (results->size() < study->chips.count()) outcome.exit_code = ExitCode::kInterrupted;
  return outcome;
}

}  // namespace vle::app
