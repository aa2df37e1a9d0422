#pragma once

#include <vector>
#include <vle/parameter_map/parameter_map.hpp>
#include <vle/target/weight_coding.hpp>

namespace vle {

/// Where a stuck bit stands in the way of a weight: at the synapse, or in either row of its pair.
struct StuckPlace {
  std::uint32_t core = 0;
  std::uint32_t row = 0;  ///< first of the source
  std::uint32_t column = 0;
  std::size_t address = 0;  ///< of the register of that row
};

/// Those of one array that lie in what a map uses of the chip. A pair with two stuck bits is there twice.
[[nodiscard]] std::vector<StuckPlace> stuck_places(const ParameterMap& map, const ChipConverters& converters,
                                                   ParameterKind array);

/// Writes a weight with a stuck bit in its way to its register, or to the two of its row pair, the first of which has
/// the address.
void write_stuck_weight(ParameterMap& map, ParameterKind array, std::size_t address, const StuckWeight& coded);

/// Enters it as an element of its block, which has realised values. `weight`: what the network asks for; `step`: of the
/// codes, in the same units.
void enter_stuck_weight(const StuckWeight& coded, std::size_t element, double weight, double step, LedgerBlock& block);

}  // namespace vle
