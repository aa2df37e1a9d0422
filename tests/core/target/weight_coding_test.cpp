#include <vle/target/weight_coding.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "targets.hpp"

namespace vle {
namespace {

/// All factors 1, and the given stuck bits.
Calibration with_stuck(const Target& target, std::vector<StuckSynapse> stuck) {
  Calibration calibration;
  calibration.target_hash = target.hash;
  CalibratedSynapses synapses;
  synapses.array = ParameterKind::kWeight;
  synapses.rows = static_cast<std::uint32_t>(target.rows);
  synapses.columns = static_cast<std::uint32_t>(target.columns);
  synapses.factor.assign(static_cast<std::size_t>(target.rows * target.columns), 1.0F);
  synapses.stuck = std::move(stuck);
  synapses.has_linearity = true;
  calibration.synapses.push_back(std::move(synapses));
  return calibration;
}

// What was measured at the largest code is of the code that the bit leaves of it.
Calibration as_measured(const Target& target, const StuckSynapse& stuck) {
  Calibration calibration = with_stuck(target, {stuck});
  const Dac& dac = target.dac(ParameterKind::kWeight);
  std::vector<float>& factor = calibration.synapses.front().factor;
  const std::size_t column = std::size_t{stuck.column} * static_cast<std::size_t>(target.rows);
  factor[column + stuck.row] = static_cast<float>(full_swing(dac, stuck) / dac.max_code);
  if (target.signed_weight == SignedWeight::kRowPair && stuck.level != 0) {
    factor[column + (stuck.row ^ 1U)] -=
        static_cast<float>(static_cast<double>(effective_code(dac, stuck, Lsb{0}).code) / dac.max_code);
  }
  return calibration;
}

class EveryStuckBit : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Bits, EveryStuckBit, testing::Range(0, 4));

TEST_P(EveryStuckBit, LeavesTheFactorsOfBothRowsAsTheyAre) {
  const Target target = coarse_target();
  for (const std::uint32_t row : {6U, 7U}) {
    for (const int level : {0, 1}) {
      const Calibration calibration = as_measured(target, {row, 3, GetParam(), level});
      const ChipConverters converters(target, &calibration);
      EXPECT_NEAR(converters.synapse_factor(ParameterKind::kWeight, 0, 6, 3), 1, 1e-6);
      EXPECT_NEAR(converters.synapse_factor(ParameterKind::kWeight, 0, 7, 3), 1, 1e-6);
    }
  }
}

// A row pair has a second synapse: every weight between the ends stays within reach.
TEST_P(EveryStuckBit, OfAPairIsMadeUpForByTheOtherRow) {
  const Target target = coarse_target();
  const Dac& dac = target.dac(ParameterKind::kWeight);
  for (const std::uint32_t row : {6U, 7U}) {
    for (const int level : {0, 1}) {
      const StuckSynapse stuck{row, 3, GetParam(), level};
      const Calibration calibration = as_measured(target, stuck);
      const ChipConverters converters(target, &calibration);
      ASSERT_TRUE(converters.has_stuck_synapse(ParameterKind::kWeight, 0, 6, 3));
      const double least = -(row == 7 ? full_swing(dac, stuck) : dac.max_code) +
                           (row == 6 ? effective_code(dac, stuck, Lsb{0}).code : 0);
      for (int wanted = -dac.max_code; wanted <= dac.max_code; ++wanted) {
        const StuckWeight coded = nearest_stuck_weight(converters, target, ParameterKind::kWeight, 0, 6, 3, wanted);
        const Lsb first = row == 6 ? effective_code(dac, stuck, coded.first) : coded.first;
        const Lsb second = row == 7 ? effective_code(dac, stuck, coded.second) : coded.second;
        ASSERT_NEAR(coded.value, first.code - second.code, 1e-4) << wanted;
        const double most = (row == 6 ? full_swing(dac, stuck) : dac.max_code) -
                            (row == 7 ? effective_code(dac, stuck, Lsb{0}).code : 0);
        ASSERT_NEAR(coded.value, std::clamp<double>(wanted, least, most), 1e-4) << "bit " << GetParam();
      }
    }
  }
}

TEST(NearestStuckWeight, SaysWhetherAHealthySynapseWouldReachIt) {
  const Target target = coarse_target();
  const int most = target.dac(ParameterKind::kWeight).max_code;
  const Calibration calibration = as_measured(target, {6, 3, 5, 0});
  const ChipConverters converters(target, &calibration);
  const auto coded = [&](double wanted) {
    return nearest_stuck_weight(converters, target, ParameterKind::kWeight, 0, 6, 3, wanted);
  };
  EXPECT_TRUE(coded(most).is_short);
  EXPECT_FALSE(coded(most).is_beyond);
  EXPECT_TRUE(coded(most + 1).is_beyond);
  EXPECT_FALSE(coded(-most).is_short);
  EXPECT_TRUE(coded(-most - 1).is_beyond);
}

TEST(EffectiveCode, HasTheBitThatIsStuck) {
  const Target target = coarse_target();
  const Dac& dac = target.dac(ParameterKind::kWeight);
  EXPECT_EQ(effective_code(dac, {0, 0, 2, 0}, Lsb{5}), Lsb{1});
  EXPECT_EQ(effective_code(dac, {0, 0, 1, 1}, Lsb{5}), Lsb{7});
  EXPECT_EQ(effective_code(dac, {0, 0, 1, 1}, Lsb{0}), Lsb{2});
}

TEST(NearestStuckWeight, OfASynapseWithBothSignsIsTheNearestCodeThatIsLeft) {
  Target target = fine_target();
  target.rows = 4;
  target.columns = 2;
  const StuckSynapse stuck{1, 1, 0, 0};
  Calibration calibration = with_stuck(target, {stuck});
  const ChipConverters converters(target, &calibration);
  for (const int wanted : {-8, -7, 0, 1, 6, 7}) {
    const StuckWeight coded = nearest_stuck_weight(converters, target, ParameterKind::kWeight, 0, 1, 1, wanted);
    EXPECT_NEAR(coded.value, wanted, 1.001) << wanted;
    EXPECT_EQ(effective_code(target.dac(ParameterKind::kWeight), stuck, coded.first).code % 2, 0);
    EXPECT_EQ(coded.second, Lsb{0});
  }
}

}  // namespace
}  // namespace vle
