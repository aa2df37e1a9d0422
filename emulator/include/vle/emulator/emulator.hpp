#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vle/backend/backend.hpp>
#include <vle/target/target.hpp>

namespace vle::emulator {

/// Which non-idealities are on. Quantisation is not among them: it is in the register image and in the converters.
struct Effects {
  bool mismatch = true;    ///< gains, times and offsets frozen by the chip id
  bool noise = true;       ///< thermal noise of both compartments, ADC noise
  bool saturation = true;  ///< finite linear range of the leak amplifiers (rails always clip)
  bool crossing = true;    ///< latency and codes of signals between cores

  static constexpr Effects none() { return {false, false, false, false}; }
  bool operator==(const Effects&) const = default;
};

/// Parses `all`, `none`, or a list such as `mismatch,noise`. Errors name the known effects.
[[nodiscard]] Result<Effects> parse_effects(std::string_view text);

/// An emulated chip of `target` as a backend. The chip id is the key of everything frozen.
[[nodiscard]] std::unique_ptr<Backend> make_emulator_backend(Target target, std::uint64_t chip_id, Effects effects);

}  // namespace vle::emulator
