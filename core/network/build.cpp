#include "build.hpp"

#include <cmath>
#include <numbers>
#include <set>

#include "loop_radii.hpp"

namespace vle {
namespace {

bool is_positive(double value) {
  return std::isfinite(value) && value > 0;
}

void check_settings(const NetworkDescription& description, Mistakes& mistakes) {
  const double dt = description.dt;
  if (!is_positive(dt)) mistakes.add("dt_seconds", "dt_seconds = {} s must be a finite number above 0", dt);
  const double bandwidth = description.lead_bandwidth;
  if (!std::isfinite(bandwidth) || bandwidth < 0) {
    mistakes.add("lead_bandwidth_hertz", "lead_bandwidth_hertz = {} Hz must be at least 0 (0: no pole)", bandwidth);
  } else if (description.integrator == Integrator::kEuler && is_positive(dt)) {
    const double limit = 1 / (2 * std::numbers::pi * dt);
    if (bandwidth > limit) {
      mistakes.add("lead_bandwidth_hertz",
                   "lead_bandwidth_hertz = {} Hz is above {} Hz, the most that the EULER integrator can step at "
                   "dt_seconds = {} s; lower it or dt_seconds, or take EXPONENTIAL",
                   bandwidth, limit, dt);
    }
  }
}

// Counts before anything is drawn: true where all populations together may be held in memory.
bool check_neuron_total(const NetworkDescription& description, Mistakes& mistakes) {
  std::int64_t total = 0;
  for (const PopulationDescription& population : description.populations) {
    if (is_size_valid(population.size)) total += population.size;
  }
  if (total <= kMaxNeurons) return true;
  mistakes.add("population", "the populations have {} neurons together, above the limit of {}", total, kMaxNeurons);
  return false;
}

void build_output(const NetworkDescription& description, std::size_t index, const NodeTable& nodes, Network& network,
                  std::set<std::int64_t>& seen, Mistakes& mistakes) {
  const OutputDescription& given = description.outputs[index];
  const std::string path = fmt::format("output[{}]", index);
  if (!std::isfinite(given.beta)) {
    mistakes.add(path + ".beta", "output \"{}\": beta = {} must be a finite number", given.population, given.beta);
  }
  const auto found = nodes.find(given.population);
  if (found == nodes.end() || found->second.source.is_input) {
    mistakes.add(path + ".population", "output[{}]: \"{}\" is not a population; there are: {}", index, given.population,
                 list_names(description, false));
    return;
  }
  const NamedNode& node = found->second;
  if (!seen.insert(node.source.index).second) {
    mistakes.add(path + ".population", "output[{}]: population \"{}\" is an output already; each has one target", index,
                 given.population);
  }
  if (given.loss == Loss::kCrossEntropy && node.size == 1) {
    mistakes.add(path + ".loss", "output \"{}\": CROSS_ENTROPY needs at least 2 neurons, the population has {}",
                 given.population, node.size);
  }
  network.outputs.push_back({node.source.index, given.loss, given.beta, 0});
}

void build_outputs(const NetworkDescription& description, const NodeTable& nodes, Network& network,
                   Mistakes& mistakes) {
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < description.outputs.size(); ++i) {
    build_output(description, i, nodes, network, seen, mistakes);
  }
}

void place_channels(Network& network) {
  std::int64_t channel = 0;
  for (Input& input : network.inputs) {
    input.first_channel = channel;
    channel += input.size;
  }
  channel = 0;
  for (Output& output : network.outputs) {
    output.first_channel = channel;
    channel += network.populations[static_cast<std::size_t>(output.population)].size;
  }
}

void check_loops(const Network& network, const LoopFindings& loops, Mistakes& mistakes) {
  const LoopRadii& radii = loops.radii;
  if (network.lead_bandwidth > 0 || radii.largest() < 1) return;
  std::string names;
  for (const std::int64_t index : loops.populations) {
    names +=
        fmt::format("{}\"{}\"", names.empty() ? "" : ", ", network.populations[static_cast<std::size_t>(index)].name);
  }
  mistakes.add(
      fmt::format("population[{}]", loops.populations.front()),
      "the instantaneous loops through population {} may have a gain of 1 or more: spectral radius forward {:.6g}, "
      "backward {:.6g}, joint {:.6g}, each must be below 1, or the dynamics explode at the step rate; make the "
      "weights, gamma or beta smaller, bring tau_r/tau_m nearer to 1, or give lead_bandwidth_hertz",
      names, radii.forward, radii.backward, radii.joint);
}

}  // namespace

std::string list_names(const NetworkDescription& description, bool with_inputs) {
  constexpr std::size_t kMost = 10;
  std::vector<std::string> names;
  if (with_inputs) {
    for (const InputDescription& input : description.inputs) names.push_back(fmt::format("input \"{}\"", input.name));
  }
  for (const PopulationDescription& population : description.populations) {
    names.push_back(fmt::format("population \"{}\"", population.name));
  }
  if (names.empty()) return "none";
  const std::size_t shown = names.size() < kMost ? names.size() : kMost;
  std::string list =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < names.size()) list += fmt::format(" and {} more", names.size() - shown);
  return list;
}

tl::expected<Network, Diagnostics> build_network(const NetworkDescription& description) {
  Mistakes mistakes;
  Network network;
  network.name = description.name;
  network.dt = description.dt;
  network.integrator = description.integrator;
  network.lead_bandwidth = description.lead_bandwidth;
  network.plasticity = description.plasticity;

  check_settings(description, mistakes);
  const NodeTable nodes = declare_nodes(description, network, mistakes);
  build_populations(description, check_neuron_total(description, mistakes), network, mistakes);
  build_projections(description, nodes, network, mistakes);
  build_outputs(description, nodes, network, mistakes);
  check_plasticity(description, mistakes);
  if (!mistakes.empty()) return tl::unexpected<Diagnostics>(mistakes.take());

  place_channels(network);
  const LoopFindings loops = find_loops(network);
  network.loop_radii = loops.radii;
  check_loops(network, loops, mistakes);
  if (!mistakes.empty()) return tl::unexpected<Diagnostics>(mistakes.take());
  network.hash = hash_network(network);
  return network;
}

}  // namespace vle
