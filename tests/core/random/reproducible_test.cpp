#include <gtest/gtest.h>

#include <cmath>
#include <vle/random/reproducible.hpp>

namespace vle {
namespace {

TEST(Reproducible, ExponentialAgreesWithTheLibrary) {
  for (double x = -700; x <= 700; x += 0.37) {
    ASSERT_NEAR(reproducible_exp(x) / std::exp(x), 1, 1e-14) << x;
  }
  EXPECT_EQ(reproducible_exp(0), 1);
  EXPECT_EQ(reproducible_exp(-1000), 0);
  EXPECT_TRUE(std::isinf(reproducible_exp(1000)));
}

TEST(Reproducible, LogarithmAgreesWithTheLibrary) {
  for (double x = 1e-300; x < 1e300; x *= 1.7)
    ASSERT_NEAR(reproducible_log(x), std::log(x), 1e-13 * std::abs(std::log(x)) + 1e-15) << x;
  EXPECT_EQ(reproducible_log(1), 0);
}

}  // namespace
}  // namespace vle
