#pragma once

#include <cstdint>
#include <vector>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle {

/// The registers behind the synapses of one projection, ordered as Synapses::values: the address of each synapse, or of
/// the adding one of a row pair, whose subtracting one stands in the next word.
struct SynapseRegisters {
  std::vector<std::uint32_t> receiver;  ///< of W: index of the neuron in its population
  std::vector<std::uint32_t> forward;
  std::vector<std::uint32_t> sender;    ///< of W, who receives over B
  std::vector<std::uint32_t> backward;  ///< empty where no errors travel back
};

/// Of every projection of a map. Errors (kInvalidInput) name a register of an image that contradicts itself, or a
/// synapse that no row of the chip drives.
[[nodiscard]] Result<std::vector<SynapseRegisters>> find_synapse_registers(const ParameterMap& map);

/// The weight of a projection's synapse on the chip, per model weight: W of the projection, or B.
double chip_weight_scale(const ParameterMap& map, const PlacedProjection& projection, bool backward);

}  // namespace vle
