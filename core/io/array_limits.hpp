#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vle::io {

/// Numbers of one array that are read: 2 GiB of memory.
inline constexpr std::int64_t kMaxArrayValues = std::int64_t{1} << 28;
inline constexpr std::int64_t kMaxArrayBytes = std::int64_t{4} << 30;

/// Number of values of a shape; empty: a negative extent, or more than kMaxArrayValues.
[[nodiscard]] std::optional<std::int64_t> count_of(const std::vector<std::int64_t>& shape);

/// "(3, 4)".
[[nodiscard]] std::string shape_in_words(const std::vector<std::int64_t>& shape);

}  // namespace vle::io
