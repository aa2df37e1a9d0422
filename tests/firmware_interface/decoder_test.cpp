#include <gmock/gmock.h>

#include <random>

#include "reference_frame.hpp"

namespace vle::firmware_interface {
namespace {

constexpr vle_fw_header kRequestHeader{VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, 7, 0x0100, 0};

/// What a decoder makes of a stream.
struct Decoded {
  std::vector<Bytes> payloads;
  std::vector<vle_fw_decode_result> errors;
};

class Decoder {
 public:
  explicit Decoder(std::size_t most_payload) : buffer_(VLE_FW_FRAME_CONTENT(most_payload)) {
    vle_fw_decoder_init(&decoder_, buffer_.data(), buffer_.size());
  }

  void feed(const Bytes& bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
      std::size_t taken = 0;
      vle_fw_frame frame{};
      const auto result = vle_fw_decoder_feed(&decoder_, bytes.data() + at, bytes.size() - at, &taken, &frame);
      ASSERT_GT(taken, 0U);
      at += taken;
      if (result == VLE_FW_DECODE_FRAME) {
        EXPECT_EQ(frame.header.session, kRequestHeader.session);
        EXPECT_EQ(frame.header.sequence, kRequestHeader.sequence);
        EXPECT_EQ(frame.header.kind, kRequestHeader.kind);
        EXPECT_EQ(frame.header.credit, kRequestHeader.credit);
        decoded_.payloads.emplace_back(frame.payload, frame.payload + frame.count);
      } else if (result != VLE_FW_DECODE_MORE) {
        decoded_.errors.push_back(result);
      }
    }
  }
  const Decoded& decoded() const { return decoded_; }

 private:
  Bytes buffer_;
  vle_fw_decoder decoder_{};
  Decoded decoded_;
};

Bytes operator+(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Bytes part(const Bytes& bytes, std::size_t from, std::size_t to) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

TEST(FrameDecoder, GivesBackEveryLength) {
  Decoder decoder(1600);
  std::vector<Bytes> payloads;
  for (std::size_t count = 0; count <= 1600; ++count) {
    payloads.push_back(pattern(count, 1 + count % 300));
    decoder.feed(encoded(kRequestHeader, payloads.back()));
  }
  EXPECT_EQ(decoder.decoded().payloads, payloads);
  EXPECT_TRUE(decoder.decoded().errors.empty());
}

TEST(FrameDecoder, TakesManyFramesInOneReadAndOneInMany) {
  const std::vector<Bytes> payloads{pattern(0, 3), pattern(300, 9), pattern(12, 1), pattern(260, 1000)};
  Bytes stream{0, 0};
  for (const Bytes& payload : payloads) stream = stream + encoded(kRequestHeader, payload);
  Decoder at_once(300);
  at_once.feed(stream);
  EXPECT_EQ(at_once.decoded().payloads, payloads);
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    Decoder decoder(300);
    decoder.feed(part(stream, 0, split));
    decoder.feed(part(stream, split, stream.size()));
    ASSERT_EQ(decoder.decoded().payloads, payloads) << split;
  }
  Decoder by_bytes(300);
  for (const std::uint8_t byte : stream) by_bytes.feed({byte});
  EXPECT_EQ(by_bytes.decoded().payloads, payloads);
}

TEST(FrameDecoder, ReportsEveryFlippedBit) {
  const Bytes frame = encoded(kRequestHeader, pattern(40, 11));
  for (std::size_t bit = 0; bit < 8 * (frame.size() - 1); ++bit) {
    Bytes damaged = frame;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1U << bit % 8);
    Decoder decoder(40);
    decoder.feed(damaged);
    decoder.feed(frame);
    ASSERT_GE(decoder.decoded().errors.size(), 1U) << bit;
    ASSERT_EQ(decoder.decoded().payloads, std::vector<Bytes>{pattern(40, 11)}) << bit;
  }
}

TEST(FrameDecoder, ReportsEveryCutAndGoesOn) {
  const Bytes frame = encoded(kRequestHeader, pattern(40, 11));
  for (std::size_t length = 1; length + 1 < frame.size(); ++length) {
    Decoder decoder(40);
    decoder.feed(part(frame, 0, length) + Bytes{0} + frame);
    ASSERT_EQ(decoder.decoded().errors.size(), 1U) << length;
    ASSERT_EQ(decoder.decoded().payloads.size(), 1U) << length;
  }
}

TEST(FrameDecoder, ReportsOversizeAndKeepsItsBound) {
  for (std::size_t count = 0; count <= 80; ++count) {
    Decoder decoder(40);
    decoder.feed(encoded(kRequestHeader, pattern(count, 9)) + encoded(kRequestHeader, pattern(40, 9)));
    ASSERT_EQ(decoder.decoded().payloads.size(), count <= 40 ? 2U : 1U) << count;
    ASSERT_EQ(decoder.decoded().errors.size(), count <= 40 ? 0U : 1U) << count;
    if (count > 40) {
      EXPECT_EQ(decoder.decoded().errors.front(), VLE_FW_DECODE_OVERSIZE);
    }
  }
}

TEST(FrameDecoder, FindsTheThreadAfterAnyPrefixOfGarbage) {
  std::mt19937 random(5);
  const Bytes frame = encoded(kRequestHeader, pattern(30, 4));
  for (std::size_t count = 0; count <= 200; ++count) {
    Bytes garbage(count);
    for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(random());
    Decoder decoder(64);
    decoder.feed(garbage + Bytes{0} + frame);
    ASSERT_FALSE(decoder.decoded().payloads.empty()) << count;
    ASSERT_EQ(decoder.decoded().payloads.back(), pattern(30, 4)) << count;
  }
}

TEST(FrameDecoder, ALengthThatIsALieCostsOneFrame) {
  Decoder decoder(64);
  const Bytes frame = encoded(kRequestHeader, pattern(30, 4));
  decoder.feed(Bytes{0xFF, 1, 2, 3} + frame + frame);
  EXPECT_EQ(decoder.decoded().payloads.size(), 1U);
  EXPECT_EQ(decoder.decoded().errors.size(), 1U);
}

}  // namespace
}  // namespace vle::firmware_interface
