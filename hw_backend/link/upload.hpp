#pragma once

#include <cstdint>
#include <span>

#include "session.hpp"

namespace vle::link {

/// SHA-256 of bytes, 32 of them.
[[nodiscard]] std::string sha256_of(std::span<const std::uint8_t> bytes);

/// 16-bit words as they go over the link: little endian.
template <class Word>
[[nodiscard]] std::vector<std::uint8_t> little_endian(std::span<const Word> words) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(2 * words.size());
  for (const Word word : words) {
    bytes.push_back(static_cast<std::uint8_t>(word & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>((word >> 8) & 0xFF));
  }
  return bytes;
}

/// The same; `storage` holds them where this machine has its words in another order.
[[nodiscard]] std::span<const std::uint8_t> wire_view(std::span<const std::uint16_t> words,
                                                      std::vector<std::uint8_t>& storage);

/// Brings an object onto the board and has it used there: nothing where the board holds just this, what is missing
/// where an earlier upload of the same was cut. `announced` has all but size and hash filled in.
[[nodiscard]] Result<> upload(Session& session, v1::UploadBeginRequest announced, std::span<const std::uint8_t> bytes);

}  // namespace vle::link
