#include <fmt/ranges.h>

#include <vle/training/train_on_chip.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>
#include <vle/io/files.hpp>

#include "../backend_uri.hpp"
#include "../classification.hpp"
#include "../interrupt.hpp"
#include "../lesson.hpp"
#include "../subject.hpp"
#include "../training_line.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

/// The bytes of --resume; empty where it is not given.
Result<std::string> read_checkpoint(const Arguments& arguments) {
  const auto path = arguments.find("--resume");
  if (!path) return std::string();
  std::ifstream file(*path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || std::filesystem::is_directory(*path) || !(bytes << file.rdbuf())) {
    return fail(ErrorCode::kIo, "{}: cannot read the checkpoint", *path);
  }
  return bytes.str();
}

/// Signals are learned by the network's own steps in double precision.
Result<> check_reference(const Arguments& arguments, const BackendUri& uri) {
  const auto* reference = std::get_if<ReferenceUri>(&uri);
  if (reference == nullptr || (reference->substeps == 0 && reference->precision == Precision::kDouble)) return {};
  return fail(ErrorCode::kUnsupported, "--backend is {}; substeps and precision go with --labels",
              arguments.text("--backend"));
}

/// On the reference the dynamics learn themselves; beside a chip somebody has to.
Result<> check_plasticity(const Arguments& arguments, bool on_chip) {
  const auto place = arguments.find("--plasticity");
  if (!on_chip && place) {
    return fail(ErrorCode::kInvalidInput, "--plasticity is {}; it says who learns beside a chip, and --backend is {}",
                *place, arguments.text("--backend"));
  }
  if (!place || *place == "host") return {};
  return fail(ErrorCode::kInvalidInput, "--plasticity is {}; a chip is trained by: host", *place);
}

Result<> check_output(const std::string& path) {
  if (path.ends_with(".json")) return {};
  return fail(ErrorCode::kInvalidInput, "{}: the trained network is written as .json", path);
}

Result<training::TrainOptions> read_options(const Arguments& arguments) {
  training::TrainOptions options;
  options.epochs = static_cast<std::size_t>(arguments.count("--epochs").value_or(1));
  options.patience = arguments.count("--patience").value_or(0);
  options.align_every = arguments.count("--align-every").value_or(0);
  options.seed = static_cast<std::uint64_t>(arguments.count("--seed").value_or(0));
  if (const auto name = arguments.find("--rule")) {
    const auto rules = training::parse_rules(*name);
    if (!rules) return tl::unexpected(rules.error());
    if (rules->size() != 1) return fail(ErrorCode::kInvalidInput, "--rule is {}; training takes one rule", *name);
    options.rule = rules->front();
  }
  auto checkpoint = read_checkpoint(arguments);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  options.resume = std::move(*checkpoint);
  return options;
}

/// A file that was asked for by an option: its content, written and reported.
Result<> write_option(const Arguments& arguments, std::string_view option, const std::string& content, Outcome& outcome,
                      Console& console) {
  const auto path = arguments.find(option);
  if (!path) return {};
  if (auto written = write_file(*path, content); !written) return written;
  outcome.json[std::string(option.substr(2))] = *path;
  console.print("wrote {}\n", *path);
  return {};
}

/// A row an epoch: the loss, the mismatch of every population, and the cosines where they were measured.
std::string curves_csv(const training::Training& training) {
  std::string csv = "epoch,loss";
  if (!training.mismatch.empty()) {
    for (const Population& population : training.network.populations) csv += ",mismatch " + population.name;
  }
  const auto& aligned = training.alignment;
  if (!aligned.empty()) {
    for (const training::AlignmentRow& row : aligned.front().rows) {
      csv += fmt::format(",cosine {} {}", row.population, name_of(row.kind));
    }
  }
  csv += "\n";
  auto next = aligned.begin();
  for (std::size_t k = 0; k < training.losses.size(); ++k) {
    csv += fmt::format("{},{}", k + 1, training.losses[k]);
    if (k < training.mismatch.size()) csv += fmt::format(",{}", fmt::join(training.mismatch[k], ","));
    if (next != aligned.end() && next->epoch == k + 1) {
      for (const training::AlignmentRow& row : (next++)->rows) csv += fmt::format(",{}", row.cosine);
    } else if (!aligned.empty()) {
      csv += std::string(aligned.front().rows.size(), ',');
    }
    csv += "\n";
  }
  return csv;
}

