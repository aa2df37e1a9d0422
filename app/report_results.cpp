#include <algorithm>
#include <map>

#include "report_sections.hpp"

namespace vle::app {
namespace {

using nlohmann::json;

std::string span_text(const json& interval) {
  return fmt::format("{:.3g}..{:.3g} %", 100 * interval.at(0).get<double>(), 100 * interval.at(1).get<double>());
}

std::string network_and_target(const json& result) {
  return fmt::format("network {:.12} on {}", result.at("network_hash").get<std::string>(),
                     result.at("target").get<std::string>());
}

PageSection ablation_section(const json& result) {
  PageSection section;
  section.title = "Which effect costs how much";
  section.lead = fmt::format(
      "Each bar is a run of chip {} ({}) with one effect switched on beside quantisation; the last has them all.",
      result.at("chip_id").get<std::uint64_t>(), network_and_target(result));
  BarChart chart{"Distance of all rates from the ideal twin", "variant", "distance", {}};
  for (const json& row : result.at("variants")) {
    if (row.at("variant") == "ideal" || row.at("pooled").is_null()) continue;
    const auto value = row.at("pooled").get<double>();
    chart.bars.push_back({row.at("variant").get<std::string>(), value, percent(value), std::nullopt, std::nullopt});
  }
  section.charts.push_back(std::move(chart));
  return section;
}

PageSection chips_ablation_section(const json& result) {
  const json& chips = result.at("chips");
  PageSection section;
  section.title = fmt::format("Which effect costs how much, over {} chips", chips.at("done").get<std::size_t>());
  section.lead = fmt::format(
      "Chips {} to {} ({}). Bars are means over chips, whiskers their confidence intervals of 95 %. A share says what "
      "an "
      "effect adds to the error power of quantisation, relative to the power with every effect on.",
      chips.at("first").get<std::uint64_t>(), chips.at("last").get<std::uint64_t>(), network_and_target(result));
  BarChart distances{"Distance of all rates from the ideal twin", "variant", "mean distance", {}};
  BarChart shares{"Share of the error power", "effect", "share", {}};
  for (const json& row : result.at("variants")) {
    const auto name = row.at("variant").get<std::string>();
    if (const json& pooled = row.at("pooled"); !pooled.is_null()) {
      const json& interval = pooled.at("mean_95");
      distances.bars.push_back({name, pooled.at("mean").get<double>(),
                                fmt::format("{} ({})", percent(pooled.at("mean").get<double>()), span_text(interval)),
                                interval.at(0).get<double>(), interval.at(1).get<double>()});
    }
    if (const json& share = row.at("share"); !share.is_null()) {
      const json& interval = row.at("share_95");
      shares.bars.push_back({name, share.get<double>(),
                             fmt::format("{} ({})", percent(share.get<double>()), span_text(interval)),
                             interval.at(0).get<double>(), interval.at(1).get<double>()});
    }
  }
  section.charts = {std::move(distances), std::move(shares)};
  return section;
}

PageSection yield_section(const json& result) {
  const json& chips = result.at("chips");
  PageSection section;
  section.title = fmt::format("{} chips", chips.at("done").get<std::size_t>());
  section.lead = fmt::format("The same run on chips {} to {} ({}).", chips.at("first").get<std::uint64_t>(),
                             chips.at("last").get<std::uint64_t>(), network_and_target(result));
  if (result.contains("accept")) {
    const json& accept = result.at("accept");
    section.figures = {
        {"yield", percent(accept.at("yield").get<double>()), fmt::format("95 %: {}", span_text(accept.at("yield_95")))},
        {"limit", percent(accept.at("limit").get<double>()), "distance from the ideal twin"}};
  }
  BarChart chart{"Distance from the ideal twin, mean over chips", "signal", "mean (95 % of chips below)", {}};
  PageTable table{"Distances over chips", {"signal", "least", "5 %", "median", "95 %", "largest"}, {}, 1};
  for (const auto& [name, summary] : result.at("signals").items()) {
    const json& interval = summary.at("mean_95");
    const auto mean = summary.at("mean").get<double>();
    chart.bars.push_back({name, mean, fmt::format("{} ({})", percent(mean), percent(summary.at("q95").get<double>())),
                          interval.at(0).get<double>(), interval.at(1).get<double>()});
    table.rows.push_back({name});
    for (const char* key : {"min", "q05", "median", "q95", "max"}) {
      table.rows.back().push_back(percent(summary.at(key).get<double>()));
    }
  }
  section.charts.push_back(std::move(chart));
  section.tables.push_back(std::move(table));
  return section;
}

/// Complete events ("ph": "X") by name: how long they took together, in the trace's microseconds.
PageSection timeline_section(const json& events) {
  std::map<std::string, double> busy;
  std::size_t count = 0;
  double end = 0;
  for (const json& event : events) {
    if (event.value("ph", "") != "X") continue;
    const double duration = event.value("dur", 0.0);
    busy[event.value("name", "unnamed")] += duration;
    end = std::max(end, event.value("ts", 0.0) + duration);
    ++count;
  }
  PageSection section;
  section.title = "Timeline of the digital side";
  section.lead = "How long each kind of event kept its unit busy. The file itself opens in a trace viewer.";
  section.figures = {{"events", std::to_string(count), ""}, {"time on the chip", fmt::format("{:.4g} µs", end), ""}};
  BarChart chart{"Busy time", "event", "time", {}};
  for (const auto& [name, microseconds] : busy) {
    chart.bars.push_back({name, microseconds, fmt::format("{:.4g} µs", microseconds), std::nullopt, std::nullopt});
  }
  std::stable_sort(chart.bars.begin(), chart.bars.end(), [](const Bar& a, const Bar& b) { return a.value > b.value; });
  section.charts.push_back(std::move(chart));
  return section;
}

}  // namespace

Result<PageSection> result_section(const json& result, const std::string& name) {
  try {
    if (result.is_array()) return timeline_section(result);
    if (result.contains("traceEvents")) return timeline_section(result.at("traceEvents"));
    const bool over_chips = result.contains("chips");
    if (result.contains("variants")) return over_chips ? chips_ablation_section(result) : ablation_section(result);
    if (over_chips && result.contains("signals")) return yield_section(result);
  } catch (const json::exception& error) {
    return fail(ErrorCode::kInvalidInput, "{}: not a whole result: {}", name, error.what());
  }
  return fail(ErrorCode::kInvalidInput,
              "{}: none of the results that a page shows: those of ablate and run --chips with --json, or a timeline",
              name);
}

}  // namespace vle::app
