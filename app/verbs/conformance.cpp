#include <random>
#include <vle/conformance/conformance.hpp>
#include <vle/io/files.hpp>
#include <vle/result/check.hpp>

#include "../backend_uri.hpp"
#include "../interrupt.hpp"
#include "../subject.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

/// Two neurons in a row, slow enough for every chip: what they compute does not matter.
Network make_network(const Target& target) {
  NetworkDescription description;
  description.name = "conformance";
  description.dt = 0.02;
  description.inputs = {{"stimulus", 1, -1, 1}};
  const char* from = "stimulus";
  for (const char* name : {"first", "second"}) {
    PopulationDescription& population = description.populations.emplace_back();
    population.name = name;
    population.size = 1;
    if (!target.shapes.empty()) population.activation = target.shapes.front().activation;
    population.tau_m.values = {1.0};
    population.tau_r.values = {0.1};
    ProjectionDescription& projection = description.projections.emplace_back();
    projection.from = from;
    projection.to = name;
    projection.weights.values = {1.0};
    from = name;
  }
  auto network = build_network(description);
  VLE_CHECK(network.has_value(), "a network of two neurons is well formed");
  return std::move(*network);
}

/// The chip as --target has it, as it describes itself, or as the shipped target of its name.
Result<Target> target_of(const std::optional<std::string>& given, const conformance::BoardFacts& board) {
  if (!given && !board.description.empty()) return parse_target(board.description, "the board's description");
  Result<Target> target = read_target(given.value_or(board.target));
  if (!target && !given) {
    return fail(ErrorCode::kInvalidInput,
                "the board does not describe itself, and no target \"{}\" is shipped; give "
                "--target",
                board.target);
  }
  return target;
}

Result<conformance::Subject> make_subject(const std::optional<std::string>& given,
                                          const conformance::BoardFacts& board) {
  const Result<Target> target = target_of(given, board);
  if (!target) return tl::unexpected(target.error());
  const auto map = compile_subject(make_network(*target), *target, nullptr);
  if (!map) return tl::unexpected(map.error());
  return conformance::Subject{(*map)->geometry, (*map)->image};
}

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    words.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string_view name_of(conformance::Verdict verdict) {
  constexpr std::string_view kNames[] = {"passed", "failed", "skipped", "unjudged"};
  return kNames[static_cast<std::size_t>(verdict)];
}

nlohmann::ordered_json json_of(const conformance::Report& report) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const conformance::Finding& finding : report.findings) {
    checks.push_back({{"name", finding.check.name},
                      {"clause", finding.check.clause},
                      {"verdict", name_of(finding.verdict)},
                      {"seconds", finding.seconds}});
    if (!finding.text.empty()) checks.back()["text"] = finding.text;
    if (finding.verdict == conformance::Verdict::kFailed) checks.back()["hint"] = finding.check.hint;
  }
  return {{"backend", report.address},
          {"target", report.board.target},
          {"target_hash", report.board.target_hash},
          {"chip_id", report.board.chip_id},
          {"firmware_version", report.board.firmware_version},
          {"conformant", report.is_conformant()},
          {"round_trip_seconds", {{"median", report.round_trips.median}, {"p99", report.round_trips.p99}}},
          {"checks", std::move(checks)}};
}

Result<std::unique_ptr<link::Medium>> open_medium(const std::string& address) {
  const auto backend = parse_backend_uri(address);
  if (!backend) return tl::unexpected(backend.error());
  const auto* board = std::get_if<BoardUri>(&*backend);
  if (board == nullptr || std::holds_alternative<link::ReplayUri>(board->uri)) {
    return fail(ErrorCode::kInvalidInput,
                "--backend \"{}\": not a board; clauses are asked of tcp://, tls://, unix: "
                "and serial:",
                address);
  }
  return link::make_medium(board->uri);
}

}  // namespace

Result<Outcome> run_conformance(const Arguments& arguments, Console& console) {
  const auto medium = open_medium(arguments.text("--backend"));
  if (!medium) return tl::unexpected(medium.error());
  const InterruptWatch interrupt;
  conformance::ExamineOptions options;
  options.stop = interrupt.token();
  options.client_nonce = (std::uint64_t{std::random_device{}()} << 32 | std::random_device{}()) | 1U;
  options.seed = static_cast<std::uint64_t>(arguments.count("--seed").value_or(1));
  if (const auto only = arguments.find("--only")) options.only = words_of(*only);
  options.subject = [given = arguments.find("--target")](const conformance::BoardFacts& board) {
    return make_subject(given, board);
  };
  options.progress = [&console](const conformance::Finding& finding) {
    console.write_text(conformance::report_line(finding));
  };
  const auto report = conformance::examine(**medium, options);
  if (!report) return tl::unexpected(report.error());
  console.write_text(conformance::report_summary(*report));
  if (const auto file = arguments.find("--junit")) {
    if (auto written = write_file(*file, conformance::report_junit(*report)); !written) {
      return tl::unexpected(written.error());
    }
  }
  Outcome outcome;
  outcome.json = json_of(*report);
  if (!report->is_conformant()) outcome.exit_code = ExitCode::kAnswerIsNo;
  if (interrupt.token().stop_requested()) outcome.exit_code = ExitCode::kInterrupted;
  return outcome;
}

}  // namespace vle::app
