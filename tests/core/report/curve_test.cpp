#include <curve.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

namespace vle {
namespace {

Curve curve_of(std::vector<double> values, double step = 1) {
  Curve curve;
  curve.step = step;
  curve.values = std::move(values);
  return curve;
}

TEST(Curve, DrawsFewSamplesAsTheyAre) {
  const Axis time{{0, 2}, 0, 20};
  const Axis value{{0, 1}, 10, 0};
  EXPECT_EQ(path_of(curve_of({0, 1, 0.5}), time, value), "M0.0 10.0L10.0 0.0L20.0 5.0");
}

TEST(Curve, BreaksTheStrokeWhereASampleIsNotANumber) {
  const Axis time{{0, 3}, 0, 30};
  const Axis value{{0, 1}, 10, 0};
  EXPECT_EQ(path_of(curve_of({0, NAN, 1, 1}), time, value), "M0.0 10.0M20.0 0.0L30.0 0.0");
}

TEST(Curve, KeepsASpikeOfOneSampleInManyAndStaysSmall) {
  std::vector<double> values(108'000, 0.0);
  values[54'321] = 1;
  const Axis time{{0, 108'000}, 0, 1100};
  const Axis value{{0, 1}, 100, 0};
  const std::string path = path_of(curve_of(values), time, value);
  EXPECT_THAT(path, testing::HasSubstr(" 0.0"));  // the top of the panel
  EXPECT_LT(std::count(path.begin(), path.end(), 'L'), 2 * 1101);
}

TEST(Curve, FindsTheSamplesOfAWindowDespiteRounding) {
  const Curve curve = curve_of(std::vector<double>(1000, 0.0), 1.0 / 360);
  const SampleSpan span = samples_within(curve, {100.0 / 360, 200.0 / 360});
  EXPECT_EQ(span.first, 100u);
  EXPECT_EQ(span.last, 201u);
  EXPECT_EQ(samples_within(curve, {50, 60}).first, 1000u);
  EXPECT_EQ(samples_within(curve, {-5, -1}).last, 0u);
}

TEST(Curve, RangeIsOfTheWindowAndOfFiniteValuesAlone) {
  const Curve curve = curve_of({100, 1, NAN, -2, 100});
  const Range range = value_range(curve, {1, 3});
  EXPECT_EQ(range.low, -2);
  EXPECT_EQ(range.high, 1);
  const Range none = value_range(curve_of({NAN}), {0, 1});
  EXPECT_GT(none.low, none.high);
}

}  // namespace
}  // namespace vle
