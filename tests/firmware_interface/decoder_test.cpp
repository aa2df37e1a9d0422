#include <gmock/gmock.h>

#include <random>

#include "every_codec.hpp"
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
  Decoder(const Codec& codec, std::size_t most_payload) : codec_(codec), buffer_(VLE_FW_FRAME_CONTENT(most_payload)) {
    codec_.init(&decoder_, buffer_.data(), buffer_.size());
  }

  void feed(const Bytes& bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
      std::size_t taken = 0;
      vle_fw_frame frame{};
      const auto result = codec_.feed(&decoder_, bytes.data() + at, bytes.size() - at, &taken, &frame);
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
  Codec codec_;
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

class FrameDecoder : public testing::TestWithParam<Codec> {};
INSTANTIATE_TEST_SUITE_P(Frames, FrameDecoder, testing::ValuesIn(every_codec()), name_of);

TEST_P(FrameDecoder, GivesBackEveryLength) {
  Decoder decoder(GetParam(), 1600);
  std::vector<Bytes> payloads;
  for (std::size_t count = 0; count <= 1600; ++count) {
    payloads.push_back(pattern(count, 1 + count % 300));
    decoder.feed(encoded(kRequestHeader, payloads.back()));
  }
  EXPECT_EQ(decoder.decoded().payloads, payloads);
  EXPECT_TRUE(decoder.decoded().errors.empty());
}

TEST_P(FrameDecoder, TakesManyFramesInOneReadAndOneInMany) {
  const std::vector<Bytes> payloads{pattern(0, 3), pattern(300, 9), pattern(12, 1), pattern(260, 1000)};
  Bytes stream{0, 0};
  for (const Bytes& payload : payloads) stream = stream + encoded(kRequestHeader, payload);
  Decoder at_once(GetParam(), 300);
  at_once.feed(stream);
  EXPECT_EQ(at_once.decoded().payloads, payloads);
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    Decoder decoder(GetParam(), 300);
    decoder.feed(part(stream, 0, split));
    decoder.feed(part(stream, split, stream.size()));
    ASSERT_EQ(decoder.decoded().payloads, payloads) << split;
  }
  Decoder by_bytes(GetParam(), 300);
  for (const std::uint8_t byte : stream) by_bytes.feed({byte});
  EXPECT_EQ(by_bytes.decoded().payloads, payloads);
}

TEST_P(FrameDecoder, GivesBackRandomBytesManyOfThemZero) {
  std::mt19937 random(8);
  for (unsigned zeros = 0; zeros <= 16; ++zeros) {
    Bytes payload(5000);
    for (std::uint8_t& byte : payload) {
      byte = random() % 16 < zeros ? std::uint8_t{0} : static_cast<std::uint8_t>(random());
    }
    const Bytes frame = encoded(kRequestHeader, payload);
    for (const std::size_t piece : {frame.size(), std::size_t{1460}, std::size_t{271}, std::size_t{7}}) {
      Decoder decoder(GetParam(), payload.size());
      for (std::size_t at = 0; at < frame.size(); at += piece) {
        decoder.feed(part(frame, at, std::min(at + piece, frame.size())));
      }
      ASSERT_EQ(decoder.decoded().payloads, std::vector<Bytes>{payload}) << "zeros " << zeros << ", pieces " << piece;
    }
  }
}

TEST_P(FrameDecoder, AnyDamageOfALongFrameIsSeen) {
  std::mt19937 random(9);
  const Bytes payload = pattern(1200, 3);
  const Bytes frame = encoded(kRequestHeader, payload);
  for (int i = 0; i < 2000; ++i) {
    Bytes damaged = frame;
    damaged[random() % (frame.size() - 1)] = static_cast<std::uint8_t>(random());
    if (damaged == frame) continue;
    Decoder decoder(GetParam(), payload.size());
    decoder.feed(damaged);
    decoder.feed(frame);
    ASSERT_GE(decoder.decoded().errors.size(), 1U) << i;
    ASSERT_EQ(decoder.decoded().payloads, std::vector<Bytes>{payload}) << i;
  }
}

TEST_P(FrameDecoder, ReportsEveryFlippedBit) {
  const Bytes frame = encoded(kRequestHeader, pattern(40, 11));
  for (std::size_t bit = 0; bit < 8 * (frame.size() - 1); ++bit) {
    Bytes damaged = frame;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1U << bit % 8);
    Decoder decoder(GetParam(), 40);
    decoder.feed(damaged);
    decoder.feed(frame);
    ASSERT_GE(decoder.decoded().errors.size(), 1U) << bit;
    ASSERT_EQ(decoder.decoded().payloads, std::vector<Bytes>{pattern(40, 11)}) << bit;
  }
}

TEST_P(FrameDecoder, ReportsEveryCutAndGoesOn) {
  const Bytes frame = encoded(kRequestHeader, pattern(40, 11));
  for (std::size_t length = 1; length + 1 < frame.size(); ++length) {
    Decoder decoder(GetParam(), 40);
    decoder.feed(part(frame, 0, length) + Bytes{0} + frame);
    ASSERT_EQ(decoder.decoded().errors.size(), 1U) << length;
    ASSERT_EQ(decoder.decoded().payloads.size(), 1U) << length;
  }
}

TEST_P(FrameDecoder, ReportsOversizeAndKeepsItsBound) {
  for (std::size_t count = 0; count <= 80; ++count) {
    Decoder decoder(GetParam(), 40);
    decoder.feed(encoded(kRequestHeader, pattern(count, 9)) + encoded(kRequestHeader, pattern(40, 9)));
    ASSERT_EQ(decoder.decoded().payloads.size(), count <= 40 ? 2U : 1U) << count;
    ASSERT_EQ(decoder.decoded().errors.size(), count <= 40 ? 0U : 1U) << count;
    if (count > 40) {
      EXPECT_EQ(decoder.decoded().errors.front(), VLE_FW_DECODE_OVERSIZE);
    }
  }
}

TEST_P(FrameDecoder, FindsTheThreadAfterAnyPrefixOfGarbage) {
  std::mt19937 random(5);
  const Bytes frame = encoded(kRequestHeader, pattern(30, 4));
  for (std::size_t count = 0; count <= 200; ++count) {
    Bytes garbage(count);
    for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(random());
    Decoder decoder(GetParam(), 64);
    decoder.feed(garbage + Bytes{0} + frame);
    ASSERT_FALSE(decoder.decoded().payloads.empty()) << count;
    ASSERT_EQ(decoder.decoded().payloads.back(), pattern(30, 4)) << count;
  }
}

TEST_P(FrameDecoder, ALengthThatIsALieCostsOneFrame) {
  Decoder decoder(GetParam(), 64);
  const Bytes frame = encoded(kRequestHeader, pattern(30, 4));
  decoder.feed(Bytes{0xFF, 1, 2, 3} + frame + frame);
  EXPECT_EQ(decoder.decoded().payloads.size(), 1U);
  EXPECT_EQ(decoder.decoded().errors.size(), 1U);
}

}  // namespace
}  // namespace vle::firmware_interface
