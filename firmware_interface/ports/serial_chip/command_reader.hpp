#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vle::serial_chip {

/// The fields of a command, one after another, little endian. Whoever reads beyond its end gets 0, and is_whole() says
/// so.
class CommandReader {
 public:
  explicit CommandReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  /// All that is left.
  std::span<const std::uint8_t> rest() {
    const auto left = bytes_;
    bytes_ = {};
    return left;
  }
  /// Nothing was missing, and nothing is left.
  bool is_whole() const { return !is_short_ && bytes_.empty(); }

 private:
  std::uint64_t number(std::size_t size) {
    if (bytes_.size() < size) {
      is_short_ = true;
      bytes_ = {};
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= static_cast<std::uint64_t>(bytes_[i]) << (8 * i);
    bytes_ = bytes_.subspan(size);
    return value;
  }

  std::span<const std::uint8_t> bytes_;
  bool is_short_ = false;
};

inline void put_number(std::vector<std::uint8_t>& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i) & 0xFFU));
}

}  // namespace vle::serial_chip
