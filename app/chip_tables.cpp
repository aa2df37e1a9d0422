#include "chip_tables.hpp"

#include "text_table.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;

std::string percent_span(Interval interval, int digits) {
  return fmt::format("{:.{}f}..{:.{}f} %", 100 * interval.low, digits, 100 * interval.high, digits);
}

Json json_of(Interval interval) {
  return Json::array({interval.low, interval.high});
}

}  // namespace

Json json_of(const SampleSummary& summary) {
  return {{"chips", summary.count}, {"mean", summary.mean},  {"mean_95", json_of(summary.mean_interval)},
          {"min", summary.minimum}, {"q05", summary.q05},    {"median", summary.median},
          {"q95", summary.q95},     {"max", summary.maximum}};
}

Json json_of(ChipRange chips, std::size_t done) {
  return {{"first", chips.first}, {"last", chips.last}, {"done", done}};
}

Json json_of(const std::vector<EffectCost>& costs, const std::vector<std::string>& outputs) {
  Json list = Json::array();
  for (const EffectCost& cost : costs) {
    Json json{{"variant", cost.name}, {"pooled", cost.pooled ? json_of(*cost.pooled) : Json(nullptr)}};
    json["outputs"] = Json::object();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      json["outputs"][outputs[i]] = cost.outputs[i] ? json_of(*cost.outputs[i]) : Json(nullptr);
    }
    json["share"] = cost.share ? Json(*cost.share) : Json(nullptr);
    json["share_95"] = cost.share ? json_of(cost.share_interval) : Json(nullptr);
    list.push_back(std::move(json));
  }
  return list;
}

std::vector<std::string> summary_header() {
  return {"mean", "95 % of mean", "least", "5 %", "median", "95 %", "largest"};
}

std::vector<std::string> summary_cells(const SampleSummary& summary) {
  std::vector<std::string> cells{fmt::format("{:.3f} %", 100 * summary.mean), percent_span(summary.mean_interval, 3)};
  for (const double value : {summary.minimum, summary.q05, summary.median, summary.q95, summary.maximum}) {
    cells.push_back(fmt::format("{:.3f} %", 100 * value));
  }
  return cells;
}

std::string text_of(const std::vector<EffectCost>& costs) {
  std::vector<std::string> header{"variant"};
  for (std::string& name : summary_header()) header.push_back(std::move(name));
  header.insert(header.end(), {"share", "95 % of share"});
  TextTable table(std::move(header));
  for (const EffectCost& cost : costs) {
    if (!cost.pooled) continue;
    std::vector<std::string> cells{cost.name};
    for (std::string& cell : summary_cells(*cost.pooled)) cells.push_back(std::move(cell));
    cells.push_back(cost.share ? fmt::format("{:.1f} %", 100 * *cost.share) : "");
    cells.push_back(cost.share ? percent_span(cost.share_interval, 1) : "");
    table.add(std::move(cells));
  }
  return table.text();
}

}  // namespace vle::app
