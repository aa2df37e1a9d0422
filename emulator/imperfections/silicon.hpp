#pragma once

#include <cstdint>
#include <vle/emulator/effects.hpp>

namespace vle::emulator {

/// One core of one piece of silicon: who it is, which of its effects are on, and how warm it is. What its elements draw
/// depends on who it is alone, never on what is on.
struct Silicon {
  const Target* target = nullptr;
  Effects effects;
  std::uint64_t key = 0;   ///< of its chip
  std::uint32_t core = 0;  ///< on its chip
  double temperature_kelvin = 0;
};

/// Core `core` of the board. `temperature_kelvin` 0: nominal.
Silicon silicon_of(const Target& target, Effects effects, std::uint64_t board_id, std::uint32_t core,
                   double temperature_kelvin);

}  // namespace vle::emulator
