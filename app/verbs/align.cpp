#include <fmt/ranges.h>

#include <algorithm>
#include <vle/io/files.hpp>
#include <vle/training/alignment_study.hpp>

#include "../interrupt.hpp"
#include "../lesson.hpp"
#include "../progress_bar.hpp"
#include "../run_options.hpp"
#include "../text_table.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;
using training::Alignment;
using training::AlignmentRow;
using training::StudyCase;
using training::StudyMean;

constexpr std::string_view kRules = "instantaneous,gle,single,pair,fixed_random";

Result<std::vector<std::int64_t>> parse_depths(const std::string& list) {
  std::vector<std::int64_t> depths;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    const auto depth = parse_count(list.substr(start, end - start));
    if (!depth || *depth < 1 || *depth > 64) {
      return fail(ErrorCode::kInvalidInput,
                  "--depth is \"{}\"; give whole numbers of hidden layers, 1 to 64, as in 2,3", list);
    }
    depths.push_back(*depth);
    start = end + 1;
  }
  return depths;
}

Result<> write_rows(const Arguments& arguments, const std::string& csv, Outcome& outcome, Console& console) {
  const auto path = arguments.find("--csv");
  if (!path) return {};
  if (auto written = write_file(*path, csv); !written) return written;
  outcome.json["csv"] = *path;
  console.print("wrote {}\n", *path);
  return {};
}

Json json_of(const AlignmentRow& row) {
  return {{"rule", row.rule},
          {"population", row.population},
          {"parameter", training::name_of(row.kind)},
          {"cosine", row.cosine},
          {"norm_ratio", row.norm_ratio}};
}

void print_rows(const Alignment& alignment, Console& console) {
  TextTable table({"population", "parameter", "rule", "cosine", "norm ratio"}, 3);
  std::vector<AlignmentRow> rows = alignment.rows;
  std::stable_sort(rows.begin(), rows.end(), [](const AlignmentRow& a, const AlignmentRow& b) {
    return std::pair(a.population, a.kind) < std::pair(b.population, b.kind);
  });
  for (const AlignmentRow& row : rows) {
    table.add({row.population, std::string(training::name_of(row.kind)), row.rule, fmt::format("{:.4f}", row.cosine),
               fmt::format("{:.3f}", row.norm_ratio)});
  }
  console.print("each rule's gradient beside the exact one\n{}", table.text());
  for (const std::string& reason : alignment.left_out) console.warn(reason);
}

Result<Outcome> align_network(const Arguments& arguments, const std::vector<training::RuleRecord>& rules,
                              Console& console) {
  if (!arguments.has("--target-signal")) {
    return fail(ErrorCode::kInvalidInput, "--target-signal is missing: gradients are those of the error to a target");
  }
  const auto lesson = read_lesson(arguments);
  if (!lesson) return tl::unexpected(lesson.error());
  const std::int64_t settling = arguments.count("--settle").value_or(0);
  if (settling >= lesson->stimulus.steps) {
    return fail(ErrorCode::kInvalidInput, "--settle is {}; the run has {} steps, and some must count", settling,
                lesson->stimulus.steps);
  }
  const auto alignment = training::measure_alignment(
      *lesson->network, lesson->signals(),
      {rules, static_cast<std::size_t>(settling), static_cast<std::uint64_t>(arguments.count("--seed").value_or(0))});
  if (!alignment) return tl::unexpected(alignment.error());
  print_rows(*alignment, console);
  Outcome outcome;
  outcome.json = {{"network_hash", lesson->network->hash}, {"steps", lesson->stimulus.steps}, {"settle", settling},
                  {"batch", lesson->stimulus.batch},       {"loss", alignment->loss},         {"rows", Json::array()},
                  {"left_out", alignment->left_out}};
  std::string csv = "rule,population,parameter,cosine,norm_ratio\n";
  for (const AlignmentRow& row : alignment->rows) {
    outcome.json["rows"].push_back(json_of(row));
    csv += fmt::format("{},{},{},{},{}\n", row.rule, row.population, training::name_of(row.kind), row.cosine,
                       row.norm_ratio);
  }
  if (auto written = write_rows(arguments, csv, outcome, console); !written) return tl::unexpected(written.error());
  return outcome;
}

