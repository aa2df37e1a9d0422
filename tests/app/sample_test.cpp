#include "sample.hpp"

#include <gmock/gmock.h>

#include <vle/random/draw.hpp>

namespace vle::app {
namespace {

TEST(Sample, SummariesOfKnownValues) {
  const SampleSummary summary = summarise({4, 1, 3, 2, 5});
  EXPECT_EQ(summary.count, 5U);
  EXPECT_DOUBLE_EQ(summary.mean, 3);
  EXPECT_EQ(summary.minimum, 1);
  EXPECT_DOUBLE_EQ(summary.q05, 1.2);
  EXPECT_EQ(summary.median, 3);
  EXPECT_DOUBLE_EQ(summary.q95, 4.8);
  EXPECT_EQ(summary.maximum, 5);
  EXPECT_LT(summary.mean_interval.low, 3);
  EXPECT_GT(summary.mean_interval.high, 3);
}

TEST(Sample, EqualSamplesHaveEqualIntervalsWhateverTheirOrder) {
  const SampleSummary a = summarise({0.1, 0.4, 0.2, 0.9});
  const SampleSummary b = summarise({0.9, 0.2, 0.4, 0.1});
  EXPECT_EQ(a.mean_interval.low, b.mean_interval.low);
  EXPECT_EQ(a.mean_interval.high, b.mean_interval.high);
}

// 200 samples of 50 normal values: a percentile interval of 95 % misses the mean a little more often than 5 %. Of 200,
// 10 to 14 misses are expected; 30 are 5 sigma above.
TEST(Sample, TheIntervalOfAMeanCoversIt) {
  int missed = 0;
  for (std::uint32_t sample = 0; sample < 200; ++sample) {
    std::vector<double> values;
    for (std::uint32_t i = 0; i < 50; ++i) values.push_back(draw_normal(17, Stream::kSynapse, {sample, i, 0}));
    const Interval interval = summarise(std::move(values)).mean_interval;
    if (interval.low > 0 || interval.high < 0) ++missed;
  }
  EXPECT_LT(missed, 30);
  EXPECT_GT(missed, 0);
}

TEST(Sample, SharesHaveWilsonsInterval) {
  // E. B. Wilson's formula by hand: 8 of 10.
  const Interval some = share_interval(8, 10);
  EXPECT_NEAR(some.low, 0.4902, 1e-4);
  EXPECT_NEAR(some.high, 0.9433, 1e-4);
  EXPECT_NEAR(share_interval(10, 10).high, 1, 1e-12);
  EXPECT_NEAR(share_interval(0, 10).low, 0, 1e-12);
  EXPECT_LT(share_interval(10, 10).low, 1);
}

}  // namespace
}  // namespace vle::app
