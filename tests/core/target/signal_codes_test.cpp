#include <gtest/gtest.h>

#include <cmath>
#include <vle/target/signal_codes.hpp>

namespace vle {
namespace {

TEST(SignalCodes, EveryCodeDecodesAndEncodesToItself) {
  for (const int bits : {2, 5, 8, 10}) {
    const SignalCodes codes(bits, 1.2);
    std::int64_t saturated = 0;
    for (std::int32_t code = -codes.full_code(); code <= codes.full_code(); ++code) {
      ASSERT_EQ(codes.encode(static_cast<double>(codes.decode(code)), 0, saturated), code) << bits;
    }
    EXPECT_EQ(saturated, 0);
  }
}

TEST(SignalCodes, SaturatesAndCounts) {
  const SignalCodes codes(8, 1);
  std::int64_t saturated = 0;
  EXPECT_EQ(codes.encode(1.1, 0, saturated), 127);
  EXPECT_EQ(codes.encode(-40, 0, saturated), -127);
  EXPECT_EQ(saturated, 2);
  EXPECT_EQ(codes.encode(0.5, 2, saturated), static_cast<std::int32_t>(std::nearbyint(0.5 * 127 + 2)));
  EXPECT_EQ(saturated, 2);
}

}  // namespace
}  // namespace vle
