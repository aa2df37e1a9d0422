#pragma once

#include <vle/firmware/frame.h>

#include <cstdint>
#include <vector>

namespace vle::firmware_interface {

using Bytes = std::vector<std::uint8_t>;

/// CRC-32 bit by bit, as its definition has it.
std::uint32_t reference_crc32(const Bytes& bytes);

/// COBS byte by byte, without a delimiter.
Bytes reference_cobs(const Bytes& content);

/// A frame by the two functions above, with its delimiter.
Bytes reference_frame(const vle_fw_header& header, const Bytes& payload);

/// The frame by the codec.
Bytes encoded(const vle_fw_header& header, const Bytes& payload);

/// `count` bytes of a pattern that has zeros now and then (seldom with large `period`).
Bytes pattern(std::size_t count, std::size_t period);

}  // namespace vle::firmware_interface
