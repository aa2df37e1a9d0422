#pragma once

#include <cstdint>
#include <optional>
#include <vle/target/calibration.hpp>
#include <vle/target/target.hpp>

namespace vle::emulator {

/// What is frozen in an emulated chip, for tests of calibration: never for calibration itself, which sees codes alone.
class ChipTruth {
 public:
  /// `target` must outlive this.
  ChipTruth(const Target& target, std::uint64_t chip_id) : target_(&target), chip_id_(chip_id) {}

  /// What the nominal value of a parameter is multiplied by; `row` only for synapses. `core`: of the board.
  double factor(ParameterKind kind, std::uint32_t core, std::uint32_t column, std::uint32_t row = 0) const;
  /// What a setting realises, the errors of its converter's elements included, at the nominal temperature and with
  /// fresh cells.
  double value(ParameterKind kind, std::uint32_t core, std::uint32_t column, const DacSetting& setting) const;
  /// Full scales; of the read-out, LSB.
  double offset(OffsetKind kind, std::uint32_t core, std::uint32_t column) const;
  /// What the rate circuit multiplies its argument and its rate by.
  double rate_slope(std::uint32_t core, std::uint32_t column) const;
  double rate_amplitude(std::uint32_t core, std::uint32_t column) const;
  /// The stuck bit of a synapse; nothing where there is none.
  std::optional<StuckSynapse> stuck_synapse(ParameterKind array, std::uint32_t core, std::uint32_t column,
                                            std::uint32_t row) const;
  bool is_dead(std::uint32_t core, std::uint32_t column) const;

 private:
  const Target* target_;
  std::uint64_t chip_id_;
};

}  // namespace vle::emulator
