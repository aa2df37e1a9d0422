#include <algorithm>
#include <cstdlib>

#include "../firmware_interface/reference_frame.hpp"

namespace vle::firmware_interface {
namespace {

constexpr std::size_t kMostPayload = 64;

/// What a decoder makes of the stream when it comes in pieces of `piece` bytes.
std::vector<Bytes> frames_of(const Bytes& stream, std::size_t piece) {
  Bytes buffer(VLE_FW_FRAME_CONTENT(kMostPayload));
  vle_fw_decoder decoder;
  vle_fw_decoder_init(&decoder, buffer.data(), buffer.size());
  std::vector<Bytes> frames;
  for (std::size_t at = 0; at < stream.size();) {
    std::size_t taken = 0;
    vle_fw_frame frame;
    const std::size_t count = std::min(piece, stream.size() - at);
    // A copy of its own, so that reading past it is seen.
    const Bytes read(stream.begin() + static_cast<std::ptrdiff_t>(at),
                     stream.begin() + static_cast<std::ptrdiff_t>(at + count));
    if (vle_fw_decoder_feed(&decoder, read.data(), count, &taken, &frame) == VLE_FW_DECODE_FRAME) {
      frames.emplace_back(frame.payload, frame.payload + frame.count);
    }
    if (taken == 0 || taken > count) std::abort();
    at += taken;
  }
  return frames;
}

}  // namespace
}  // namespace vle::firmware_interface

/// Any bytes, in any pieces, give the same frames; and a good frame behind them is always found.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vle::firmware_interface;
  Bytes stream(data, data + size);
  stream.push_back(0);
  const vle_fw_header header{VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, 1, 2, 3};
  const Bytes payload = pattern(20, 3);
  const Bytes good = encoded(header, payload);
  stream.insert(stream.end(), good.begin(), good.end());
  const std::vector<Bytes> frames = frames_of(stream, stream.size());
  if (frames.empty() || frames.back() != payload) std::abort();
  if (frames != frames_of(stream, 1) || frames != frames_of(stream, 7)) std::abort();
  return 0;
}
