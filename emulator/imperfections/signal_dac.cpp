#include "signal_dac.hpp"

namespace vle::emulator {

SignalDac::SignalDac(const Silicon& silicon, Stream stream, std::size_t channels)
    : converter_(&silicon.target->input_dac),
      codes_(converter_->bits, converter_->range),
      has_table_(silicon.effects.has(Effect::kDac) && !converter_->errors.inl_lsb.empty()) {
  const double unit_sigma = converter_->errors.unit_sigma;
  if (!silicon.effects.has(Effect::kDac) || unit_sigma == 0) return;
  elements_.reserve(channels);
  for (std::uint32_t channel = 0; channel < channels; ++channel) {
    elements_.emplace_back(converter_->bits, unit_sigma, silicon.key, stream, Element{silicon.core, 0, channel});
  }
}

float SignalDac::value(std::size_t channel, std::int32_t code) const {
  const std::int32_t lowest = -codes_.full_code();
  double error = 0;
  if (has_table_) error = converter_->errors.inl_lsb[static_cast<std::size_t>(code - lowest)];
  // Codes stand offset by 2^(bits-1), so the largest groups switch at zero.
  if (channel < elements_.size()) error = elements_[channel].error(static_cast<std::uint32_t>(code - lowest + 1));
  if (error == 0) return codes_.decode(code);
  return static_cast<float>((code + error) * static_cast<double>(codes_.lsb()));
}

}  // namespace vle::emulator
