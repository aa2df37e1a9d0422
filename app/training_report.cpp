#include "training_report.hpp"

#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <utility>
#include <vle/io/files.hpp>

namespace vle::app {
namespace {

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

}  // namespace

Result<Outcome> report_training(const Arguments& arguments, const training::Training& training, Console& console,
                                Outcome outcome) {
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

}  // namespace vle::app
