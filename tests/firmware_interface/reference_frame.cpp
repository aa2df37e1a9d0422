#include "reference_frame.hpp"

namespace vle::firmware_interface {
namespace {

void append_u16(Bytes& bytes, unsigned value) {
  bytes.push_back(static_cast<std::uint8_t>(value & 0xFFU));
  bytes.push_back(static_cast<std::uint8_t>(value >> 8 & 0xFFU));
}

}  // namespace

std::uint32_t reference_crc32(const Bytes& bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

Bytes reference_cobs(const Bytes& content) {
  Bytes code{1};
  std::size_t at = 0;
  for (const std::uint8_t byte : content) {
    if (code[at] == 255) {
      at = code.size();
      code.push_back(1);
    }
    if (byte == 0) {
      at = code.size();
      code.push_back(1);
    } else {
      code.push_back(byte);
      ++code[at];
    }
  }
  return code;
}

Bytes reference_frame(const vle_fw_header& header, const Bytes& payload) {
  Bytes content{header.wire_version, header.kind};
  append_u16(content, header.session);
  append_u16(content, header.sequence);
  append_u16(content, header.credit);
  content.insert(content.end(), payload.begin(), payload.end());
  const std::uint32_t crc = reference_crc32(content);
  append_u16(content, crc & 0xFFFFU);
  append_u16(content, crc >> 16);
  Bytes frame = reference_cobs(content);
  frame.push_back(0);
  return frame;
}

Bytes encoded(const vle_fw_header& header, const Bytes& payload) {
  Bytes frame(VLE_FW_FRAME_BOUND(payload.size()));
  frame.resize(vle_fw_frame_encode(&header, payload.data(), payload.size(), frame.data(), frame.size()));
  return frame;
}

Bytes pattern(std::size_t count, std::size_t period) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) {
    bytes[i] = (i + 1) % period == 0 ? 0 : static_cast<std::uint8_t>(1 + i * 37 % 255);
  }
  return bytes;
}

}  // namespace vle::firmware_interface
