#include "wire.hpp"

#include <algorithm>

namespace vle::conformance {

std::uint32_t crc32_of(std::span<const std::uint8_t> bytes, std::uint32_t reflected_polynomial) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? reflected_polynomial : 0U);
  }
  return ~crc;
}

Bytes content_of(const vle_fw_header& header, std::string_view message) {
  Bytes content{header.wire_version, header.kind};
  for (const std::uint16_t word : {header.session, header.sequence, header.credit}) {
    content.push_back(static_cast<std::uint8_t>(word & 0xFFU));
    content.push_back(static_cast<std::uint8_t>(word >> 8));
  }
  content.insert(content.end(), message.begin(), message.end());
  return content;
}

void append_crc(Bytes& content, std::uint32_t crc) {
  for (int shift = 0; shift < 32; shift += 8) content.push_back(static_cast<std::uint8_t>(crc >> shift & 0xFFU));
}

Bytes delimited(std::span<const std::uint8_t> content) {
  constexpr std::size_t kLongestRun = 254;
  Bytes code;
  std::size_t at = 0;
  while (true) {
    const auto rest = content.subspan(at);
    const auto run = static_cast<std::size_t>(std::ranges::find(rest, std::uint8_t{0}) - rest.begin());
    const std::size_t count = std::min(run, kLongestRun);
    code.push_back(static_cast<std::uint8_t>(count + 1));
    code.insert(code.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count));
    at += count;
    if (at == content.size()) break;
    if (count < kLongestRun) ++at;
  }
  code.push_back(0);
  return code;
}

Bytes decoded(std::span<const std::uint8_t> code) {
  Bytes content;
  code = code.first(static_cast<std::size_t>(std::ranges::find(code, std::uint8_t{0}) - code.begin()));
  while (!code.empty()) {
    const std::size_t count = std::min<std::size_t>(code.front() - 1U, code.size() - 1);
    const bool zero_next = code.front() != 0xFF && count + 1 < code.size();
    content.insert(content.end(), code.begin() + 1, code.begin() + 1 + static_cast<std::ptrdiff_t>(count));
    if (zero_next) content.push_back(0);
    code = code.subspan(count + 1);
  }
  return content;
}

}  // namespace vle::conformance
