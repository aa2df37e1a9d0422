#include <vle/target/stuck_synapse.hpp>

#include <algorithm>

namespace vle {

Lsb effective_code(const Dac& dac, const StuckSynapse& stuck, Lsb code) {
  const std::uint16_t word = to_word(dac, code, 0);
  const auto mask = static_cast<std::uint16_t>(1u << stuck.bit);
  const Lsb read = from_word(dac, static_cast<std::uint16_t>(stuck.level != 0 ? word | mask : word & ~mask)).code;
  return Lsb{std::clamp(read.code, dac.min_code, dac.max_code)};
}

double full_swing(const Dac& dac, const StuckSynapse& stuck) {
  const double top = effective_code(dac, stuck, Lsb{dac.max_code}).code;
  if (dac.min_code >= 0) return top;
  return (top - effective_code(dac, stuck, Lsb{-dac.max_code}).code) / 2;
}

}  // namespace vle
