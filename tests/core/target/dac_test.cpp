#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vle/target/dac.hpp>

#include "targets.hpp"

namespace vle {
namespace {

int range_count(const Dac& dac) {
  return static_cast<int>(dac.range_factors.size());
}

/// A table that falls at multiples of 8, as measured bias generators do.
Dac bumpy_table() {
  Dac dac;
  dac.kind = Dac::Kind::kTable;
  dac.format = {6, false};
  dac.max_code = 63;
  dac.range_factors = {1, 10};
  for (int code = 0; code < 64; ++code) dac.table.push_back(1 + code - (code % 8 == 0 ? 1.7 : 0.0));
  return dac;
}

std::vector<Dac> dacs() {
  std::vector<Dac> all{bumpy_table()};
  const Target coarse = coarse_target();
  all.insert(all.end(), coarse.dacs.begin(), coarse.dacs.end());
  return all;
}

TEST(Dac, EveryCodeSurvivesItsRegisterWord) {
  for (const Dac& dac : dacs()) {
    for (int range = 0; range < range_count(dac); ++range) {
      for (int code = dac.min_code; code <= dac.max_code; ++code) {
        const DacSetting back = from_word(dac, to_word(dac, Lsb{code}, range));
        ASSERT_EQ(back.code.code, code);
        ASSERT_EQ(back.range, range);
        ASSERT_EQ(back.value, dac.value(Lsb{code}, range));
        ASSERT_FALSE(back.clipped);
      }
    }
  }
}

TEST(Dac, EveryRealisableValueIsFoundExactly) {
  for (const Dac& dac : dacs()) {
    for (int range = 0; range < range_count(dac); ++range) {
      for (int code = dac.min_code; code <= dac.max_code; ++code) {
        const double value = dac.value(Lsb{code}, range);
        const DacSetting setting = nearest_setting(dac, value);
        ASSERT_NEAR(setting.value, value, 1e-12 * std::abs(value));
        ASSERT_FALSE(setting.clipped);
        ASSERT_GE(setting_at_least(dac, value).value, value - 1e-12 * std::abs(value));
      }
    }
  }
}

TEST(Dac, NearestSettingIsNearestOverAllCodes) {
  for (const Dac& dac : dacs()) {
    for (int i = 0; i <= 500; ++i) {
      const double value = dac.min_value() + (dac.max_value() - dac.min_value()) * i / 500;
      double least = std::numeric_limits<double>::infinity();
      double least_above = std::numeric_limits<double>::infinity();
      for (int range = 0; range < range_count(dac); ++range) {
        for (int code = dac.min_code; code <= dac.max_code; ++code) {
          const double realised = dac.value(Lsb{code}, range);
          least = std::min(least, std::abs(realised - value));
          if (realised >= value) least_above = std::min(least_above, realised);
        }
      }
      const double slack = 1e-12 * std::abs(value);
      ASSERT_NEAR(std::abs(nearest_setting(dac, value).value - value), least, slack);
      if (std::isfinite(least_above)) {
        ASSERT_NEAR(setting_at_least(dac, value).value, least_above, slack);
      }
    }
  }
}

TEST(Dac, ValuesOutOfReachAreClippedToTheNearestEndAndSaySo) {
  for (const Dac& dac : dacs()) {
    const double span = dac.max_value() - dac.min_value();
    const DacSetting above = nearest_setting(dac, dac.max_value() + span);
    EXPECT_TRUE(above.clipped);
    EXPECT_EQ(above.value, dac.max_value());
    const DacSetting below = nearest_setting(dac, dac.min_value() - span);
    EXPECT_TRUE(below.clipped);
    EXPECT_EQ(below.value, dac.min_value());
  }
}

TEST(Dac, AWordBeyondTheUsableCodesActsAsTheLastUsableOne) {
  Dac dac = coarse_target().dac(ParameterKind::kTauU);
  dac.min_code = 40;
  const DacSetting setting = from_word(dac, 3);
  EXPECT_TRUE(setting.clipped);
  EXPECT_EQ(setting.code.code, 3);
  EXPECT_EQ(setting.value, dac.value(Lsb{40}, 0));
}

}  // namespace
}  // namespace vle
