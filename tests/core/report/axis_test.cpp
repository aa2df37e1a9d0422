#include <axis.hpp>

#include <gmock/gmock.h>

namespace vle {
namespace {

using testing::ElementsAre;
using testing::Pointwise;

TEST(Axis, StepIsOneTwoOrFiveTimesAPowerOfTen) {
  EXPECT_DOUBLE_EQ(tick_step(10, 10), 1);
  EXPECT_DOUBLE_EQ(tick_step(10, 6), 2);
  EXPECT_DOUBLE_EQ(tick_step(10, 3), 5);
  EXPECT_DOUBLE_EQ(tick_step(0.03, 4), 0.01);
  EXPECT_DOUBLE_EQ(tick_step(7e4, 5), 2e4);
}

TEST(Axis, NeverMoreTicksThanAllowed) {
  for (double length = 1e-3; length < 1e4; length *= 1.37) {
    for (int most = 2; most < 12; ++most) {
      const double step = tick_step(length, most);
      EXPECT_LE(ticks({0, length}, step).size(), static_cast<std::size_t>(most) + 1) << length << " " << most;
    }
  }
}

TEST(Axis, TicksIncludeTheEndsAndAnExactZero) {
  EXPECT_THAT(ticks({-0.2, 0.2}, 0.1), Pointwise(testing::DoubleNear(1e-12), {-0.2, -0.1, 0.0, 0.1, 0.2}));
  EXPECT_EQ(ticks({-0.3, 0.3}, 0.1)[3], 0.0);
}

TEST(Axis, LabelsHaveTheDigitsOfTheStep) {
  EXPECT_EQ(tick_label(0.5, 0.1), "0.5");
  EXPECT_EQ(tick_label(-20, 5), "-20");
  EXPECT_EQ(tick_label(0.25, 0.05), "0.25");
  EXPECT_EQ(tick_label(2e6, 1e6), "2e+06");
}

TEST(Axis, MapsValuesToPixels) {
  const Axis axis{{-1, 1}, 100, 0};
  EXPECT_DOUBLE_EQ(axis.pixel(-1), 100);
  EXPECT_DOUBLE_EQ(axis.pixel(0), 50);
  EXPECT_DOUBLE_EQ(axis.pixel(1), 0);
}

}  // namespace
}  // namespace vle
