#include "synapse_array.hpp"

namespace vle::emulator {
namespace {

constexpr std::size_t kLanes = 16;

std::size_t padded(std::size_t count) {
  return (count + kLanes - 1) / kLanes * kLanes;
}

bool hears_in_pairs(const Target& target, std::span<const std::uint32_t> bus) {
  if (target.signed_weight != SignedWeight::kRowPair || bus.size() % 2 != 0) return false;
  for (std::size_t row = 0; row < bus.size(); row += 2) {
    if (bus[row] != bus[row + 1]) return false;
  }
  return true;
}

void decode_weight(const CoreDecoder& decoder, ArrayKinds kinds, std::size_t input, std::uint32_t column,
                   const NeuronValues& neuron, SynapseArray& array, std::int64_t& active) {
  const std::size_t place = column * array.inputs.size() + input;
  double sum = 0;
  std::int64_t conducting = 0;
  for (std::uint32_t cell = 0; cell < array.cells; ++cell) {
    const auto row = static_cast<std::uint32_t>(input * array.cells + cell);
    sum += decoder.weight(kinds.weight, row, column, conducting);
  }
  array.weights[place] = static_cast<float>(neuron.of(kinds.gain) * sum);
  active += conducting - array.conducting[place];
  array.conducting[place] = static_cast<std::uint8_t>(conducting);
}

}  // namespace

SynapseArray decode_array(const CoreDecoder& decoder, bool backward, std::vector<std::uint32_t> bus,
                          std::span<const NeuronValues> neurons, std::int64_t& active) {
  SynapseArray array;
  array.bus = std::move(bus);
  array.rows = static_cast<std::int64_t>(array.bus.size());
  array.cells = hears_in_pairs(decoder.target(), array.bus) ? 2 : 1;
  const std::size_t inputs = array.bus.size() / array.cells;
  array.inputs.assign(padded(inputs), 0);
  for (std::size_t input = 0; input < inputs; ++input) array.inputs[input] = array.bus[input * array.cells];
  array.weights.assign(padded(neurons.size()) * array.inputs.size(), 0);
  array.conducting.assign(array.weights.size(), 0);
  for (std::uint32_t column = 0; column < neurons.size(); ++column) {
    if (!neurons[column].in_use) continue;
    for (std::size_t input = 0; input < inputs; ++input) {
      decode_weight(decoder, array_kinds(backward), input, column, neurons[column], array, active);
    }
  }
  return array;
}

void decode_cells(const CoreDecoder& decoder, bool backward, std::uint32_t first_row, std::uint32_t rows,
                  std::uint32_t column, const NeuronValues& neuron, SynapseArray& array, std::int64_t& active) {
  for (std::uint32_t row = first_row; row < first_row + rows && row < array.rows; row += array.cells) {
    decode_weight(decoder, array_kinds(backward), row / array.cells, column, neuron, array, active);
  }
}

}  // namespace vle::emulator
