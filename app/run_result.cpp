#include "run_result.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;

double total_joules(const RunReport& report) {
  double total = 0;
  for (const auto& entry : report.energy_joules) total += entry.second;
  return total;
}

double quotient(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : 0.0;
}

/// Elements times integration steps over the batch, per second of the host.
double updates_per_second(std::int64_t elements, const RunReport& report, double wall_seconds) {
  const double updates =
      static_cast<double>(elements) * static_cast<double>(report.substeps) * static_cast<double>(report.batch);
  return quotient(updates, wall_seconds);
}

template <class Value>
Json json_of_map(const std::map<std::string, Value>& map) {
  Json json = Json::object();
  for (const auto& entry : map) json[entry.first] = entry.second;
  return json;
}

std::string text_of(std::int64_t count) {
  return std::to_string(count);
}
std::string text_of(double number) {
  return fmt::format("{:.4g}", number);
}

template <class Value>
std::string line_of_map(const std::map<std::string, Value>& map) {
  std::string line;
  for (const auto& entry : map) {
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", entry.first, text_of(entry.second));
  }
  return line;
}

/// The entries that are not 0.
std::string line_of_counts(const std::map<std::string, std::int64_t>& map) {
  std::map<std::string, std::int64_t> counted;
  for (const auto& entry : map) {
    if (entry.second != 0) counted.insert(entry);
  }
  return counted.empty() ? "none" : line_of_map(counted);
}

Json json_of(const std::vector<PhaseReport>& phases) {
  Json json = Json::object();
  for (const PhaseReport& phase : phases) {
    json[phase.phase] = {{"clocks", phase.clocks},
                         {"cycles", json_of_map(phase.cycles)},
                         {"energy_joules_by_unit", json_of_map(phase.energy_joules)}};
  }
  return json;
}

std::string text_of(const std::vector<PhaseReport>& phases) {
  std::string line;
  for (const PhaseReport& phase : phases) {
    double joules = 0;
    for (const auto& entry : phase.energy_joules) joules += entry.second;
    line += fmt::format("{}{} {} clocks {:.4g} J", line.empty() ? "" : ", ", phase.phase, phase.clocks, joules);
  }
  return line;
}

}  // namespace

Json json_of(const RunReport& report, double wall_seconds) {
  Json json;
  json["tool_version"] = VLE_VERSION;
  json["backend"] = report.backend;
  json["target"] = report.target;
  json["target_hash"] = report.target_hash;
  json["chip_id"] = report.chip_id ? Json(*report.chip_id) : Json(nullptr);
  json["seed"] = report.seed;
  json["network_hash"] = report.network_hash;
  json["calibration_hash"] = report.calibration_hash;
  json["batch"] = report.batch;
  json["steps"] = report.steps;
  json["substeps"] = report.substeps;
  json["neurons"] = report.neurons;
  json["synapses"] = report.synapses;
  json["model_seconds"] = report.model_seconds;
  json["device_seconds"] = report.device_seconds;
  json["wall_seconds"] = wall_seconds;
  json["real_time_factor"] = quotient(wall_seconds, report.model_seconds);
  json["device_real_time_factor"] = quotient(report.device_seconds, report.model_seconds);
  json["cycles"] = json_of_map(report.cycles);
  json["stalled"] = json_of_map(report.stalled);
  json["late"] = json_of_map(report.late);
  json["phases"] = json_of(report.phases);
  json["energy_joules"] = total_joules(report);
  json["energy_joules_by_unit"] = json_of_map(report.energy_joules);
  json["saturated"] = json_of_map(report.saturated);
  json["neuron_steps_per_second"] = updates_per_second(report.neurons, report, wall_seconds);
  json["synapse_updates_per_second"] = updates_per_second(report.synapses, report, wall_seconds);
  json["interrupted"] = report.interrupted;
  return json;
}

Json json_of(const Acceptance& acceptance) {
  Json json{{"limit", acceptance.limit}, {"nrmse", acceptance.worst}, {"met", acceptance.met}};
  json["signals"] = Json::object();
  for (const Distance& distance : acceptance.distances) json["signals"][distance.signal] = distance.nrmse;
  return json;
}

std::string text_of(const RunReport& report, double wall_seconds) {
  std::string text = fmt::format("backend   {}", report.backend);
  if (!report.target.empty()) text += fmt::format(", target {}", report.target);
  if (report.chip_id) text += fmt::format(", chip {}", *report.chip_id);
  text += fmt::format(", seed {}\n", report.seed);
  text +=
      fmt::format("network   {:.12}, {} neurons, {} synapses\n", report.network_hash, report.neurons, report.synapses);
  text += fmt::format("run       {} steps x {} trial{}, {} integration steps each{}\n", report.steps, report.batch,
                      report.batch == 1 ? "" : "s", report.substeps, report.interrupted ? ", interrupted" : "");
  text += fmt::format(
      "time      {:.4g} s of model time, {:.4g} s on the device, {:.4g} s here (real-time factor {:.3g})\n",
      report.model_seconds, report.device_seconds, wall_seconds, quotient(wall_seconds, report.model_seconds));
  text += fmt::format("speed     {:.3g} neuron steps/s, {:.3g} synapse updates/s\n",
                      updates_per_second(report.neurons, report, wall_seconds),
                      updates_per_second(report.synapses, report, wall_seconds));
  if (!report.cycles.empty()) text += fmt::format("cycles    {}\n", line_of_map(report.cycles));
  if (!report.phases.empty()) {
    text += fmt::format("phases    {}\n", text_of(report.phases));
    text += fmt::format("stalled   {}\nlate      {}\n", line_of_counts(report.stalled), line_of_counts(report.late));
  }
  if (!report.energy_joules.empty()) {
    text += fmt::format("energy    {:.4g} J: {}\n", total_joules(report), line_of_map(report.energy_joules));
  }
  if (!report.saturated.empty()) text += fmt::format("saturated {}\n", line_of_map(report.saturated));
  return text;
}

std::string text_of(const Acceptance& acceptance) {
  std::string text = fmt::format("accept    nrmse {:.4g} against the ideal twin, limit {:.4g}: {}\n", acceptance.worst,
                                 acceptance.limit, acceptance.met ? "met" : "not met");
  for (const Distance& distance : acceptance.distances) {
    text += fmt::format("          {} {:.4g}\n", distance.signal, distance.nrmse);
  }
  return text;
}

}  // namespace vle::app
