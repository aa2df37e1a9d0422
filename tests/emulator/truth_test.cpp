#include <vle/emulator/truth.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vle/io/files.hpp>

namespace vle::emulator {
namespace {

TEST(ChipTruth, StatesWhatASettingRealises) {
  const auto target = read_target("bss2_like");
  ASSERT_TRUE(target.has_value());
  const ChipTruth truth(*target, 3);
  const Dac& gain = target->dac(ParameterKind::kG0);
  const auto setting = [&](int code) { return DacSetting{Lsb{code}, 0, gain.value(Lsb{code}, 0)}; };
  double squares = 0;
  for (std::uint32_t column = 0; column < 128; ++column) {
    const double factor = truth.factor(ParameterKind::kG0, 0, column);
    // All elements together are exact.
    EXPECT_NEAR(truth.value(ParameterKind::kG0, 0, column, setting(511)), factor * gain.value(Lsb{511}, 0), 1e-12);
    const double error = truth.value(ParameterKind::kG0, 0, column, setting(256)) / factor - setting(256).value;
    squares += std::pow(error / gain.scale, 2) / 128;
  }
  const double variance = std::pow(gain.unit_sigma, 2) * 768 * (1 - 768 / 1023.0);
  EXPECT_NEAR(squares, variance, 5 * std::sqrt(2.0 / 128) * variance);
}

}  // namespace
}  // namespace vle::emulator
