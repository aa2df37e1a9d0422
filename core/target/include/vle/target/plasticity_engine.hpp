#pragma once

#include <cstdint>

namespace vle {

/// The digital engine that lets a core learn (docs/emulator.md). Each learned register has an accumulator, which holds
/// its code with `fraction_bits` more bits below.
struct PlasticityEngine {
  int accumulator_bits = 16;       ///< sign included
  int fraction_bits = 8;           ///< of the accumulator, below the code
  int multiplier_bits = 1;         ///< of rates and shares, multiplier * 2^-shift; 1: shifts alone
  std::int64_t lanes = 0;          ///< columns that are updated side by side; 0: all of a core
  std::int64_t update_clocks = 1;  ///< of one update of all lanes
  std::int64_t row_clocks = 1;     ///< for the row scan to read, or to write, one row of synapses
};

/// A factor as the registers of the engine hold it: multiplier * 2^-shift.
struct Ratio {
  std::uint8_t multiplier = 0;
  std::int8_t shift = 0;

  double value() const;
  bool is_zero() const { return multiplier == 0; }
  bool operator==(const Ratio&) const = default;
};

inline constexpr int kMinRatioShift = -16;
inline constexpr int kMaxRatioShift = 62;

/// The ratio nearest to `value` (at least 0) whose multiplier has `multiplier_bits`; beyond the largest, the largest.
Ratio nearest_ratio(double value, int multiplier_bits);

/// A register word: the multiplier in its high byte, the shift in its low byte, two's complement.
std::uint16_t to_word(Ratio ratio);
Ratio ratio_from_word(std::uint16_t word);

}  // namespace vle