/// Adds the curves beside the loss, as far as there are any.
void add_curves(const training::Training& training, Outcome& outcome) {
  for (std::size_t p = 0; p < training.network.populations.size() && !training.mismatch.empty(); ++p) {
    auto& curve = outcome.json["mismatch"][training.network.populations[p].name];
    for (const std::vector<double>& epoch : training.mismatch) curve.push_back(epoch[p]);
  }
  for (const training::EpochAlignment& epoch : training.alignment) {
    for (const training::AlignmentRow& row : epoch.rows) {
      outcome.json["alignment"].push_back({{"epoch", epoch.epoch},
                                           {"population", row.population},
                                           {"parameter", std::string(name_of(row.kind))},
                                           {"cosine", row.cosine},
                                           {"norm_ratio", row.norm_ratio}});
    }
  }
}

Result<Outcome> report(const Arguments& arguments, const training::Training& training, Console& console,
                       Outcome outcome = {}) {
  outcome.exit_code = training.interrupted ? ExitCode::kInterrupted : ExitCode::kDone;
  outcome.json["network_hash"] = training.network.hash;
  outcome.json["epochs"] = training.losses.size();
  outcome.json["losses"] = training.losses;
  add_curves(training, outcome);
  outcome.json["interrupted"] = training.interrupted;
  outcome.json["stopped_early"] = training.stopped_early;
  if (!training.losses.empty()) {
    console.print("{} epochs: loss {:.6g} in the first, {:.6g} in the last\n", training.losses.size(),
                  training.losses.front(), training.losses.back());
  }
  if (training.interrupted) console.print("interrupted; what was learned until then is kept\n");
  const auto network = network_text(training.network, arguments.text("--output"));
  if (!network) return tl::unexpected(network.error());
  for (const auto& [option, content] : {std::pair<std::string_view, std::string>{"--output", *network},
                                        {"--csv", curves_csv(training)},
                                        {"--checkpoint", training.checkpoint}}) {
    if (auto written = write_option(arguments, option, content, outcome, console); !written) {
      return tl::unexpected(written.error());
    }
  }
  return outcome;
}

/// Runs `train` with a line of progress, which it is given the means to move.
template <class Train>
auto with_progress(Train&& train) {
  TrainingLine line;
  std::function<void(std::int64_t, std::int64_t, double)> progress;
  if (line.is_shown()) {
    progress = [&line](std::int64_t done, std::int64_t total, double loss) { line.advance(done, total, loss); };
  }
  return train(std::move(progress));
}

Result<Outcome> train_on_reference(const Arguments& arguments, const Lesson& lesson, training::TrainOptions options,
                                   Console& console) {
  const auto training = with_progress([&](auto progress) {
    options.progress = std::move(progress);
    return training::train(*lesson.network, lesson.signals(), options);
  });
  if (!training) return tl::unexpected(training.error());
  return report(arguments, *training, console);
}

training::ChipTrainOptions chip_options(const Arguments& arguments, const training::TrainOptions& options) {
  training::ChipTrainOptions chip;
  chip.epochs = options.epochs;
  chip.batch = static_cast<std::size_t>(arguments.count("--batch").value_or(0));
  chip.patience = options.patience;
  chip.resume = options.resume;
  chip.host.seed = options.seed;
  chip.host.threads = static_cast<int>(
      arguments.count("--threads").value_or(std::max<std::int64_t>(std::thread::hardware_concurrency(), 1)));
  chip.stop = options.stop;
  return chip;
}

