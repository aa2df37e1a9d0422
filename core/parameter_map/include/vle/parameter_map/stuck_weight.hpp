#pragma once

#include <vle/parameter_map/parameter_map.hpp>
#include <vle/target/weight_coding.hpp>

namespace vle {

/// Writes a weight with a stuck bit in its way to its register, or to the two of its row pair, the first of which has
/// the address.
void write_stuck_weight(ParameterMap& map, ParameterKind array, std::size_t address, const StuckWeight& coded);

/// Enters it as an element of its block, which has realised values. `weight`: what the network asks for; `step`: of the
/// codes, in the same units.
void enter_stuck_weight(const StuckWeight& coded, std::size_t element, double weight, double step, LedgerBlock& block);

}  // namespace vle
