#include <gtest/gtest.h>

#include <limits>
#include <vle/units/code_format.hpp>

namespace vle {
namespace {

TEST(CodeFormat, FieldsHoldEveryCodeOfEveryFormat) {
  for (int bits = 1; bits <= 16; ++bits) {
    for (const bool is_signed : {false, true}) {
      const CodeFormat format{bits, is_signed};
      for (std::int32_t code = format.minimum(); code <= format.maximum(); ++code) {
        ASSERT_EQ(from_field(to_field(Lsb{code}, format), format).code, code) << bits << " bits, signed " << is_signed;
      }
    }
  }
}

TEST(CodeFormat, QuantiserIsNearestInsideAndSaturatesOutside) {
  const CodeFormat format{6, true};
  for (double value = -40; value <= 40; value += 0.125) {
    const QuantisedCode quantised = quantise_to(value, format);
    EXPECT_EQ(quantised.saturated, std::round(value) < -32 || std::round(value) > 31) << value;
    if (!quantised.saturated) {
      EXPECT_LE(std::abs(quantised.code.code - value), 0.5);
    }
  }
}

TEST(CodeFormat, InfinityAndHugeValuesSaturateWithoutWrapping) {
  const CodeFormat format{8, false};
  EXPECT_EQ(quantise_to(std::numeric_limits<double>::infinity(), format).code.code, 255);
  EXPECT_EQ(quantise_to(-1e300, format).code.code, 0);
  EXPECT_TRUE(quantise_to(1e300, format).saturated);
}

}  // namespace
}  // namespace vle
