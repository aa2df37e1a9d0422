#include <vle/training/train.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vle/io/files.hpp>

#include "../backend_uri.hpp"
#include "../interrupt.hpp"
#include "../lesson.hpp"
#include "../network_json.hpp"
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

Result<> check_backend(const Arguments& arguments) {
  const auto uri = parse_backend_uri(arguments.text("--backend"));
  if (!uri) return tl::unexpected(uri.error());
  if (std::holds_alternative<ReferenceUri>(*uri)) return {};
  return fail(ErrorCode::kUnsupported,
              "--backend is {}; training runs on the float reference: give reference:", arguments.text("--backend"));
}

Result<> check_output(const std::string& path) {
  if (path.ends_with(".json")) return {};
  return fail(ErrorCode::kInvalidInput, "{}: the trained network is written as .json", path);
}

Result<training::TrainOptions> read_options(const Arguments& arguments) {
  training::TrainOptions options;
  options.epochs = static_cast<std::size_t>(arguments.count("--epochs").value_or(1));
  options.patience = arguments.count("--patience").value_or(0);
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

std::string losses_csv(const std::vector<double>& losses) {
  std::string csv = "epoch,loss\n";
  for (std::size_t k = 0; k < losses.size(); ++k) csv += fmt::format("{},{}\n", k + 1, losses[k]);
  return csv;
}

Result<Outcome> report(const Arguments& arguments, const training::Training& training, Console& console) {
  Outcome outcome;
  outcome.exit_code = training.interrupted ? ExitCode::kInterrupted : ExitCode::kDone;
  outcome.json = {{"network_hash", training.network.hash},
                  {"epochs", training.losses.size()},
                  {"losses", training.losses},
                  {"interrupted", training.interrupted},
                  {"stopped_early", training.stopped_early}};
  if (!training.losses.empty()) {
    console.print("{} epochs: loss {:.6g} in the first, {:.6g} in the last\n", training.losses.size(),
                  training.losses.front(), training.losses.back());
  }
  if (training.interrupted) console.print("interrupted; what was learned until then is kept\n");
  const auto network = network_json(training.network);
  if (!network) return tl::unexpected(network.error());
  for (const auto& [option, content] : {std::pair<std::string_view, std::string>{"--output", *network},
                                        {"--csv", losses_csv(training.losses)},
                                        {"--checkpoint", training.checkpoint}}) {
    if (auto written = write_option(arguments, option, content, outcome, console); !written) {
      return tl::unexpected(written.error());
    }
  }
  return outcome;
}

}  // namespace

Result<Outcome> run_train(const Arguments& arguments, Console& console) {
  if (auto checked = check_backend(arguments); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_output(arguments.text("--output")); !checked) return tl::unexpected(checked.error());
  auto options = read_options(arguments);
  if (!options) return tl::unexpected(options.error());
  const auto lesson = read_lesson(arguments);
  if (!lesson) return tl::unexpected(lesson.error());
  const InterruptWatch interrupt;
  options->stop = interrupt.token();
  const auto training = [&] {
    TrainingLine line;
    if (line.is_shown()) {
      options->progress = [&line](std::int64_t done, std::int64_t total, double loss) {
        line.advance(done, total, loss);
      };
    }
    return training::train(*lesson->network, lesson->signals(), *options);
  }();
  if (!training) return tl::unexpected(training.error());
  return report(arguments, *training, console);
}

}  // namespace vle::app
