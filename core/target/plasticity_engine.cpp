#include <algorithm>
#include <cmath>
#include <vle/result/check.hpp>
#include <vle/target/plasticity_engine.hpp>

namespace vle {

double Ratio::value() const {
  return std::ldexp(static_cast<double>(multiplier), -shift);
}

Ratio nearest_ratio(double value, int multiplier_bits) {
  VLE_CHECK(value >= 0 && std::isfinite(value), "a ratio of {}", value);
  VLE_CHECK(multiplier_bits >= 1 && multiplier_bits <= 8, "a multiplier of {} bits", multiplier_bits);
  if (value == 0) return {};
  const double full = std::ldexp(1, multiplier_bits);
  int shift = std::clamp(multiplier_bits - 1 - std::ilogb(value), kMinRatioShift, kMaxRatioShift);
  double multiplier = std::round(std::ldexp(value, shift));
  if (multiplier >= full && shift > kMinRatioShift) multiplier = std::round(std::ldexp(value, --shift));
  return {static_cast<std::uint8_t>(std::min(multiplier, full - 1)), static_cast<std::int8_t>(shift)};
}

std::uint16_t to_word(Ratio ratio) {
  return static_cast<std::uint16_t>(ratio.multiplier << 8 | static_cast<std::uint8_t>(ratio.shift));
}

Ratio ratio_from_word(std::uint16_t word) {
  return {static_cast<std::uint8_t>(word >> 8), static_cast<std::int8_t>(word & 0xFF)};
}

}  // namespace vle
