#include <algorithm>
#include <vle/io/files.hpp>

#include "../map_summary.hpp"
#include "../text_table.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

using Json = nlohmann::ordered_json;

std::string span_text(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *low == *high ? fmt::format("{:.4g}", *low) : fmt::format("{:.4g}..{:.4g}", *low, *high);
}

Json span_json(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return Json::array({*low, *high});
}

Json json_of(const Network& network) {
  Json json{{"kind", "network"}, {"name", network.name}, {"hash", network.hash}, {"dt_seconds", network.dt}};
  json["inputs"] = Json::array();
  for (const Input& input : network.inputs) json["inputs"].push_back({{"name", input.name}, {"size", input.size}});
  json["populations"] = Json::array();
  for (const Population& p : network.populations) {
    json["populations"].push_back({{"name", p.name},
                                   {"size", p.size},
                                   {"activation", name_of(p.activation)},
                                   {"tau_m_seconds", span_json(p.tau_m)},
                                   {"tau_r_seconds", span_json(p.tau_r)},
                                   {"gamma", p.gamma}});
  }
  json["projections"] = Json::array();
  for (const Projection& p : network.projections) {
    json["projections"].push_back({{"name", p.name}, {"synapses", p.synapses.count()}});
  }
  json["outputs"] = Json::array();
  for (const Output& output : network.outputs) {
    json["outputs"].push_back(network.populations[static_cast<std::size_t>(output.population)].name);
  }
  json["neurons"] = network.neuron_count();
  json["synapses"] = network.synapse_count();
  json["loop_radii"] = {{"forward", network.loop_radii.forward},
                        {"backward", network.loop_radii.backward},
                        {"joint", network.loop_radii.joint}};
  return json;
}

void print_network(const Network& network, Console& console) {
  console.print("network {}: step {:.4g} s, {} input channels, {} neurons, {} synapses\n", network.name, network.dt,
                network.input_channels(), network.neuron_count(), network.synapse_count());
  TextTable populations({"population", "size", "phi", "tau_m [s]", "tau_r [s]", "gamma"});
  for (const Population& p : network.populations) {
    populations.add({p.name, std::to_string(p.size), std::string(name_of(p.activation)), span_text(p.tau_m),
                     span_text(p.tau_r), fmt::format("{:.3g}", p.gamma)});
  }
  console.write_text(populations.text());
  if (!network.projections.empty()) {
    TextTable projections({"projection", "synapses"});
    for (const Projection& p : network.projections) projections.add({p.name, std::to_string(p.synapses.count())});
    console.write_text(projections.text());
  }
  console.print("loop radii: forward {:.3g}, backward {:.3g}, joint {:.3g} (below 1, or with a lead bandwidth)\n",
                network.loop_radii.forward, network.loop_radii.backward, network.loop_radii.joint);
  console.print("hash {}\n", network.hash);
}

Result<Outcome> check_network(const std::string& path, Console& console) {
  const auto network = read_network(path);
  if (!network) return tl::unexpected(network.error());
  print_network(*network, console);
  return Outcome{ExitCode::kDone, json_of(*network)};
}

std::string count_text(std::int64_t count) {
  return count == 0 ? "any number of" : std::to_string(count);
}

Result<Outcome> check_target_file(const std::string& path, Console& console) {
  const auto target = read_target(path);
  if (!target) return tl::unexpected(target.error());
  console.print("target {}: {}\n", target->name, target->summary);
  console.print("  {} chips x {} cores, each {} rows x {} columns, {} rows a signed source\n", target->chips,
                target->cores_per_chip, count_text(target->rows), count_text(target->columns),
                target->rows_per_source());
  console.print("  sub-step {:.4g} s, speed-up {:.4g}..{:.4g}\n", target->substep().value, target->min_speed_up,
                target->max_speed_up);
  console.print("hash {}\n", target->hash);
  Json json{{"kind", "target"},
            {"name", target->name},
            {"summary", target->summary},
            {"hash", target->hash},
            {"chips", target->chips},
            {"cores_per_chip", target->cores_per_chip},
            {"rows", target->rows},
            {"columns", target->columns},
            {"substep_seconds", target->substep().value},
            {"min_speed_up", target->min_speed_up},
            {"max_speed_up", target->max_speed_up}};
  return Outcome{ExitCode::kDone, std::move(json)};
}

Result<Outcome> check_calibration_file(const std::string& path, Console& console) {
  const auto calibration = check_calibration(path);
  if (!calibration) return tl::unexpected(calibration.error());
  console.print("calibration of chip {} of target {:.12}: {} parameters\n", calibration->chip_id,
                calibration->target_hash, calibration->parameters);
  return Outcome{ExitCode::kDone,
                 {{"kind", "calibration"},
                  {"chip_id", calibration->chip_id},
                  {"target_hash", calibration->target_hash},
                  {"parameters", calibration->parameters}}};
}

Result<Outcome> check_map(const std::string& path, Console& console) {
  const auto map = read_map(path);
  if (!map) return tl::unexpected(map.error());
  console.print("parameter map\n{}", text_summary(*map));
  Json json{{"kind", "parameter_map"}};
  json.update(json_summary(*map));
  return Outcome{ExitCode::kDone, std::move(json)};
}

}  // namespace

Result<Outcome> run_check(const Arguments& arguments, Console& console) {
  const std::string path = arguments.text("FILE");
  const auto kind = kind_of_file(path);
  if (!kind) return tl::unexpected(kind.error());
  switch (*kind) {
    case FileKind::kNetwork:
      return check_network(path, console);
    case FileKind::kTarget:
      return check_target_file(path, console);
    case FileKind::kCalibration:
      return check_calibration_file(path, console);
    case FileKind::kParameterMap:
      return check_map(path, console);
  }
  return fail(ErrorCode::kInvalidInput, "{}: cannot be checked", path);
}

}  // namespace vle::app
