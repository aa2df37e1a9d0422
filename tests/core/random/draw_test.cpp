#include <gtest/gtest.h>

#include <cmath>
#include <vector>
#include <vle/random/draw.hpp>

namespace vle {
namespace {

constexpr std::uint32_t kCount = 100000;

std::vector<double> normals(std::uint64_t seed, Stream stream) {
  std::vector<double> values;
  for (std::uint32_t i = 0; i < kCount; ++i) values.push_back(draw_normal(seed, stream, {i, 0, 0}));
  return values;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum / static_cast<double>(a.size());
}

// All bounds are 5 standard errors.
TEST(DrawNormal, HasTheMomentsOfAStandardNormal) {
  double sum = 0, square = 0, cube = 0, fourth = 0;
  for (const double x : normals(3, Stream::kSynapse)) {
    sum += x;
    square += x * x;
    cube += x * x * x;
    fourth += x * x * x * x;
  }
  const double n = kCount;
  EXPECT_NEAR(sum / n, 0, 5 * std::sqrt(1 / n));
  EXPECT_NEAR(square / n, 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(cube / n, 0, 5 * std::sqrt(15 / n));
  EXPECT_NEAR(fourth / n, 3, 5 * std::sqrt(96 / n));
}

TEST(DrawNormal, StreamsAndSeedsAreIndependent) {
  const std::vector<double> base = normals(3, Stream::kSynapse);
  const double bound = 5 / std::sqrt(static_cast<double>(kCount));
  EXPECT_NEAR(correlation(base, normals(3, Stream::kBackwardSynapse)), 0, bound);
  EXPECT_NEAR(correlation(base, normals(4, Stream::kSynapse)), 0, bound);
  EXPECT_NEAR(correlation(base, normals(std::uint64_t{3} << 32, Stream::kSynapse)), 0, bound);
}

TEST(DrawUniform, FillsTheOpenIntervalEvenly) {
  std::vector<double> bins(20, 0);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const double x = draw_uniform(9, Stream::kTauU, {1, i, 2});
    ASSERT_GT(x, 0);
    ASSERT_LT(x, 1);
    ++bins[static_cast<std::size_t>(x * 20)];
  }
  const double expected = kCount / 20.0;
  for (const double count : bins) EXPECT_NEAR(count, expected, 5 * std::sqrt(expected));
}

}  // namespace
}  // namespace vle
