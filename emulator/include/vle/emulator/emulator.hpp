#pragma once

#include <cstdint>
#include <memory>
#include <vle/backend/backend.hpp>
#include <vle/emulator/effects.hpp>
#include <vle/target/target.hpp>

namespace vle::emulator {

/// An emulated chip of `target` as a backend. The chip id is the key of everything frozen. `temperature_kelvin`: of the
/// chip; 0: the target's nominal one.
[[nodiscard]] std::unique_ptr<Backend> make_emulator_backend(Target target, std::uint64_t chip_id, Effects effects,
                                                             double temperature_kelvin = 0);

}  // namespace vle::emulator
