#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vle/backend/readout.hpp>
#include <vle/io/timeline.hpp>
#include <vle/io/traces.hpp>

#include "../acceptance.hpp"
#include "../calibration_option.hpp"
#include "../chip_yield.hpp"
#include "../interrupt.hpp"
#include "../progress_bar.hpp"
#include "../run_options.hpp"
#include "../run_result.hpp"
#include "../stimulus.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

struct TimedTraces {
  Traces traces;
  double wall_seconds = 0;
};

Result<TimedTraces> run_timed(Backend& backend, const Stimulus& stimulus, RunOptions options) {
  ProgressBar bar;
  if (bar.is_shown()) {
    options.progress = [&bar](std::int64_t done, std::int64_t total) { bar.advance(done, total); };
  }
  const auto start = std::chrono::steady_clock::now();
  auto traces = backend.run(stimulus, options);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  if (!traces) return tl::unexpected(traces.error());
  return TimedTraces{std::move(*traces), wall.count()};
}

/// The limit of --accept, where it is given; refused where there is no chip to judge.
Result<std::optional<double>> acceptance_of(const Arguments& arguments, const BackendUri& uri) {
  const auto condition = arguments.find("--accept");
  if (!condition) return std::optional<double>{};
  const auto limit = parse_acceptance(*condition);
  if (!limit) return tl::unexpected(limit.error());
  if (std::holds_alternative<ReferenceUri>(uri)) {
    return fail(ErrorCode::kInvalidInput, "--accept compares a chip with the reference; choose a chip as --backend");
  }
  return std::optional(*limit);
}

/// Whether traces can be written there, asked before the run and not after it.
Result<> check_trace_file(const std::string& path) {
  const std::filesystem::path file(path);
  if (file.extension() != ".h5" && file.extension() != ".csv") {
    return fail(ErrorCode::kInvalidInput, "--output: {}: traces are written as .h5 or .csv", path);
  }
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return fail(ErrorCode::kIo, "--output: {}: its folder cannot be written to: {}", path, std::strerror(errno));
  }
  return {};
}

Result<Acceptance> accept(const Subject& subject, const Device& device, const Stimulus& stimulus,
                          const RunOptions& options, const Traces& traces, double limit) {
  const auto twin = make_twin(subject, *device.map);
  if (!twin) return tl::unexpected(twin.error());
  const auto ideal = (*twin)->run(stimulus, options);
  if (!ideal) return tl::unexpected(ideal.error());
  if (ideal->report.interrupted) return fail(ErrorCode::kInterrupted, "interrupted while the ideal twin ran");
  return judge(traces, *ideal, options.recordings.empty() ? subject.outputs() : std::vector<std::string>{}, limit);
}

/// Where samples go while the run goes on: an .h5 file takes them as they come, unless they are to be judged.
Result<std::unique_ptr<TraceFile>> open_recording(const Arguments& arguments) {
  const auto output = arguments.find("--output");
  const bool streams = output && std::filesystem::path(*output).extension() == ".h5" && !arguments.has("--accept");
  if (!streams) return std::unique_ptr<TraceFile>();
  return create_trace_file(*output);
}

/// Everything that a run needs, read and loaded.
struct Setup {
  Subject subject;
  Stimulus stimulus;
  Device device;
  RunOptions options;
  std::optional<double> limit;
  std::optional<Calibration> calibration;
};

/// The backend's address, and what else was said of a board.
Result<BackendUri> read_backend(const Arguments& arguments) {
  auto uri = parse_backend_uri(arguments.text("--backend"));
  if (!uri) return uri;
  auto* board = std::get_if<BoardUri>(&*uri);
  for (const char* option : {"--target", "--record-link"}) {
    if (board != nullptr || !arguments.has(option)) continue;
    return fail(ErrorCode::kInvalidInput, "{}: only for boards behind a link; --backend \"{}\" is none", option,
                arguments.text("--backend"));
  }
  if (board == nullptr) return uri;
  board->target = arguments.find("--target").value_or("");
  board->record = arguments.find("--record-link").value_or("");
  return uri;
}

