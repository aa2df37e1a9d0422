#include <vle/network/network.hpp>

namespace vle {

std::int64_t Network::input_channels() const {
  std::int64_t sum = 0;
  for (const Input& input : inputs) sum += input.size;
  return sum;
}

std::int64_t Network::target_channels() const {
  std::int64_t sum = 0;
  for (const Output& output : outputs) sum += populations[static_cast<std::size_t>(output.population)].size;
  return sum;
}

std::int64_t Network::neuron_count() const {
  std::int64_t sum = 0;
  for (const Population& population : populations) sum += population.size;
  return sum;
}

std::int64_t Network::synapse_count() const {
  std::int64_t sum = 0;
  for (const Projection& projection : projections) sum += projection.synapses.count();
  return sum;
}

std::optional<std::int64_t> Network::find_population(std::string_view population_name) const {
  for (std::size_t i = 0; i < populations.size(); ++i) {
    if (populations[i].name == population_name) return static_cast<std::int64_t>(i);
  }
  return std::nullopt;
}

}  // namespace vle
