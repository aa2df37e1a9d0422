#include "silicon.hpp"

#include "deviations.hpp"

namespace vle::emulator {

Silicon silicon_of(const Target& target, Effects effects, std::uint64_t board_id, std::uint32_t core,
                   double temperature_kelvin) {
  const auto cores = static_cast<std::uint32_t>(target.cores_per_chip);
  return {&target, effects, chip_key(board_id, core / cores), core % cores,
          temperature_kelvin > 0 ? temperature_kelvin : target.noise.temperature_kelvin};
}

}  // namespace vle::emulator
