#include "arguments.hpp"

#include <gtest/gtest.h>

namespace vle::app {
namespace {

TEST(Arguments, WholeNumbersAreExactOrNothing) {
  EXPECT_EQ(parse_count("0"), 0);
  EXPECT_EQ(parse_count("-12"), -12);
  EXPECT_EQ(parse_count("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_unsigned("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", " 1", "1 ", "1.0", "1e3", "0x10", "9223372036854775808", "+1", "a"}) {
    EXPECT_EQ(parse_count(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_unsigned("-1"), std::nullopt);
}

TEST(Arguments, NumbersAreFinite) {
  EXPECT_EQ(parse_number("1e3"), 1000.0);
  EXPECT_EQ(parse_number("0.25"), 0.25);
  for (const char* text : {"", "nan", "inf", "-inf", "1e999", "1,5", "1.0x"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(Arguments, TellWhatWasGiven) {
  Arguments arguments;
  arguments.set("--steps", "20");
  EXPECT_TRUE(arguments.has("--steps"));
  EXPECT_EQ(arguments.count("--steps"), 20);
  EXPECT_EQ(arguments.number("--steps"), 20.0);
  EXPECT_EQ(arguments.text("--steps"), "20");
  EXPECT_FALSE(arguments.has("--seed"));
  EXPECT_EQ(arguments.count("--seed"), std::nullopt);
}

}  // namespace
}  // namespace vle::app