Result<Setup> prepare(const Arguments& arguments, Console& console) {
  const auto uri = read_backend(arguments);
  if (!uri) return tl::unexpected(uri.error());
  const auto limit = acceptance_of(arguments, *uri);
  if (!limit) return tl::unexpected(limit.error());
  if (const auto output = arguments.find("--output")) {
    if (auto checked = check_trace_file(*output); !checked) return tl::unexpected(checked.error());
  }
  auto options = read_run_options(arguments);
  if (!options) return tl::unexpected(options.error());
  constexpr std::int64_t kTimelineSteps = 16;
  if (arguments.has("--timeline")) {
    options->timeline_steps = arguments.count("--timeline-steps").value_or(kTimelineSteps);
  }
  auto subject = read_subject(arguments.text("SUBJECT"));
  if (!subject) return tl::unexpected(subject.error());
  auto stimulus = read_stimulus(arguments, *subject);
  if (!stimulus) return tl::unexpected(stimulus.error());
  auto calibration = read_calibration_option(arguments, console);
  if (!calibration) return tl::unexpected(calibration.error());
  CompileOptions compiling;
  compiling.calibration = pointer_to(*calibration);
  auto device = open_device(*uri, *subject, arguments.has("--input") ? &*stimulus : nullptr, compiling);
  if (!device) return tl::unexpected(device.error());
  return Setup{std::move(*subject),    std::move(*stimulus), std::move(*device), std::move(*options), *limit,
               std::move(*calibration)};
}

/// Writes the timeline where one was asked for.
Result<> save_timeline(const Arguments& arguments, const Traces& traces, Outcome& outcome, Console& console) {
  const auto path = arguments.find("--timeline");
  if (!path) return {};
  if (traces.timeline.intervals.empty()) {
    return fail(ErrorCode::kUnsupported, "--timeline: {} has no clocked units to show", traces.report.backend);
  }
  if (auto written = write_timeline(*path, traces.timeline); !written) return written;
  outcome.json["timeline"] = *path;
  console.print("wrote {}\n", *path);
  return {};
}

}  // namespace

Result<Outcome> run_run(const Arguments& arguments, Console& console) {
  if (auto one = check_calibration_of_one_chip(arguments); !one) return tl::unexpected(one.error());
  if (arguments.has("--chips")) return run_over_chips(arguments, console);
  auto setup = prepare(arguments, console);
  if (!setup) return tl::unexpected(setup.error());
  const InterruptWatch interrupt;
  setup->options.stop = interrupt.token();
  const auto recording = open_recording(arguments);
  if (!recording) return tl::unexpected(recording.error());
  setup->options.sink = recording->get();
  std::optional<Stimulus> corrected;
  if (setup->calibration && setup->device.map) {
    corrected = setup->stimulus;
    correct_targets(*setup->calibration, *setup->device.map, *corrected);
  }
  auto timed = run_timed(*setup->device.backend, corrected ? *corrected : setup->stimulus, setup->options);
  if (!timed) return tl::unexpected(timed.error());
  if (setup->calibration && setup->device.map) {
    correct_readout(*setup->calibration, *setup->device.map, timed->traces);
  }
  const Traces& traces = timed->traces;
  Outcome outcome{ExitCode::kDone, json_of(traces.report, timed->wall_seconds)};
  console.write_text(text_of(traces.report, timed->wall_seconds));
  if (const auto output = arguments.find("--output")) {
    auto written = *recording ? (*recording)->finish(traces) : write_traces(*output, traces);
    if (!written) return tl::unexpected(written.error());
    outcome.json["output"] = *output;
    console.print("wrote {}\n", *output);
  }
  if (auto saved = save_timeline(arguments, traces, outcome, console); !saved) return tl::unexpected(saved.error());
  if (traces.report.interrupted) {
    outcome.exit_code = ExitCode::kInterrupted;
    return outcome;
  }
  if (!setup->limit) return outcome;
  const auto acceptance = accept(setup->subject, setup->device, setup->stimulus, setup->options, traces, *setup->limit);
  if (!acceptance) return tl::unexpected(acceptance.error());
  console.write_text(text_of(*acceptance));
  outcome.json["accept"] = json_of(*acceptance);
  outcome.exit_code = acceptance->met ? ExitCode::kDone : ExitCode::kAnswerIsNo;
  return outcome;
}

}  // namespace vle::app
