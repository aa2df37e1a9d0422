#include "draw.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "descriptions.hpp"

namespace vle {
namespace {

// Mean and deviation of n draws lie within 5 sigma of what the distribution says.
void expect_moments(Distribution distribution, double mean, double deviation, std::int64_t fan_in = 1) {
  constexpr int kCount = 20000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = draw_parameter(distribution, 7, i, fan_in);
    sum += value;
    squares += (value - mean) * (value - mean);
  }
  EXPECT_NEAR(sum / kCount, mean, 5 * deviation / std::sqrt(kCount));
  EXPECT_NEAR(std::sqrt(squares / kCount), deviation, 5 * deviation / std::sqrt(kCount));
}

TEST(DrawParameter, HasTheMomentsOfItsDistribution) {
  expect_moments({Distribution::Kind::kUniform, -1, 3, {}}, 1, 4 / std::sqrt(12.0));
  expect_moments({Distribution::Kind::kNormal, 2, 0.5, {}}, 2, 0.5);
  expect_moments({Distribution::Kind::kFanInNormal, 3, 0, {}}, 0, 1, 9);
}

TEST(DrawParameter, LogarithmsHaveTheMomentsOfTheirDistribution) {
  constexpr int kCount = 20000;
  double uniform = 0;
  double normal = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = draw_parameter({Distribution::Kind::kLogUniform, 0.1, 10, {}}, 3, i, 0);
    EXPECT_GE(value, 0.1);
    EXPECT_LE(value, 10);
    uniform += std::log10(value);
    normal += std::log(draw_parameter({Distribution::Kind::kLogNormal, 2, 0.3, {}}, 3, i, 0));
  }
  EXPECT_NEAR(uniform / kCount, 0, 5 * 2 / std::sqrt(12.0 * kCount));
  EXPECT_NEAR(normal / kCount, std::log(2.0), 5 * 0.3 / std::sqrt(kCount));
}

TEST(DrawSenders, HitsTheProbability) {
  constexpr int kRows = 200;
  constexpr int kSize = 500;
  constexpr double kProbability = 0.07;
  double count = 0;
  for (int i = 0; i < kRows; ++i) {
    const std::vector<std::uint32_t> senders = draw_senders(kProbability, 11, i, kSize);
    for (std::size_t k = 0; k < senders.size(); ++k) {
      EXPECT_LT(senders[k], 500U);
      EXPECT_TRUE(k == 0 || senders[k] > senders[k - 1]);
    }
    count += static_cast<double>(senders.size());
  }
  const double pairs = kRows * kSize;
  EXPECT_NEAR(count, pairs * kProbability, 5 * std::sqrt(pairs * kProbability * (1 - kProbability)));
}

TEST(DrawSenders, TakesAllAtOneAndFewAtNearlyNothing) {
  EXPECT_EQ(draw_senders(1, 1, 0, 5).size(), 5U);
  EXPECT_TRUE(draw_senders(1e-12, 1, 0, 1000).empty());
}

TEST(DeriveSeed, TellsObjectsAndFieldsApart) {
  EXPECT_NE(derive_seed(1, "a", "tau_m"), derive_seed(1, "a", "tau_r"));
  EXPECT_NE(derive_seed(1, "ab", "c"), derive_seed(1, "a", "bc"));
  EXPECT_NE(derive_seed(1, "a", "c"), derive_seed(2, "a", "c"));
}

TEST(BuildNetwork, ANewPopulationDoesNotChangeTheOthersDraws) {
  NetworkDescription description = layered();
  description.populations[1].tau_m = drawn(Distribution::Kind::kLogUniform, 0.1, 1);
  const Network before = built(description);
  description.populations.insert(description.populations.begin(), description.populations[0]);
  description.populations[0].name = "first";
  const Network after = built(description);
  EXPECT_EQ(after.populations[2].tau_m, before.populations[1].tau_m);
  EXPECT_EQ(after.projections[1].synapses.values, before.projections[1].synapses.values);
}

TEST(BuildNetwork, ASeedOfItsOwnDoesNotFollowTheNetworks) {
  NetworkDescription description = layered();
  description.projections[0].weights.distribution->seed = 5;
  const Network before = built(description);
  description.seed = 99;
  const Network after = built(description);
  EXPECT_EQ(after.projections[0].synapses.values, before.projections[0].synapses.values);
  EXPECT_NE(after.projections[1].synapses.values, before.projections[1].synapses.values);
}

}  // namespace
}  // namespace vle
