#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "every_codec.hpp"
#include "reference_frame.hpp"

namespace vle::firmware_interface {
namespace {

constexpr vle_fw_header kReplyHeader{VLE_FW_WIRE_VERSION, VLE_FW_KIND_REPLY, 0x1234, 0x0056, 64};

class FrameEncode : public testing::TestWithParam<Codec> {
 protected:
  static Bytes encoded(const Bytes& payload) {
    Bytes frame(VLE_FW_FRAME_BOUND(payload.size()));
    frame.resize(GetParam().encode(&kReplyHeader, payload.data(), payload.size(), frame.data(), frame.size()));
    return frame;
  }
};
INSTANTIATE_TEST_SUITE_P(Frames, FrameEncode, testing::ValuesIn(every_codec()), name_of);

TEST_P(FrameEncode, AgreesWithTheReferenceAtEveryLength) {
  for (const std::size_t period : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{253}, std::size_t{254},
                                   std::size_t{255}, std::size_t{100000}}) {
    for (std::size_t count = 0; count <= 1600; ++count) {
      const Bytes payload = pattern(count, period);
      ASSERT_EQ(encoded(payload), reference_frame(kReplyHeader, payload)) << count << " bytes, period " << period;
    }
  }
}

TEST_P(FrameEncode, AgreesWithTheReferenceOnRandomBytesManyOfThemZero) {
  std::mt19937 random(6);
  for (unsigned zeros = 0; zeros <= 16; ++zeros) {
    for (int i = 0; i < 50; ++i) {
      Bytes payload(random() % 1500);
      for (std::uint8_t& byte : payload) {
        byte = random() % 16 < zeros ? std::uint8_t{0} : static_cast<std::uint8_t>(random());
      }
      ASSERT_EQ(encoded(payload), reference_frame(kReplyHeader, payload))
          << payload.size() << " bytes, zeros " << zeros;
    }
  }
}

TEST_P(FrameEncode, HasNoZeroButAtItsEnd) {
  const Bytes frame = encoded(Bytes(700, 0));
  EXPECT_EQ(std::count(frame.begin(), frame.end(), 0), 1);
  EXPECT_EQ(frame.back(), 0);
}

TEST_P(FrameEncode, TakesWhatItNeedsAndNoByteLess) {
  for (const std::size_t count : {0U, 1U, 241U, 242U, 243U, 600U}) {
    const Bytes payload = pattern(count, 100000);
    const std::size_t needed = encoded(payload).size();
    EXPECT_LE(needed + 1, VLE_FW_FRAME_BOUND(count)) << "with a delimiter before it";
    for (std::size_t capacity = 0; capacity < needed; ++capacity) {
      Bytes out(capacity);
      ASSERT_EQ(GetParam().encode(&kReplyHeader, payload.data(), count, out.data(), capacity), 0U) << capacity;
    }
    Bytes out(needed);
    EXPECT_EQ(GetParam().encode(&kReplyHeader, payload.data(), count, out.data(), needed), needed);
  }
}

}  // namespace
}  // namespace vle::firmware_interface
