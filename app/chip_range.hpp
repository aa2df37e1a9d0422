#pragma once

#include <cstdint>
#include <string_view>
#include <vle/result/result.hpp>

namespace vle::app {

/// Chip ids first to last, both included.
struct ChipRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::size_t count() const { return static_cast<std::size_t>(last - first) + 1; }
};

/// Parses `A..B`, or `N` for the chips 0 to N - 1. At most 100,000 chips.
[[nodiscard]] Result<ChipRange> parse_chips(std::string_view text);

}  // namespace vle::app
