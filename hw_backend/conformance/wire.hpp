#pragma once

#include <vle/firmware/frame.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vle::conformance {

using Bytes = std::vector<std::uint8_t>;

/// Frames as no host would send them: written down from docs/protocol.md, not with the codec that both ends share.

/// CRC-32 of a reflected polynomial, begun and ended with all ones. That of the link is 0xEDB88320.
[[nodiscard]] std::uint32_t crc32_of(std::span<const std::uint8_t> bytes, std::uint32_t reflected_polynomial);
inline constexpr std::uint32_t kLinkPolynomial = 0xEDB88320U;

/// Header and message, as what the CRC is over.
[[nodiscard]] Bytes content_of(const vle_fw_header& header, std::string_view message);
void append_crc(Bytes& content, std::uint32_t crc);
/// COBS and a delimiter.
[[nodiscard]] Bytes delimited(std::span<const std::uint8_t> content);
/// The content of the first frame, up to its delimiter or the end; shorter where its code is broken.
[[nodiscard]] Bytes decoded(std::span<const std::uint8_t> code);

}  // namespace vle::conformance
