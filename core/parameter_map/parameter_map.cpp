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

}  // namespace vle
