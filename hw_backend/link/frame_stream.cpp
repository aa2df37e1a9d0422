#include "frame_stream.hpp"

namespace vle::link {

FrameStream::FrameStream() : buffer_(VLE_FW_FRAME_CONTENT(kMostPayload)) {
  restart();
}

void FrameStream::restart() {
  vle_fw_decoder_init(&decoder_, buffer_.data(), buffer_.size());
}

void FrameStream::feed(std::span<const std::uint8_t> bytes, std::vector<Frame>& frames) {
  while (!bytes.empty()) {
    std::size_t taken = 0;
    vle_fw_frame frame{};
    const vle_fw_decode_result result = vle_fw_decoder_feed(&decoder_, bytes.data(), bytes.size(), &taken, &frame);
    bytes = bytes.subspan(taken);
    if (result == VLE_FW_DECODE_MORE) return;
    if (result != VLE_FW_DECODE_FRAME) {
      ++damaged_;
    } else if (frame.header.wire_version == VLE_FW_WIRE_VERSION) {
      frames.push_back({frame.header, std::string(reinterpret_cast<const char*>(frame.payload), frame.count)});
    }
  }
}

void FrameStream::encode(std::uint8_t kind, std::uint16_t session, const std::string& payload,
                         std::vector<std::uint8_t>& bytes) {
  const vle_fw_header header{VLE_FW_WIRE_VERSION, kind, session, sequence_++, 0};
  const std::size_t begin = bytes.size();
  const std::size_t room = VLE_FW_FRAME_BOUND(payload.size());
  bytes.resize(begin + room);
  bytes.resize(begin + vle_fw_frame_encode(&header, reinterpret_cast<const std::uint8_t*>(payload.data()),
                                           payload.size(), bytes.data() + begin, room));
}

}  // namespace vle::link
