#include "defects.hpp"

#include <algorithm>
#include <vle/random/draw.hpp>
#include <vle/random/philox.hpp>

namespace vle::emulator {

bool is_dead(const Silicon& silicon, std::uint32_t column) {
  const double probability = silicon.target->defects.dead_neuron;
  if (!silicon.effects.has(Effect::kDeadNeurons) || probability == 0) return false;
  return draw_uniform(silicon.key, Stream::kDeadNeuron, {silicon.core, 0, column}) < probability;
}

std::uint16_t with_stuck_bit(const Silicon& silicon, ParameterKind kind, std::uint32_t row, std::uint32_t column,
                             int bits, std::uint16_t word) {
  const double probability = silicon.target->defects.stuck_bit;
  if (!silicon.effects.has(Effect::kStuckBits) || probability == 0) return word;
  const auto place = static_cast<std::uint32_t>(kind) << 16 | row;
  const auto drawn =
      philox(philox_key(silicon.key), {static_cast<std::uint32_t>(Stream::kStuckBit), silicon.core, place, column});
  const double hit = (static_cast<double>(drawn[0]) + 0.5) * 0x1p-32;
  if (hit >= bits * probability) return word;
  const int bit = std::min(static_cast<int>(hit / probability), bits - 1);
  const auto mask = static_cast<std::uint16_t>(1u << bit);
  return static_cast<std::uint16_t>((drawn[1] & 1u) != 0 ? word | mask : word & ~mask);
}

}  // namespace vle::emulator
