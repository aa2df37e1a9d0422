#include "chip_training.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>
#include <vle/io/files.hpp>
#include <vle/training/learn_on_chip.hpp>
#include <vle/training/train_on_chip.hpp>

#include "calibration_option.hpp"
#include "subject.hpp"
#include "training_report.hpp"

namespace vle::app {
namespace {

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

Result<> write_learned_map(const Arguments& arguments, const ParameterMap& map, Outcome& outcome, Console& console) {
  const auto path = arguments.find("--map");
  if (!path) return {};
  if (auto written = write_map(*path, map); !written) return written;
  outcome.json["map"] = *path;
  console.print("wrote {}\n", *path);
  return {};
}

Result<Outcome> report_host(const Arguments& arguments, const training::ChipTraining& chip, Console& console) {
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
  if (auto written = write_learned_map(arguments, chip.map, outcome, console); !written) {
    return tl::unexpected(written.error());
  }
  return report_training(arguments, chip.training, console, std::move(outcome));
}

/// Options that go with learning by the host alone.
Result<> check_engine_options(const Arguments& arguments) {
  for (const char* option : {"--batch", "--patience", "--checkpoint", "--resume", "--align-every"}) {
    if (!arguments.has(option)) continue;
    return fail(ErrorCode::kInvalidInput, "{} does not go with --plasticity chip, which learns within each trial",
                option);
  }
  return {};
}

Result<Outcome> report_engine(const Arguments& arguments, const Subject& subject,
                              const training::LearnedOnChip& learned, Console& console) {
  training::Training training;
  training.losses = learned.losses;
  training.interrupted = learned.interrupted;
  auto network = training::network_from_chip(*subject.network, learned.map);
  if (!network) return tl::unexpected(network.error());
  training.network = std::move(*network);
  Outcome outcome;
  outcome.json = {{"saturated_accumulators", learned.saturated},
                  {"learning_period_seconds", learned.map.learning.period},
                  {"remarks", learned.map.learning.remarks}};
  console.print("the chip learned by itself, once every {:.4g} s of model time; accumulators met a limit {} times\n",
                learned.map.learning.period, learned.saturated);
  for (const std::string& remark : learned.map.learning.remarks) console.print("note: {}\n", remark);
  if (auto written = write_learned_map(arguments, learned.map, outcome, console); !written) {
    return tl::unexpected(written.error());
  }
  return report_training(arguments, training, console, std::move(outcome));
}

/// The plasticity engine moves weights, but no column gains: they need room to grow.
constexpr double kEngineHeadroom = 2;

Result<Outcome> train_by_engine(const Arguments& arguments, const BackendUri& uri, const Subject& subject,
                                const Stimulus& signals, const training::TrainOptions& options,
                                CompileOptions compiling, Console& console) {
  if (auto checked = check_engine_options(arguments); !checked) return tl::unexpected(checked.error());
  compiling.weight_headroom = kEngineHeadroom;
  const auto device = open_device(uri, subject, &signals, compiling);
  if (!device) return tl::unexpected(device.error());
  training::LearnOnChipOptions learning;
  learning.epochs = options.epochs;
  learning.seed = options.seed;
  learning.every = training::sample_period(*device->map, 1);
  learning.stop = options.stop;
  const auto learned = with_progress([&](auto progress) {
    learning.progress = std::move(progress);
    return training::learn_on_chip(device->map, *device->backend, signals, learning);
  });
  if (!learned) return tl::unexpected(learned.error());
  return report_engine(arguments, subject, *learned, console);
}

Result<Outcome> train_by_host(const Arguments& arguments, const BackendUri& uri, const Subject& subject,
                              const Stimulus& signals, const training::TrainOptions& options,
                              const CompileOptions& compiling, Console& console) {
  const auto device = open_device(uri, subject, &signals, compiling);
  if (!device) return tl::unexpected(device.error());
  auto chip = chip_options(arguments, options);
  chip.host.calibration = compiling.calibration;
  const auto trained = with_progress([&](auto progress) {
    chip.progress = std::move(progress);
    return training::train_on_chip(*subject.network, *device->map, *device->backend, signals, chip);
  });
  if (!trained) return tl::unexpected(trained.error());
  return report_host(arguments, *trained, console);
}

}  // namespace

Result<Outcome> train_with_chip(const Arguments& arguments, const BackendUri& uri, const Lesson& lesson,
                                const training::TrainOptions& options, Console& console) {
  if (options.rule && options.rule->is_exact) {
    return fail(ErrorCode::kUnsupported,
                "--rule is {}; it needs the float reference: give --backend reference:", options.rule->name);
  }
  auto network = options.rule ? training::with_rule(*lesson.network, *options.rule, options.seed)
                              : Result<Network>(*lesson.network);
  if (!network) return tl::unexpected(network.error());
  const Subject subject{std::make_shared<const Network>(std::move(*network)), nullptr};
  const auto calibration = read_calibration_option(arguments, console);
  if (!calibration) return tl::unexpected(calibration.error());
  CompileOptions compiling;
  compiling.calibration = pointer_to(*calibration);
  if (arguments.find("--plasticity") == "chip") {
    return train_by_engine(arguments, uri, subject, lesson.stimulus, options, compiling, console);
  }
  return train_by_host(arguments, uri, subject, lesson.stimulus, options, compiling, console);
}

}  // namespace vle::app
