#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "imperfections/readout_adc.hpp"
#include "imperfections/signal_dac.hpp"
#include "targets.hpp"

namespace vle::emulator {
namespace {

/// A target whose read-out has 8 bits over -1..1, and the errors given.
Target target_with(const ConverterErrors& errors) {
  Target target = fine_target();
  target.readout_adc = {8, 1, 1, errors};
  target.input_dac = {8, 1, 1, errors};
  return target;
}

constexpr double kLsb = 1.0 / 127;

std::int32_t code_at(const ReadoutAdc& adc, double y, std::size_t column = 0) {
  std::int64_t saturated = 0;
  return adc.encode(column, y * kLsb, 0, saturated);
}

// Bounds are 5 standard errors over the draws.
TEST(UnitElements, HaveErrorsThatGrowWithTheRootOfTheirNumber) {
  constexpr int kBits = 8;
  constexpr double kSigma = 0.02;
  constexpr std::uint32_t kDraws = 4000;
  double half = 0;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    const UnitElements elements(kBits, kSigma, 5, Stream::kReadoutAdc, {0, 0, i});
    EXPECT_EQ(elements.error(0), 0);
    EXPECT_NEAR(elements.error(255), 0, 1e-10);
    half += elements.error(128) * elements.error(128) / kDraws;
  }
  // The heaviest group has variance 128 sigma^2; scaling by all 255 elements takes its share of their sum away.
  const double variance = kSigma * kSigma * (128.0 - 128.0 * 128.0 / 255.0);
  EXPECT_NEAR(half / variance, 1, 5 * std::sqrt(2.0 / kDraws));
}

TEST(ReadoutAdc, OfEqualElementsIsTheNominalOne) {
  ConverterErrors errors;
  errors.unit_sigma = 1e-12;
  const Target target = target_with(errors);
  const ReadoutAdc nominal(target.readout_adc);
  const ReadoutAdc approximating(silicon_of(target, Effects{}, 1, 0, 0), 4);
  for (int i = -13500; i <= 13500; ++i) {
    const double y = i * 0.01 + 1e-6;
    ASSERT_EQ(code_at(approximating, y), code_at(nominal, y)) << y;
  }
}

// Successive approximation in exact arithmetic: the code is the greedy one, so transitions lie where the sum of the
// groups of a code begins.
TEST(ReadoutAdc, ByApproximationTurnsAtWhatItsElementsWeigh) {
  ConverterErrors errors;
  errors.unit_sigma = 0.1;
  const Target target = target_with(errors);
  const Silicon silicon = silicon_of(target, Effects{}, 9, 0, 0);
  const ReadoutAdc adc(silicon, 3);
  for (std::uint32_t column = 0; column < 3; ++column) {
    const UnitElements elements(8, 0.1, silicon.key, Stream::kReadoutAdc, {0, 0, column});
    const double middle = elements.weight(7) - 128 - 0.5;  // where the heaviest group turns on
    EXPECT_LT(code_at(adc, middle - 1e-6, column), 0);
    EXPECT_EQ(code_at(adc, middle + 1e-6, column), 0);
  }
  int differing = 0;
  for (int i = -1270; i <= 1270; ++i) differing += code_at(adc, 0.1 * i, 0) != code_at(adc, 0.1 * i, 1) ? 1 : 0;
  EXPECT_GT(differing, 20);
}

TEST(ReadoutAdc, BehindAMultiplexerIsOneForAllColumns) {
  ConverterErrors errors;
  errors.unit_sigma = 0.1;
  errors.shared = true;
  const Target target = target_with(errors);
  const ReadoutAdc adc(silicon_of(target, Effects{}, 9, 0, 0), 16);
  for (int i = -1270; i <= 1270; ++i) ASSERT_EQ(code_at(adc, 0.1 * i, 0), code_at(adc, 0.1 * i, 15));
}

TEST(ReadoutAdc, OfARampBendsMostInTheMiddle) {
  ConverterErrors errors;
  errors.architecture = ConverterErrors::Architecture::kRamp;
  errors.ramp_bow_lsb = 3;
  const Target target = target_with(errors);
  constexpr std::uint64_t kChips = 2000;
  double sum = 0;
  for (std::uint64_t chip = 0; chip < kChips; ++chip) {
    const ReadoutAdc adc(silicon_of(target, Effects{}, chip, 0, 0), 1);
    sum += code_at(adc, 0) * code_at(adc, 0);
    ASSERT_LE(std::abs(code_at(adc, 126.6) - 127), 1);
  }
  EXPECT_NEAR(sum / kChips / (9 + 1.0 / 12), 1, 5 * std::sqrt(2.0 / kChips));
}

TEST(ReadoutAdc, OfAMeasuredTableTakesTheNearestLevelThoughItTurnsBack) {
  ConverterErrors errors;
  errors.inl_lsb.assign(255, 0.0);
  errors.inl_lsb[127 + 10] = 1.4;  // the level of code 10 lies above that of code 11
  const Target target = target_with(errors);
  const ReadoutAdc adc(silicon_of(target, Effects{}, 0, 0, 0), 1);
  EXPECT_EQ(code_at(adc, 9.9), 9);
  EXPECT_EQ(code_at(adc, 11.1), 11);
  EXPECT_EQ(code_at(adc, 11.3), 10);
  EXPECT_EQ(code_at(adc, 11.8), 12);
  for (int i = -127; i <= 127; ++i) {
    if (i == 10) continue;
    EXPECT_EQ(code_at(adc, i), i);
  }
  const ReadoutAdc off(silicon_of(target, Effects::named("all,-adc"), 0, 0, 0), 1);
  EXPECT_EQ(code_at(off, 10), 10);
}

TEST(ReadoutAdc, SaturatesAndCounts) {
  ConverterErrors errors;
  errors.unit_sigma = 0.05;
  const Target target = target_with(errors);
  const ReadoutAdc adc(silicon_of(target, Effects{}, 1, 0, 0), 1);
  std::int64_t saturated = 0;
  EXPECT_EQ(adc.encode(0, 2, 0, saturated), 127);
  EXPECT_EQ(adc.encode(0, -0.5, -200, saturated), -127);
  EXPECT_EQ(saturated, 2);
}

TEST(SignalDac, GivesEveryChannelItsOwnLevels) {
  ConverterErrors errors;
  errors.unit_sigma = 0.05;
  const Target target = target_with(errors);
  const SignalDac dac(silicon_of(target, Effects{}, 1, 0, 0), Stream::kInputDac, 2);
  const SignalDac off(silicon_of(target, Effects::none(), 1, 0, 0), Stream::kInputDac, 2);
  const SignalDac targets(silicon_of(target, Effects{}, 1, 0, 0), Stream::kTargetDac, 2);
  double largest = 0;
  for (std::int32_t code = -127; code <= 127; ++code) {
    EXPECT_EQ(off.value(0, code), SignalCodes(8, 1).decode(code));
    largest = std::max(largest, static_cast<double>(std::abs(dac.value(0, code) - off.value(0, code))));
  }
  EXPECT_GT(largest, 0.05 * kLsb);
  EXPECT_LT(largest, 3 * kLsb);
  EXPECT_NE(dac.value(0, 3), dac.value(1, 3));
  EXPECT_NE(dac.value(0, 3), targets.value(0, 3));
}

TEST(SignalDac, FollowsAMeasuredTable) {
  ConverterErrors errors;
  errors.inl_lsb.assign(255, 0.0);
  errors.inl_lsb[127 + 5] = -1.25;
  const Target target = target_with(errors);
  const SignalDac dac(silicon_of(target, Effects{}, 1, 0, 0), Stream::kInputDac, 1);
  EXPECT_NEAR(dac.value(0, 5), 3.75 * kLsb, 1e-7);
  EXPECT_EQ(dac.value(0, 6), SignalCodes(8, 1).decode(6));
}

}  // namespace
}  // namespace vle::emulator
