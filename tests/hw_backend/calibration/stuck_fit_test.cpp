#include "stuck_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>
#include <vle/random/draw.hpp>

#include "small_chip.hpp"

namespace vle::calibration {
namespace {

constexpr double kColumn[kWeightGroups] = {1.04, 0.97};

/// Points of a synapse of `factor` times its column, with the noise that they state.
std::vector<WeightPoint> points_of(const Dac& dac, const StuckSynapse* stuck, double factor, std::uint32_t number) {
  std::vector<WeightPoint> points;
  const auto add = [&](int code, int group) {
    const double given = stuck != nullptr ? effective_code(dac, *stuck, Lsb{code}).code : code;
    WeightPoint point{Lsb{code}, group, 0, group == 0 ? 0.04 : 0.25, group == 0 ? 9.8 : 79};
    point.value =
        std::clamp(given * factor * kColumn[group], -point.limit, point.limit) +
        point.error * draw_normal(0x57C, Stream::kSynapse, {number, static_cast<std::uint32_t>(points.size()), 0});
    points.push_back(point);
  };
  for (const int group : {0, 1}) add(0, group);
  for (const int code : {1, 2, 4, 8}) add(code, 0);
  for (const int code : {16, 32, 63}) add(code, 1);
  return points;
}

TEST(FindStuckBit, NamesEveryBitAtEitherLevel) {
  const Target target = small_chip();
  const Dac& dac = target.dac(ParameterKind::kWeight);
  std::uint32_t number = 0;
  for (int bit = 0; bit < dac.register_bits(); ++bit) {
    for (const int level : {0, 1}) {
      const StuckSynapse stuck{5, 7, bit, level};
      for (const double factor : {0.82, 1.0, 1.2}) {
        const auto points = points_of(dac, &stuck, factor, ++number);
        const auto found = find_stuck_bit(dac, points, kColumn, {5, 7, 0, 0});
        ASSERT_TRUE(found.has_value()) << "bit " << bit << " at " << level << ", factor " << factor;
        EXPECT_EQ(*found, stuck) << "factor " << factor;
      }
    }
  }
}

TEST(FindStuckBit, FindsNoneInAHealthySynapse) {
  const Target target = small_chip();
  const Dac& dac = target.dac(ParameterKind::kWeight);
  for (std::uint32_t number = 0; number < 20000; ++number) {
    const double factor = 1 + 0.05 * draw_normal(0x57D, Stream::kSynapse, {number, 0, 0});
    ASSERT_FALSE(find_stuck_bit(dac, points_of(dac, nullptr, factor, number), kColumn, {}).has_value()) << factor;
  }
}

// What does not look like any stuck bit is not called one.
TEST(FindStuckBit, LeavesAloneWhatItCannotExplain) {
  const Target target = small_chip();
  const Dac& dac = target.dac(ParameterKind::kWeight);
  auto points = points_of(dac, nullptr, 1, 1);
  for (WeightPoint& point : points) point.value = std::sin(3.0 * point.code.code) * 5;
  EXPECT_FALSE(find_stuck_bit(dac, points, kColumn, {}).has_value());
}

}  // namespace
}  // namespace vle::calibration
