#pragma once

#include <cstdint>
#include <span>
#include <vector>
#include <vle/aligned/floats.hpp>

#include "core_decoder.hpp"

namespace vle::emulator {

/// One synapse array of a core as the kernels read it: for every column, one effective weight an input. Where the
/// target makes a sign out of two rows and both of every pair hear the same signal x, a pair is one weight:
///
///     weight = column gain * (w_even + w_odd),   w_odd <= 0
///
/// w of each cell with its own deviation and its own stuck bit. If registers drive the rows of any pair differently,
/// each row has a weight of its own.
struct SynapseArray {
  Floats weights;                        ///< columns x inputs, column by column, columns padded to 16
  std::vector<std::uint8_t> conducting;  ///< of the cells behind each weight, those with a code that is not 0
  std::vector<std::uint32_t> inputs;     ///< place on the bus that drives each weight; padded to 16 with silence
  std::vector<std::uint32_t> bus;        ///< place on the bus that drives each row
  std::int64_t rows = 0;                 ///< of cells, up to the last one that is driven
  std::uint32_t cells = 1;               ///< that make a weight, in consecutive rows
};

/// Which array of a core, and the gain that its columns have.
struct ArrayKinds {
  ParameterKind weight;
  ParameterKind gain;
};
constexpr ArrayKinds array_kinds(bool backward) {
  return backward ? ArrayKinds{ParameterKind::kBackwardWeight, ParameterKind::kBackwardColumnGain}
                  : ArrayKinds{ParameterKind::kWeight, ParameterKind::kColumnGain};
}

/// The array whose rows are driven from `bus`, which ends with the last row that is. `neurons`: of each column; those
/// not in use have no weights. Adds the cells that conduct to `active`.
SynapseArray decode_array(const CoreDecoder& decoder, bool backward, std::vector<std::uint32_t> bus,
                          std::span<const NeuronValues> neurons, std::int64_t& active);

/// Decodes anew the cells of one column in rows [first_row, first_row + rows).
void decode_cells(const CoreDecoder& decoder, bool backward, std::uint32_t first_row, std::uint32_t rows,
                  std::uint32_t column, const NeuronValues& neuron, SynapseArray& array, std::int64_t& active);

}  // namespace vle::emulator