bool is_first_layer(const StudyMean& mean) {
  return mean.population == "h1" && mean.kind == training::ParameterKind::kWeights;
}

void print_study(const std::vector<StudyMean>& means, const std::vector<training::RuleRecord>& rules,
                 Console& console) {
  std::vector<std::string> header{"depth", "input"};
  for (const training::RuleRecord& rule : rules) {
    if (!rule.is_exact) header.emplace_back(rule.name);
  }
  const std::size_t columns = header.size();
  TextTable table(std::move(header), 2);
  std::vector<std::string> cells;
  for (const StudyMean& mean : means) {
    if (!is_first_layer(mean)) continue;
    if (cells.empty()) cells = {std::to_string(mean.depth), mean.input};
    cells.push_back(fmt::format("{:.3f} ({:.2f}) {}", mean.cosine, mean.norm_ratio, mean.best));
    if (cells.size() == columns) table.add(std::exchange(cells, {}));
  }
  console.print(
      "W of the first layer: mean cosine to the exact gradient, (ratio of norms), seeds on which the rule was best\n{}",
      table.text());
}

Result<Outcome> align_random(const Arguments& arguments, const std::vector<training::RuleRecord>& rules,
                             Console& console) {
  const auto depths = parse_depths(arguments.find("--depth").value_or("2,3,4"));
  if (!depths) return tl::unexpected(depths.error());
  const auto run_options = read_run_options(arguments);
  if (!run_options) return tl::unexpected(run_options.error());
  const InterruptWatch interrupt;
  ProgressBar bar;
  training::StudyOptions options;
  options.depths = *depths;
  options.rules = rules;
  options.seeds = static_cast<std::size_t>(arguments.count("--seeds").value_or(10));
  options.first_seed = run_options->seed;
  options.threads = run_options->threads;
  options.stop = interrupt.token();
  options.progress = [&bar](std::int64_t done, std::int64_t total) { bar.advance(done, total); };
  const auto cases = training::run_alignment_study(options);
  if (!cases) return tl::unexpected(cases.error());
  const std::vector<StudyMean> means = training::average_study(*cases);
  print_study(means, rules, console);
  Outcome outcome;
  outcome.json = {{"seeds", options.seeds}, {"first_seed", options.first_seed}, {"means", Json::array()}};
  for (const StudyMean& mean : means) {
    outcome.json["means"].push_back({{"depth", mean.depth},
                                     {"input", mean.input},
                                     {"rule", mean.rule},
                                     {"population", mean.population},
                                     {"parameter", training::name_of(mean.kind)},
                                     {"cosine", mean.cosine},
                                     {"cosine_deviation", mean.cosine_deviation},
                                     {"norm_ratio", mean.norm_ratio},
                                     {"best", mean.best}});
  }
  std::string csv = "depth,input,seed,rule,population,parameter,cosine,norm_ratio\n";
  for (const StudyCase& one : *cases) {
    for (const AlignmentRow& row : one.alignment.rows) {
      csv += fmt::format("{},\"{}\",{},{},{},{},{},{}\n", one.depth, one.input, one.seed, row.rule, row.population,
                         training::name_of(row.kind), row.cosine, row.norm_ratio);
    }
  }
  if (auto written = write_rows(arguments, csv, outcome, console); !written) return tl::unexpected(written.error());
  return outcome;
}

}  // namespace

Result<Outcome> run_align(const Arguments& arguments, Console& console) {
  const auto rules = training::parse_rules(arguments.find("--rule").value_or(std::string(kRules)));
  if (!rules) return tl::unexpected(rules.error());
  if (arguments.has("--random") == arguments.has("NETWORK")) {
    return fail(ErrorCode::kInvalidInput, "give either a NETWORK or --random");
  }
  return arguments.has("--random") ? align_random(arguments, *rules, console)
                                   : align_network(arguments, *rules, console);
}

}  // namespace vle::app
