#include "map_summary.hpp"

#include <fmt/format.h>

#include "text_table.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const LedgerSummary& summary) {
  return {
      {"owner", summary.owner},         {"kind", record_of(summary.kind).name}, {"unit", summary.unit},
      {"count", summary.count},         {"rms_error", summary.rms_error},       {"relative_rms", summary.relative_rms},
      {"max_error", summary.max_error}, {"clipped", summary.clipped},           {"other_losses", summary.other_losses}};
}

std::string ledger_table(const ParameterMap& map) {
  TextTable table({"owner", "kind", "unit", "count", "rms error", "relative", "max error", "clipped", "other"}, 3);
  for (const LedgerBlock& block : map.ledger) {
    const LedgerSummary s = summarise(block);
    table.add({s.owner, std::string(record_of(s.kind).name), s.unit, std::to_string(s.count),
               fmt::format("{:.3g}", s.rms_error), fmt::format("{:.3g} %", 100 * s.relative_rms),
               fmt::format("{:.3g}", s.max_error), std::to_string(s.clipped), std::to_string(s.other_losses)});
  }
  return table.text();
}

std::string learning_text(const LearningProgram& learning) {
  std::string text;
  if (learning.period > 0) {
    text += fmt::format("learning  on the chip, every {:.4g} s of model time\n", learning.period);
    TextTable table({"owner", "learns", "rate", "least", "largest", "unit"}, 2);
    for (const RealisedRate& rate : learning.rates) {
      table.add({rate.owner, rate.quantity, fmt::format("{:.4g}", rate.target), fmt::format("{:.4g}", rate.least),
                 fmt::format("{:.4g}", rate.largest), rate.unit});
    }
    text += table.text();
  }
  for (const std::string& remark : learning.remarks) text += fmt::format("          {}\n", remark);
  return text;
}

Json json_of(const LearningProgram& learning) {
  Json json{{"period_seconds", learning.period}, {"rates", Json::array()}, {"remarks", learning.remarks}};
  for (const RealisedRate& rate : learning.rates) {
    json["rates"].push_back({{"owner", rate.owner},
                             {"quantity", rate.quantity},
                             {"unit", rate.unit},
                             {"target", rate.target},
                             {"least", rate.least},
                             {"largest", rate.largest}});
  }
  return json;
}

}  // namespace

Json json_summary(const ParameterMap& map) {
  Json json;
  json["tool_version"] = map.tool_version;
  json["network"] = map.network_name;
  json["network_hash"] = map.network_hash;
  json["target"] = map.target.name;
  json["target_hash"] = map.target.hash;
  json["calibration_hash"] = map.calibration_hash;
  json["neurons"] = map.neuron_count();
  json["synapses"] = map.synapse_count();
  json["cores"] = map.geometry.cores;
  json["rows"] = map.geometry.rows;
  json["columns"] = map.geometry.columns;
  json["dt_seconds"] = map.timing.dt;
  json["speed_up"] = map.timing.speed_up;
  json["substeps_per_step"] = map.timing.substeps_per_step;
  json["crossings"] = {{"rate_channels", map.crossings.rate_channels},
                       {"error_channels", map.crossings.error_channels},
                       {"latency_substeps", map.crossings.latency_substeps}};
  json["image_words"] = map.image.size();
  json["ledger"] = Json::array();
  for (const LedgerBlock& block : map.ledger) json["ledger"].push_back(json_of(summarise(block)));
  json["learning"] = json_of(map.learning);
  return json;
}

std::string text_summary(const ParameterMap& map) {
  std::string text = fmt::format("network   {} ({:.12}), {} neurons, {} synapses\n", map.network_name, map.network_hash,
                                 map.neuron_count(), map.synapse_count());
  text += fmt::format(
      "target    {} ({:.12}), {}\n", map.target.name, map.target.hash,
      map.calibration_hash.empty() ? "nominal chip" : fmt::format("calibration {:.12}", map.calibration_hash));
  text += fmt::format("cores     {} of {} rows x {} columns\n", map.geometry.cores, map.geometry.rows,
                      map.geometry.columns);
  text += fmt::format("time      speed-up {:.6g}, {} sub-steps of {:.4g} s chip time for each step of {:.4g} s\n",
                      map.timing.speed_up, map.timing.substeps_per_step, map.target.substep().value, map.timing.dt);
  text += fmt::format("crossings {} rates, {} errors, {} sub-steps late\n", map.crossings.rate_channels,
                      map.crossings.error_channels, map.crossings.latency_substeps);
  text += fmt::format("image     {} words of 16 bits\nledger\n", map.image.size());
  return text + ledger_table(map) + learning_text(map.learning);
}

std::size_t clipped_count(const ParameterMap& map) {
  std::size_t clipped = 0;
  for (const LedgerBlock& block : map.ledger) clipped += summarise(block).clipped;
  return clipped;
}

}  // namespace vle::app
