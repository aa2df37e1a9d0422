#include "converter_errors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vle/io/files.hpp>
#include <vle/random/draw.hpp>

namespace vle::calibration {
namespace {

Dac dac_of(ParameterKind kind) {
  const auto target = read_target("bss2_like");
  EXPECT_TRUE(target.has_value());
  return target ? target->dac(kind) : Dac{};
}

/// What field `a` of a ladder with these groups errs by, LSB: groups of 2^b elements, their sum made exact.
double error_of(const std::vector<double>& groups, std::uint32_t a) {
  double all = 0;
  double own = 0;
  for (std::size_t b = 0; b < groups.size(); ++b) {
    all += groups[b];
    if ((a >> b & 1U) != 0) own += groups[b];
  }
  return own * (std::exp2(static_cast<double>(groups.size())) - 1) / all - a;
}

TEST(CodeCovariance, IsThatOfDrawnConverters) {
  const Dac dac = dac_of(ParameterKind::kBias);
  constexpr std::uint32_t kDraws = 4000;
  for (const auto& [first, second] : {std::pair{0, 0}, {96, 383}, {-459, 511}, {383, -383}, {511, 511}}) {
    double product = 0;
    for (std::uint32_t draw = 0; draw < kDraws; ++draw) {
      std::vector<double> groups;
      for (std::uint32_t b = 0; b < 10; ++b) {
        const double elements = std::exp2(b);
        groups.push_back(elements +
                         dac.unit_sigma * std::sqrt(elements) * draw_normal(7, Stream::kParameterDac, {draw, b, 0}));
      }
      product += error_of(groups, static_cast<std::uint32_t>(first + 512)) *
                 error_of(groups, static_cast<std::uint32_t>(second + 512)) / kDraws;
    }
    const double lsb = dac.scale;
    const double scale = std::pow(dac.unit_sigma * lsb, 2) * 256;  // the largest variance
    EXPECT_NEAR(code_covariance(dac, Lsb{first}, Lsb{second}, 0), product * lsb * lsb,
                5 * std::sqrt(2.0 / kDraws) * scale)
        << first << " and " << second;
  }
}

TEST(CodeCovariance, IsNothingWhereAllElementsOrNoneSwitch) {
  const Dac gain = dac_of(ParameterKind::kG0);
  EXPECT_NEAR(code_covariance(gain, Lsb{511}, Lsb{511}, 0), 0, 1e-15);
  const Dac lead = dac_of(ParameterKind::kLeadU);
  EXPECT_EQ(code_covariance(lead, Lsb{0}, Lsb{0}, 0), 0);
  EXPECT_EQ(error_of_zero(lead), 0);
  EXPECT_NEAR(error_of_zero(gain), 0.01 * std::sqrt(512 * (1 - 512 / 1023.0)) * gain.scale, 1e-9);
}

TEST(CodeCovariance, FollowsTheSlopeOfATimeConstant) {
  const Dac tau = dac_of(ParameterKind::kTauU);
  const double lsb = 0.01 * std::sqrt(40 * (1 - 40 / 1023.0));
  const double relative = std::sqrt(code_covariance(tau, Lsb{40}, Lsb{40}, 0)) / tau.value(Lsb{40}, 0);
  EXPECT_NEAR(relative, lsb / (40 + tau.offset), 1e-6);
}

// Field 512 + c holds what 512 - c lacks, but for one element: both err by the same, with opposite signs.
TEST(OppositeCodesError, IsThatOfOneCodeNotOfTwo) {
  Converter converter;
  converter.bits = 10;
  converter.errors.unit_sigma = 0.01;
  const double field = 512 + 383;
  EXPECT_NEAR(opposite_codes_error(converter, 383), 0.01 * std::sqrt(field * (1 - field / 1023)), 0.01);
}

}  // namespace
}  // namespace vle::calibration
