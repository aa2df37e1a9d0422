#pragma once

#include <cstdint>
#include <vle/target/calibration.hpp>

namespace vle {

/// What is written for one signed weight where a stuck bit stands in the way, and what it gives.
struct StuckWeight {
  Lsb first;               ///< of the source's first row
  Lsb second;              ///< of its second row, where two rows make a sign; else 0
  double value = 0;        ///< realised, in LSB of the column, the factors of the synapses included
  bool is_short = false;   ///< further from what was wanted than the steps of a healthy synapse would leave it
  bool is_beyond = false;  ///< what was wanted is beyond what a healthy synapse gives as well
  /// As a healthy chip would read the registers: first - second.
  Lsb net() const { return Lsb{first.code - second.code}; }
};

/// The codes for `wanted` (LSB of the column): of those within half a step, as a healthy synapse would be, the pair
/// that conducts least, else the nearest. A row pair has both rows to choose from: what one gives too much the other
/// takes off. `row`: first of the source.
[[nodiscard]] StuckWeight nearest_stuck_weight(const ChipConverters& converters, const Target& target,
                                               ParameterKind array, std::uint32_t core, std::uint32_t row,
                                               std::uint32_t column, double wanted);

}  // namespace vle
