#pragma once

#include <array>
#include <cstdint>

namespace vle {

/// Philox 4x32-10 (Salmon et al., SC 2011, as in Random123): 128 random bits that are a pure function of key and
/// counter.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 2> key, std::array<std::uint32_t, 4> counter);

/// The two key words of a 64-bit seed or chip id.
constexpr std::array<std::uint32_t, 2> philox_key(std::uint64_t seed) {
  return {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
}

}  // namespace vle
