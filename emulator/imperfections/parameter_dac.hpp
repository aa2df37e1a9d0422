#pragma once

#include <cstdint>
#include <vle/target/target.hpp>

#include "silicon.hpp"

namespace vle::emulator {

/// What a parameter's converter makes of a setting: its value, moved by the errors of the converter's own elements
/// where those are on.
double converted(const Silicon& silicon, ParameterKind kind, const DacSetting& setting, std::uint32_t column);

}  // namespace vle::emulator
