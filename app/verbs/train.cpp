#include <filesystem>
#include <fstream>
#include <sstream>
#include <vle/io/files.hpp>

#include "../backend_uri.hpp"
#include "../chip_training.hpp"
#include "../classification.hpp"
#include "../interrupt.hpp"
#include "../lesson.hpp"
#include "../subject.hpp"
#include "../training_report.hpp"
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

/// On the reference the dynamics learn themselves; with a chip the host does, or the chip's own engine.
Result<> check_plasticity(const Arguments& arguments, bool on_chip) {
  const auto place = arguments.find("--plasticity");
  if (!on_chip && arguments.has("--calibration")) {
    return fail(ErrorCode::kInvalidInput, "--calibration belongs to a chip, and --backend is {}",
                arguments.text("--backend"));
  }
  if (!place) return {};
  if (!on_chip) {
    return fail(ErrorCode::kInvalidInput, "--plasticity is {}; it says who learns with a chip, and --backend is {}",
                *place, arguments.text("--backend"));
  }
  if (*place == "host" || *place == "chip") return {};
  return fail(ErrorCode::kInvalidInput, "--plasticity is {}; a chip is trained by: host, chip", *place);
}

Result<> check_trained_file(const std::string& path) {
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

Result<Outcome> train_on_reference(const Arguments& arguments, const Lesson& lesson, training::TrainOptions options,
                                   Console& console) {
  const auto training = with_progress([&](auto progress) {
    options.progress = std::move(progress);
    return training::train(*lesson.network, lesson.signals(), options);
  });
  if (!training) return tl::unexpected(training.error());
  return report_training(arguments, *training, console);
}

/// Samples with labels, in place of signals with targets.
Result<Outcome> train_classes(const Arguments& arguments, const BackendUri& uri, const training::TrainOptions& options,
                              Console& console) {
  for (const char* other : {"--target-signal", "--patience", "--checkpoint", "--resume", "--map"}) {
    if (arguments.has(other)) return fail(ErrorCode::kInvalidInput, "{} does not go with --labels", other);
  }
  if (arguments.find("--plasticity") == "chip") {
    return fail(ErrorCode::kUnsupported, "--plasticity is chip; samples with labels are learned by the host");
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
  if (auto checked = check_trained_file(arguments.text("--output")); !checked) return tl::unexpected(checked.error());
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
  if (on_chip) return train_with_chip(arguments, *uri, *lesson, *options, console);
  return train_on_reference(arguments, *lesson, std::move(*options), console);
}

}  // namespace vle::app
