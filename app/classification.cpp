#include "classification.hpp"

#include <cmath>
#include <numeric>
#include <vle/backend/readout.hpp>
#include <vle/compile/compile.hpp>
#include <vle/io/array.hpp>
#include <vle/io/files.hpp>
#include <vle/training/classify.hpp>

#include "calibration_option.hpp"
#include "run_options.hpp"
#include "subject.hpp"
#include "training_line.hpp"

namespace vle::app {
namespace {

using training::LabelledSamples;

// Samples that the ranges of a chip's signals are taken from.
constexpr std::int64_t kProfiled = 50;

Result<LabelledSamples> read_samples(const std::string& path, const std::string& label_path) {
  auto array = read_array(path);
  if (!array) return tl::unexpected(array.error());
  const auto labels = read_array(label_path);
  if (!labels) return tl::unexpected(labels.error());
  if (array->shape.size() < 2 || array->shape.size() > 3) {
    return fail(ErrorCode::kInvalidInput, "{}: samples x values, or samples x values x channels are wanted", path);
  }
  LabelledSamples samples;
  samples.count = array->shape[0];
  samples.length = array->shape[1];
  samples.channels = array->shape.size() == 3 ? array->shape[2] : 1;
  samples.values = std::move(array->values);
  for (const double label : labels->values) {
    if (label != std::floor(label)) return fail(ErrorCode::kInvalidInput, "{}: {} is no label", label_path, label);
    samples.labels.push_back(static_cast<std::int64_t>(label));
  }
  if (static_cast<std::int64_t>(samples.labels.size()) == samples.count && samples.length > 0) return samples;
  return fail(ErrorCode::kInvalidInput, "{}: has {} labels; {} has {} samples", label_path, samples.labels.size(), path,
              samples.count);
}

Result<std::shared_ptr<const Network>> read_teacher(const Arguments& arguments) {
  const auto path = arguments.find("--teacher");
  if (!path) return std::shared_ptr<const Network>();
  auto network = read_network(*path);
  if (!network) return tl::unexpected(network.error());
  return std::make_shared<const Network>(std::move(*network));
}

Result<training::ClassifyOptions> read_classify_options(const Arguments& arguments, const std::stop_token& stop) {
  const auto run = read_run_options(arguments);
  if (!run) return tl::unexpected(run.error());
  training::ClassifyOptions options;
  options.steps = arguments.count("--steps").value_or(0);
  options.batch = arguments.count("--batch").value_or(options.batch);
  options.epochs = arguments.count("--epochs").value_or(1);
  options.hold_out = arguments.count("--hold-out").value_or(0);
  options.seed = run->seed;
  options.threads = run->threads;
  options.stop = stop;
  auto teacher = read_teacher(arguments);
  if (!teacher) return tl::unexpected(teacher.error());
  options.teacher = std::move(*teacher);
  return options;
}

std::vector<std::int64_t> first_samples(std::int64_t count) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

/// `map` is what the chip holds; null on the reference.
training::SampleTrials shape_of(const Network& network, const LabelledSamples& samples,
                                const training::ClassifyOptions& options, const ParameterMap* map) {
  return {options.steps > 0 ? options.steps : samples.length, network.target_channels(),
          map != nullptr ? training::sample_period(*map, 1) : 1};
}

/// A chip with the network on it, its signals scaled by some of the samples.
Result<Device> open_chip(const Arguments& arguments, const EmulatorUri& uri, const Network& network,
                         const LabelledSamples& samples, const training::ClassifyOptions& classify,
                         const Calibration* calibration) {
  const auto target = read_target(uri.target);
  if (!target) return tl::unexpected(target.error());
  if (calibration != nullptr) {
    if (auto own = check_calibration_of(*calibration, *target, uri.chip); !own) return tl::unexpected(own.error());
  }
  const auto profile = training::make_profile(network, samples, kProfiled,
                                              shape_of(network, samples, classify, nullptr), classify.teacher);
  if (!profile) return tl::unexpected(profile.error());
  const auto ranges = profile_ranges(network, *profile);
  if (!ranges) return tl::unexpected(ranges.error());
  CompileOptions options;
  options.speed_up = arguments.number("--speed-up");
  options.calibration = calibration;
  auto map = compile(network, *target, *ranges, options);
  if (!map) return tl::unexpected(map.error());
  return open_device(uri, {nullptr, std::make_shared<const ParameterMap>(std::move(*map))}, nullptr);
}

/// The share of right answers on the samples of --test-input, where they are given.
Result<std::optional<double>> test(const Arguments& arguments, const Device& device, const Network& network,
                                   const training::ClassifyOptions& options, const Calibration* calibration) {
  const auto path = arguments.find("--test-input");
  if (!path) return std::optional<double>{};
  const auto labels = arguments.find("--test-labels");
  if (!labels) return fail(ErrorCode::kInvalidInput, "--test-input is given without --test-labels");
  const auto samples = read_samples(*path, *labels);
  if (!samples) return tl::unexpected(samples.error());
  const std::string& output = network.populations[static_cast<std::size_t>(network.outputs.front().population)].name;
  training::CorrectTraces correct;
  if (calibration != nullptr) {
    correct = [&](Traces& traces) { correct_readout(*calibration, *device.map, traces); };
  }
  const auto accuracy = training::measure_accuracy(*device.backend, output, *samples, first_samples(samples->count),
                                                   shape_of(network, *samples, options, device.map.get()), correct,
                                                   options.threads, options.stop);
  if (!accuracy) return tl::unexpected(accuracy.error());
  return std::optional(*accuracy);
}

std::string epochs_csv(const training::Classifier& classifier) {
  std::string csv = "epoch,loss,accuracy\n";
  for (std::size_t k = 0; k < classifier.epochs.size(); ++k) {
    csv += fmt::format("{},{},{}\n", k + 1, classifier.epochs[k].loss, classifier.epochs[k].accuracy);
  }
  return csv;
}

Result<> write_results(const Arguments& arguments, const training::Classifier& classifier, Console& console) {
  if (auto written = write_network(arguments.text("--output"), classifier.network); !written) return written;
  console.print("wrote {}\n", arguments.text("--output"));
  const auto csv = arguments.find("--csv");
  if (!csv) return {};
  if (auto written = write_file(*csv, epochs_csv(classifier)); !written) return written;
  console.print("wrote {}\n", *csv);
  return {};
}

Outcome outcome_of(const training::Classifier& classifier, std::optional<double> tested, Console& console) {
  Outcome outcome;
  outcome.exit_code = classifier.interrupted ? ExitCode::kInterrupted : ExitCode::kDone;
  outcome.json = {{"network_hash", classifier.network.hash},
                  {"interrupted", classifier.interrupted},
                  {"epochs", nlohmann::ordered_json::array()}};
  for (const training::ClassifyEpoch& epoch : classifier.epochs) {
    outcome.json["epochs"].push_back({{"loss", epoch.loss}, {"accuracy", epoch.accuracy}});
  }
  if (classifier.lag_steps > 0) {
    outcome.json["lag_steps"] = classifier.lag_steps;
    console.print("outputs come {} steps later on the chip than the teacher's; it waits for them\n",
                  classifier.lag_steps);
  }
  if (classifier.accuracy_before) {
    outcome.json["accuracy_before"] = *classifier.accuracy_before;
    console.print("before learning: {:.2f} % right\n", 100 * *classifier.accuracy_before);
  }
  if (classifier.best_epoch == training::kBeforeLearning) {
    outcome.json["best_epoch"] = 0;
    console.print("none of {} epochs does better; the network is kept as it was\n", classifier.epochs.size());
  } else if (!classifier.epochs.empty()) {
    const auto& best = classifier.epochs[static_cast<std::size_t>(classifier.best_epoch)];
    outcome.json["best_epoch"] = classifier.best_epoch + 1;
    console.print("epoch {} of {} is the best: {:.2f} % right\n", classifier.best_epoch + 1, classifier.epochs.size(),
                  100 * best.accuracy);
  }
  if (tested) {
    outcome.json["test_accuracy"] = *tested;
    console.print("test: {:.2f} % right\n", 100 * *tested);
  }
  if (classifier.interrupted) console.print("interrupted; the best epoch until then is kept\n");
  return outcome;
}

}  // namespace

Result<Outcome> train_on_labels(const Arguments& arguments, const BackendUri& uri, const Network& described,
                                const std::stop_token& stop, Console& console) {
  const auto samples = read_samples(arguments.text("--input"), arguments.text("--labels"));
  if (!samples) return tl::unexpected(samples.error());
  auto options = read_classify_options(arguments, stop);
  if (!options) return tl::unexpected(options.error());
  const Network network = options->teacher ? training::with_squared_error(described) : described;
  TrainingLine line;
  if (line.is_shown()) {
    options->progress = [&line](std::int64_t done, std::int64_t total, double loss) {
      line.advance(done, total, loss);
    };
  }
  if (const auto* reference = std::get_if<ReferenceUri>(&uri))
    options->reference = {reference->substeps, reference->precision};
  const auto calibration = read_calibration_option(arguments, console);
  if (!calibration) return tl::unexpected(calibration.error());
  const auto* chip = std::get_if<EmulatorUri>(&uri);
  auto device = chip != nullptr ? open_chip(arguments, *chip, network, *samples, *options, pointer_to(*calibration))
                                : open_device(uri, {std::make_shared<const Network>(network), nullptr}, nullptr);
  if (!device) return tl::unexpected(device.error());
  training::HostLearnerOptions host;
  host.seed = options->seed;
  host.threads = options->threads;
  host.calibration = pointer_to(*calibration);
  const auto classifier = chip != nullptr ? training::train_classifier_on_chip(network, *device->map, *device->backend,
                                                                               *samples, host, *options)
                                          : training::train_classifier(network, *samples, *options);
  if (!classifier) return tl::unexpected(classifier.error());
  if (chip == nullptr) {
    auto loaded = device->backend->load(std::make_shared<const Network>(classifier->network));
    if (!loaded) return tl::unexpected(loaded.error());
  }
  std::optional<double> tested;
  if (!classifier->interrupted) {
    const auto accuracy = test(arguments, *device, network, *options, host.calibration);
    if (!accuracy) return tl::unexpected(accuracy.error());
    tested = *accuracy;
  }
  if (auto written = write_results(arguments, *classifier, console); !written) return tl::unexpected(written.error());
  return outcome_of(*classifier, tested, console);
}

}  // namespace vle::app
