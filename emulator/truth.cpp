#include <vle/emulator/truth.hpp>

#include "imperfections/defects.hpp"
#include "imperfections/deviations.hpp"
#include "imperfections/parameter_dac.hpp"
#include "imperfections/rate_circuits.hpp"

namespace vle::emulator {

double ChipTruth::factor(ParameterKind kind, std::uint32_t core, std::uint32_t column, std::uint32_t row) const {
  const Silicon silicon = silicon_of(*target_, Effects{}, chip_id_, core, 0);
  return drawn_factor(target_->mismatch[static_cast<std::size_t>(kind)], silicon.key, stream_of(kind),
                      {silicon.core, row, column});
}

double ChipTruth::value(ParameterKind kind, std::uint32_t core, std::uint32_t column, const DacSetting& setting) const {
  const Silicon silicon = silicon_of(*target_, Effects{}, chip_id_, core, 0);
  return converted(silicon, kind, setting, column) * factor(kind, core, column);
}

double ChipTruth::offset(OffsetKind kind, std::uint32_t core, std::uint32_t column) const {
  const Silicon silicon = silicon_of(*target_, Effects{}, chip_id_, core, 0);
  return drawn_offset(offset_of(*target_, kind), silicon.key, stream_of(kind), {silicon.core, 0, column});
}

double ChipTruth::rate_slope(std::uint32_t core, std::uint32_t column) const {
  return rate_circuit(silicon_of(*target_, Effects{}, chip_id_, core, 0), column).slope;
}

double ChipTruth::rate_amplitude(std::uint32_t core, std::uint32_t column) const {
  return rate_circuit(silicon_of(*target_, Effects{}, chip_id_, core, 0), column).amplitude;
}

std::optional<StuckSynapse> ChipTruth::stuck_synapse(ParameterKind array, std::uint32_t core, std::uint32_t column,
                                                     std::uint32_t row) const {
  const Silicon silicon = silicon_of(*target_, Effects{}, chip_id_, core, 0);
  const int bits = target_->dac(array).register_bits();
  for (int bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint16_t>(1u << bit);
    if ((with_stuck_bit(silicon, array, row, column, bits, mask) & mask) == 0) return StuckSynapse{row, column, bit, 0};
    if ((with_stuck_bit(silicon, array, row, column, bits, 0) & mask) != 0) return StuckSynapse{row, column, bit, 1};
  }
  return std::nullopt;
}

bool ChipTruth::is_dead(std::uint32_t core, std::uint32_t column) const {
  return emulator::is_dead(silicon_of(*target_, Effects{}, chip_id_, core, 0), column);
}

}  // namespace vle::emulator
