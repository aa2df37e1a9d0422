#include <vle/calibration/calibrate.hpp>
#include <vle/io/files.hpp>

#include "../calibration_bench.hpp"
#include "../calibration_report.hpp"
#include "../interrupt.hpp"
#include "../progress_bar.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

using calibration::CalibrateOptions;
using calibration::CalibrationOutcome;

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

/// Which of the three things the verb shall do, from options that exclude each other.
Result<> check_what_to_do(const Arguments& arguments) {
  const bool merges = arguments.has("--merge");
  if (merges && arguments.has("--backend")) {
    return fail(ErrorCode::kInvalidInput, "calibrate: --merge joins files and measures nothing: leave --backend out");
  }
  if (!merges && !arguments.has("--backend")) {
    return fail(ErrorCode::kInvalidInput,
                "calibrate: give the chip as --backend URI, or files to join as --merge LIST");
  }
  if (arguments.has("--output") == arguments.has("--verify")) {
    return fail(ErrorCode::kInvalidInput, "calibrate: give -o CAL to measure or --verify CAL to check");
  }
  if (arguments.has("--verify") && (merges || arguments.has("--resume"))) {
    return fail(ErrorCode::kInvalidInput, "calibrate: --verify measures anew: leave --merge and --resume out");
  }
  if (arguments.has("--effort") && arguments.has("--budget")) {
    return fail(ErrorCode::kInvalidInput, "calibrate: --budget sets the effort; leave one of --effort, --budget out");
  }
  return {};
}

Result<> write_calibration_file(const std::string& path, const Calibration& calibration, Console& console,
                                Outcome& outcome) {
  if (auto written = write_calibration(path, calibration); !written) return written;
  outcome.json["calibration_hash"] = hash_of(calibration);
  outcome.json["output"] = path;
  console.print("wrote {}\n", path);
  return {};
}

Result<Outcome> merge_files(const Arguments& arguments, Console& console) {
  std::vector<Calibration> parts;
  for (const std::string& path : split_list(arguments.text("--merge"))) {
    auto part = read_calibration(path);
    if (!part) return tl::unexpected(part.error());
    parts.push_back(std::move(*part));
  }
  const auto merged = calibration::merge(std::move(parts));
  if (!merged) return fail(merged.error().code, "--merge {}: {}", arguments.text("--merge"), merged.error().message);
  Outcome outcome;
  outcome.json = {{"target_hash", merged->target_hash},
                  {"chip_id", merged->chip_id},
                  {"parameters", merged->curves.size()},
                  {"offsets", merged->offsets.size()}};
  console.print("{} curves and {} offsets of chip {}\n", merged->curves.size(), merged->offsets.size(),
                merged->chip_id);
  auto written = write_calibration_file(arguments.text("--output"), *merged, console, outcome);
  if (!written) return tl::unexpected(written.error());
  return outcome;
}

/// The file of --verify or --resume, which must be of this chip.
Result<std::optional<Calibration>> read_earlier(const Arguments& arguments, const CalibrationBench& bench) {
  auto path = arguments.find("--verify");
  if (!path) path = arguments.find("--resume");
  if (!path) return std::optional<Calibration>{};
  auto earlier = read_calibration(*path);
  if (!earlier) return tl::unexpected(earlier.error());
  const auto own = check_calibration_of(*earlier, bench.target, bench.backend->info().chip_id);
  if (!own) return fail(own.error().code, "{}: {}", *path, own.error().message);
  return std::optional(std::move(*earlier));
}

/// Measures with a progress bar, and writes what there is after each routine.
Result<CalibrationOutcome> measure(const CalibrationBench& bench, CalibrateOptions options,
                                   const std::optional<std::string>& output) {
  const InterruptWatch interrupt;
  options.stop = interrupt.token();
  ProgressBar bar;
  Result<> saved;
  options.progress = [&](const Calibration& so_far, const std::string&, std::size_t done, std::size_t total) {
    if (bar.is_shown()) bar.advance(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
    if (output) saved = write_calibration(*output, so_far);
  };
  auto measured = calibration::calibrate(*bench.backend, bench.target, options);
  if (measured && !saved) return tl::unexpected(saved.error());
  return measured;
}

Result<> write_report(const Arguments& arguments, const CalibrationOutcome& measured, const Target& target,
                      const std::vector<calibration::Drift>& drifts, Console& console, Outcome& outcome) {
  const auto path = arguments.find("--report");
  if (!path) return {};
  if (auto written = write_file(*path, render_html(calibration_page(measured, target, drifts))); !written) {
    return written;
  }
  outcome.json["report"] = *path;
  console.print("wrote {}\n", *path);
  return {};
}

}  // namespace

Result<Outcome> run_calibrate(const Arguments& arguments, Console& console) {
  if (auto checked = check_what_to_do(arguments); !checked) return tl::unexpected(checked.error());
  if (arguments.has("--merge")) return merge_files(arguments, console);
  auto options = read_options(arguments);
  if (!options) return tl::unexpected(options.error());
  const auto bench = open_calibration_bench(arguments.text("--backend"));
  if (!bench) return tl::unexpected(bench.error());
  const auto earlier = read_earlier(arguments, *bench);
  if (!earlier) return tl::unexpected(earlier.error());
  options->temperature_kelvin = arguments.number("--temperature").value_or(bench->temperature_kelvin);
  const bool verifies = arguments.has("--verify");
  const auto output = arguments.find("--output");
  if (!verifies && *earlier) options->previous = &**earlier;
  const auto measured = measure(*bench, *options, output);
  if (!measured) return tl::unexpected(measured.error());
  Outcome outcome;
  outcome.json = {
      {"target", bench->target.name}, {"target_hash", bench->target.hash}, {"chip_id", measured->calibration.chip_id}};
  print_calibration(*measured, bench->target, console, outcome.json);
  if (measured->interrupted) {
    outcome.exit_code = ExitCode::kInterrupted;
    if (output) console.print("interrupted; --resume {} goes on from the routines that are done\n", *output);
    return outcome;
  }
  std::vector<calibration::Drift> drifts;
  if (verifies) {
    drifts = calibration::compare(**earlier, measured->calibration);
    if (!print_drift(drifts, console, outcome.json)) outcome.exit_code = ExitCode::kAnswerIsNo;
  } else if (auto written = write_calibration_file(*output, measured->calibration, console, outcome); !written) {
    return tl::unexpected(written.error());
  }
  auto reported = write_report(arguments, *measured, bench->target, drifts, console, outcome);
  if (!reported) return tl::unexpected(reported.error());
  return outcome;
}

}  // namespace vle::app
