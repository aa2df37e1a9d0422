#pragma once

#include <vle/firmware/frame.h>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vle::link {

/// A whole frame from the other end.
struct Frame {
  vle_fw_header header{};
  std::string payload;
};

/// Frames out of bytes and bytes out of frames, with the codec of the firmware.
class FrameStream {
 public:
  /// Most payload of a frame that is taken, in bytes.
  static constexpr std::size_t kMostPayload = 65535;

  FrameStream();
  FrameStream(const FrameStream&) = delete;
  FrameStream& operator=(const FrameStream&) = delete;

  /// Forgets a frame that has begun: the stream is a new one.
  void restart();
  /// Takes bytes as they come; appends the frames that end in them.
  void feed(std::span<const std::uint8_t> bytes, std::vector<Frame>& frames);
  /// Appends the bytes of a frame, with its delimiter, to `bytes`; numbers frames in its header.
  void encode(std::uint8_t kind, std::uint16_t session, const std::string& payload, std::vector<std::uint8_t>& bytes);

  /// Frames that came damaged.
  std::int64_t damaged() const { return damaged_; }

 private:
  std::vector<std::uint8_t> buffer_;
  vle_fw_decoder decoder_{};
  std::uint16_t sequence_ = 0;
  std::int64_t damaged_ = 0;
};

}  // namespace vle::link