Result<Outcome> report_chip(const Arguments& arguments, const training::ChipTraining& chip, Console& console) {
  Outcome outcome;
  outcome.json = {{"trials", chip.counts.trials},
                  {"registers_written", chip.counts.registers_written},
                  {"device_seconds", chip.counts.device_seconds},
                  {"saturated_parameters", chip.saturated}};
  console.print("{} trials on the chip, {:.4g} s of its time; {} registers written\n", chip.counts.trials,
                chip.counts.device_seconds, chip.counts.registers_written);
  for (const auto& [kind, count] : chip.saturated) {
    console.print("{} of {} {} at the end of the range\n", count, kind, count == 1 ? "value" : "values");
  }
  if (const auto path = arguments.find("--map")) {
    if (auto written = write_map(*path, chip.map); !written) return tl::unexpected(written.error());
    outcome.json["map"] = *path;
    console.print("wrote {}\n", *path);
  }
  return report(arguments, chip.training, console, std::move(outcome));
}

/// The rule decides what is compiled: B has its own array, and gains their codes.
Result<Outcome> train_chip(const Arguments& arguments, const BackendUri& uri, const Lesson& lesson,
                           const training::TrainOptions& options, Console& console) {
  if (options.rule && options.rule->is_exact) {
    return fail(ErrorCode::kUnsupported,
                "--rule is {}; it needs the float reference: give --backend reference:", options.rule->name);
  }
  auto network = options.rule ? training::with_rule(*lesson.network, *options.rule, options.seed)
                              : Result<Network>(*lesson.network);
  if (!network) return tl::unexpected(network.error());
  const Subject subject{std::make_shared<const Network>(std::move(*network)), nullptr};
  const auto device = open_device(uri, subject, &lesson.stimulus);
  if (!device) return tl::unexpected(device.error());
  auto chip = chip_options(arguments, options);
  const auto trained = with_progress([&](auto progress) {
    chip.progress = std::move(progress);
    return training::train_on_chip(*subject.network, *device->map, *device->backend, lesson.stimulus, chip);
  });
  if (!trained) return tl::unexpected(trained.error());
  return report_chip(arguments, *trained, console);
}

/// Samples with labels, in place of signals with targets.
Result<Outcome> train_classes(const Arguments& arguments, const BackendUri& uri, const training::TrainOptions& options,
                              Console& console) {
  for (const char* other : {"--target-signal", "--patience", "--checkpoint", "--resume", "--map"}) {
    if (arguments.has(other)) return fail(ErrorCode::kInvalidInput, "{} does not go with --labels", other);
  }
  if (options.rule && options.rule->is_exact) {
    return fail(ErrorCode::kUnsupported, "--rule is {}; samples are learned by local rules", options.rule->name);
  }
  auto network = read_network(arguments.text("NETWORK"));
  if (!network) return tl::unexpected(network.error());
  if (options.rule) network = training::with_rule(std::move(*network), *options.rule, options.seed);
  if (!network) return tl::unexpected(network.error());
  const InterruptWatch interrupt;
  return train_on_labels(arguments, uri, *network, interrupt.token(), console);
}

}  // namespace

Result<Outcome> run_train(const Arguments& arguments, Console& console) {
  const auto uri = parse_backend_uri(arguments.text("--backend"));
  if (!uri) return tl::unexpected(uri.error());
  const bool on_chip = !std::holds_alternative<ReferenceUri>(*uri);
  if (auto checked = check_plasticity(arguments, on_chip); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_output(arguments.text("--output")); !checked) return tl::unexpected(checked.error());
  auto options = read_options(arguments);
  if (!options) return tl::unexpected(options.error());
  if (arguments.has("--labels")) return train_classes(arguments, *uri, *options, console);
  if (auto checked = check_reference(arguments, *uri); !checked) return tl::unexpected(checked.error());
  if (!arguments.has("--target-signal")) {
    return fail(ErrorCode::kInvalidInput, "neither --target-signal nor --labels is given; nothing says what to learn");
  }
  const auto lesson = read_lesson(arguments);
  if (!lesson) return tl::unexpected(lesson.error());
  const InterruptWatch interrupt;
  options->stop = interrupt.token();
  if (on_chip) return train_chip(arguments, *uri, *lesson, *options, console);
  return train_on_reference(arguments, *lesson, std::move(*options), console);
}

}  // namespace vle::app
