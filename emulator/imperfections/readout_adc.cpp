#include "readout_adc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vle::emulator {
namespace {

constexpr std::uint32_t kBowPlace = UnitElements::kMaxBits;  ///< beside the groups of elements

}  // namespace

ReadoutAdc::ReadoutAdc(const Converter& converter) : converter_(&converter), codes_(converter.bits, converter.range) {}

ReadoutAdc::ReadoutAdc(const Silicon& silicon, std::size_t columns) : ReadoutAdc(silicon.target->readout_adc) {
  if (!silicon.effects.has(Effect::kAdc)) return;
  const ConverterErrors& errors = converter_->errors;
  for (const double entry : errors.inl_lsb) reach_ = std::max(reach_, std::abs(entry));
  if (errors.ramp_bow_lsb > 0) {
    bow_ = errors.ramp_bow_lsb * draw_normal(silicon.key, Stream::kReadoutAdc, {silicon.core, kBowPlace, 0});
  }
  if (errors.unit_sigma == 0) return;
  const std::size_t converters = errors.shared ? 1 : columns;
  elements_.reserve(converters);
  for (std::uint32_t column = 0; column < converters; ++column) {
    elements_.emplace_back(converter_->bits, errors.unit_sigma, silicon.key, Stream::kReadoutAdc,
                           Element{silicon.core, 0, column});
  }
}

std::int32_t ReadoutAdc::encode(std::size_t column, double x, double deviation, std::int64_t& saturated) const {
  const double y = x / static_cast<double>(codes_.lsb()) + deviation;
  if (std::abs(y) > codes_.full_code()) return codes_.encode(x, deviation, saturated);
  if (!elements_.empty()) {
    return saturate(approximate(elements_[std::min(column, elements_.size() - 1)], y), saturated);
  }
  if (reach_ > 0) return nearest_level(y);
  if (bow_ == 0) return codes_.encode(x, deviation, saturated);
  const double bent = y / codes_.full_code();
  return saturate(static_cast<std::int32_t>(std::nearbyint(y + bow_ * (1 - bent * bent))), saturated);
}

std::int32_t ReadoutAdc::approximate(const UnitElements& elements, double y) const {
  const int bits = converter_->bits;
  const double held = y + std::ldexp(1.0, bits - 1) + 0.5;
  double sum = 0;
  std::int32_t code = 0;
  for (int group = bits - 1; group >= 0; --group) {
    if (sum + elements.weight(group) > held) continue;
    sum += elements.weight(group);
    code |= std::int32_t{1} << group;
  }
  return code - (std::int32_t{1} << (bits - 1));
}

std::int32_t ReadoutAdc::nearest_level(double y) const {
  const std::int32_t full = codes_.full_code();
  const auto first = std::max(-full, static_cast<std::int32_t>(std::floor(y - reach_ - 1)));
  const auto last = std::min(full, static_cast<std::int32_t>(std::ceil(y + reach_ + 1)));
  std::int32_t best = first;
  double best_distance = std::numeric_limits<double>::infinity();
  for (std::int32_t code = first; code <= last; ++code) {
    const std::int32_t index = code + full;
    const double level = code + converter_->errors.inl_lsb[static_cast<std::size_t>(index)];
    if (std::abs(level - y) >= best_distance) continue;
    best_distance = std::abs(level - y);
    best = code;
  }
  return best;
}

std::int32_t ReadoutAdc::saturate(std::int32_t code, std::int64_t& saturated) const {
  const std::int32_t limited = std::clamp(code, -codes_.full_code(), codes_.full_code());
  if (limited != code) ++saturated;
  return limited;
}

}  // namespace vle::emulator
