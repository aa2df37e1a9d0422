#pragma once

#include <cstdint>

#include "silicon.hpp"

namespace vle::emulator {

/// With the probability of dead neurons; never where they are off.
bool is_dead(const Silicon& silicon, std::uint32_t column);

/// What the converter of a parameter sees of its register's lowest `bits` bits: the word, or the word with one bit at 0
/// or at 1. A register is hit with the probability bits * p; which bit and which value are equally likely. The register
/// itself reads back as written.
std::uint16_t with_stuck_bit(const Silicon& silicon, ParameterKind kind, std::uint32_t row, std::uint32_t column,
                             int bits, std::uint16_t word);

}  // namespace vle::emulator
