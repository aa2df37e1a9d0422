#pragma once

#include <cmath>
#include <cstdint>
#include <vle/result/check.hpp>
#include <vle/units/quantity.hpp>

namespace vle {

/// A fixed-point code of `bits` bits, two's complement when signed. Codes saturate and say so; nothing wraps.
struct CodeFormat {
  int bits = 1;
  bool is_signed = false;

  constexpr std::int32_t minimum() const { return is_signed ? -(1 << (bits - 1)) : 0; }
  constexpr std::int32_t maximum() const { return is_signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1; }
  constexpr bool operator==(const CodeFormat&) const = default;
};

/// A code, and whether the wanted value lay outside the format.
struct QuantisedCode {
  Lsb code;
  bool saturated = false;
};

/// Nearest code to `value` (in LSB, ties away from zero), saturated to [low, high].
inline QuantisedCode quantise_to(double value, std::int32_t low, std::int32_t high) {
  VLE_CHECK(!std::isnan(value), "a value to quantise is not a number");
  const double rounded = std::round(value);
  if (rounded < low) return {Lsb{low}, true};
  if (rounded > high) return {Lsb{high}, true};
  return {Lsb{static_cast<std::int32_t>(rounded)}, false};
}

/// Nearest code of `format` to `value` (in LSB).
inline QuantisedCode quantise_to(double value, CodeFormat format) {
  return quantise_to(value, format.minimum(), format.maximum());
}

/// The bits of a code as they stand in a register field of `format.bits` bits.
constexpr std::uint32_t to_field(Lsb code, CodeFormat format) {
  return static_cast<std::uint32_t>(code.code) & ((std::uint32_t{1} << format.bits) - 1);
}

/// The code that a register field holds; the inverse of to_field.
constexpr Lsb from_field(std::uint32_t field, CodeFormat format) {
  const auto raw = static_cast<std::int32_t>(field & ((std::uint32_t{1} << format.bits) - 1));
  return {format.is_signed && raw > format.maximum() ? raw - (1 << format.bits) : raw};
}

}  // namespace vle
