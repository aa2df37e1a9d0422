#include "imperfections/deviations.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace vle::emulator {
namespace {

constexpr std::uint32_t kCount = 40000;

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.mean += value / static_cast<double>(values.size());
  for (const double value : values) {
    moments.variance += (value - moments.mean) * (value - moments.mean) / static_cast<double>(values.size());
  }
  return moments;
}

std::vector<double> factors(Deviation deviation, std::uint64_t key = 1) {
  std::vector<double> values;
  for (std::uint32_t i = 0; i < kCount; ++i)
    values.push_back(drawn_factor(deviation, key, Stream::kTauU, {0, i / 256, i % 256}));
  return values;
}

// Bounds are 5 standard errors of mean and variance.
TEST(DrawnFactor, HasTheStatedDistribution) {
  const double n = kCount;
  for (const auto distribution : {Deviation::Distribution::kNormal, Deviation::Distribution::kUniform}) {
    const Moments moments = moments_of(factors({distribution, 0.1}));
    EXPECT_NEAR(moments.mean, 1, 5 * 0.1 / std::sqrt(n));
    EXPECT_NEAR(moments.variance, 0.01, 5 * 0.01 * std::sqrt(2 / n));
  }
  std::vector<double> logarithms = factors({Deviation::Distribution::kLogNormal, 0.2});
  for (double& value : logarithms) value = std::log(value);
  const Moments moments = moments_of(logarithms);
  EXPECT_NEAR(moments.mean, 0, 5 * 0.2 / std::sqrt(n));
  EXPECT_NEAR(moments.variance, 0.04, 5 * 0.04 * std::sqrt(2 / n));
}

TEST(DrawnFactor, IsOneWithoutMismatchAndNeverReverses) {
  for (const double value : factors({Deviation::Distribution::kNormal, 0})) ASSERT_EQ(value, 1);
  for (const double value : factors({Deviation::Distribution::kNormal, 2})) ASSERT_GE(value, 0.01);
}

TEST(DrawnFactor, IsAnotherChipsOwn) {
  const std::vector<double> one = factors({Deviation::Distribution::kNormal, 0.1}, 1);
  const std::vector<double> two = factors({Deviation::Distribution::kNormal, 0.1}, 2);
  double correlation = 0;
  for (std::size_t i = 0; i < one.size(); ++i) correlation += (one[i] - 1) * (two[i] - 1) / 0.01 / kCount;
  EXPECT_NEAR(correlation, 0, 5 / std::sqrt(static_cast<double>(kCount)));
}

TEST(ChipKey, ChipsOfABoardHaveKeysOfTheirOwn) {
  EXPECT_EQ(chip_key(7, 0), 7u);
  EXPECT_NE(chip_key(7, 1), chip_key(7, 2));
  EXPECT_NE(chip_key(7, 1), chip_key(8, 1));
}

TEST(StreamOf, NoTwoParametersShareOne) {
  std::vector<Stream> streams;
  for (const ParameterRecord& record : kParameterRecords) streams.push_back(stream_of(record.kind));
  for (std::size_t i = 0; i < streams.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(streams[i], streams[j]) << i << " " << j;
  }
}

}  // namespace
}  // namespace vle::emulator
