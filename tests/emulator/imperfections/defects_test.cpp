#include "imperfections/defects.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "targets.hpp"

namespace vle::emulator {
namespace {

Target defective(double dead, double stuck) {
  Target target = coarse_target();
  target.defects = {dead, stuck};
  return target;
}

// Bounds are 5 standard deviations of a binomial distribution.
TEST(DeadNeurons, AreAsManyAsStated) {
  constexpr double kProbability = 0.02;
  const Target target = defective(kProbability, 0);
  const Silicon silicon = silicon_of(target, Effects{}, 11, 0, 0);
  constexpr std::uint32_t kCount = 60000;
  std::uint32_t dead = 0;
  for (std::uint32_t column = 0; column < kCount; ++column) dead += is_dead(silicon, column) ? 1 : 0;
  EXPECT_NEAR(dead, kCount * kProbability, 5 * std::sqrt(kCount * kProbability * (1 - kProbability)));
  Silicon healthy = silicon;
  healthy.effects = Effects::named("all,-dead_neurons");
  for (std::uint32_t column = 0; column < 1000; ++column) ASSERT_FALSE(is_dead(healthy, column));
}

TEST(StuckBits, HitOneBitOfARegisterAsOftenAsStated) {
  constexpr double kProbability = 0.005;
  constexpr int kBits = 6;
  const Target target = defective(0, kProbability);
  const Silicon silicon = silicon_of(target, Effects{}, 11, 0, 0);
  constexpr std::uint32_t kCount = 100000;
  std::array<double, kBits> at_one{};
  std::array<double, kBits> at_zero{};
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const std::uint16_t zero = with_stuck_bit(silicon, ParameterKind::kWeight, i / 256, i % 256, kBits, 0);
    const std::uint16_t ones = with_stuck_bit(silicon, ParameterKind::kWeight, i / 256, i % 256, kBits, 63);
    ASSERT_LE(std::popcount(zero) + std::popcount(static_cast<std::uint16_t>(63 & ~ones)), 1);
    ASSERT_LT(zero, 64);
    if (zero != 0) at_one[static_cast<std::size_t>(std::countr_zero(zero))] += 1;
    if (ones != 63) at_zero[static_cast<std::size_t>(std::countr_zero(static_cast<std::uint16_t>(~ones)))] += 1;
  }
  const double expected = kCount * kProbability / 2;
  for (const double count : at_one) EXPECT_NEAR(count, expected, 5 * std::sqrt(expected));
  for (const double count : at_zero) EXPECT_NEAR(count, expected, 5 * std::sqrt(expected));
}

TEST(StuckBits, BelongToTheElement) {
  const Target target = defective(0, 0.01);
  const Silicon one = silicon_of(target, Effects{}, 1, 0, 0);
  const Silicon two = silicon_of(target, Effects{}, 2, 0, 0);
  int differs = 0;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    const std::uint16_t word = with_stuck_bit(one, ParameterKind::kWeight, i, 3, 6, 21);
    EXPECT_EQ(word, with_stuck_bit(one, ParameterKind::kWeight, i, 3, 6, 21));
    differs += word != with_stuck_bit(two, ParameterKind::kWeight, i, 3, 6, 21) ? 1 : 0;
    differs += word != with_stuck_bit(one, ParameterKind::kBackwardWeight, i, 3, 6, 21) ? 1 : 0;
  }
  EXPECT_GT(differs, 20);
}

}  // namespace
}  // namespace vle::emulator
