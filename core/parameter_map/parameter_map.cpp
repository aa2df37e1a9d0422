#include <vle/parameter_map/parameter_map.hpp>

namespace vle {

std::int64_t ParameterMap::input_channels() const {
  std::int64_t count = 0;
  for (const PlacedInput& input : inputs) count += input.size;
  return count;
}

std::int64_t ParameterMap::target_channels() const {
  std::int64_t count = 0;
  for (const PlacedPopulation& population : populations) {
    if (population.is_output) count += static_cast<std::int64_t>(population.sites.size());
  }
  return count;
}

std::int64_t ParameterMap::neuron_count() const {
  std::int64_t count = 0;
  for (const PlacedPopulation& population : populations) count += static_cast<std::int64_t>(population.sites.size());
  return count;
}

std::int64_t ParameterMap::synapse_count() const {
  std::int64_t count = 0;
  for (const LedgerBlock& block : ledger) {
    if (block.kind == ParameterKind::kWeight) count += static_cast<std::int64_t>(block.code.size());
  }
  return count;
}

std::vector<NeuronId> neurons_by_site(const ParameterMap& map) {
  std::vector<NeuronId> neurons(static_cast<std::size_t>(map.geometry.cores * map.geometry.columns));
  for (std::size_t p = 0; p < map.populations.size(); ++p) {
    const std::vector<Site>& sites = map.populations[p].sites;
    for (std::size_t i = 0; i < sites.size(); ++i) {
      const auto site = static_cast<std::size_t>(sites[i].core * map.geometry.columns + sites[i].column);
      neurons[site] = {static_cast<std::int64_t>(p), static_cast<std::int64_t>(i)};
    }
  }
  return neurons;
}

}  // namespace vle
