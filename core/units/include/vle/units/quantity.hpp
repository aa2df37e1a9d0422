#pragma once

#include <compare>
#include <cstdint>

namespace vle {

/// A double with a unit: types at the border, `.value` inside.
template <class Unit>
struct Quantity {
  double value = 0.0;

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator+(Quantity other) const { return {value + other.value}; }
  constexpr Quantity operator-(Quantity other) const { return {value - other.value}; }
  constexpr Quantity operator*(double factor) const { return {value * factor}; }
  constexpr Quantity operator/(double divisor) const { return {value / divisor}; }
  constexpr double operator/(Quantity other) const { return value / other.value; }
  constexpr Quantity& operator+=(Quantity other) {
    value += other.value;
    return *this;
  }
};

using Seconds = Quantity<struct SecondUnit>;
using Hertz = Quantity<struct HertzUnit>;
using Volts = Quantity<struct VoltUnit>;

/// A digital code, in units of the least significant bit of the converter it belongs to.
struct Lsb {
  std::int32_t code = 0;
  constexpr auto operator<=>(const Lsb&) const = default;
};

}  // namespace vle
