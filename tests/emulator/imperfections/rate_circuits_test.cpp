#include "imperfections/rate_circuits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vle/emulator/truth.hpp>

#include "targets.hpp"

namespace vle::emulator {
namespace {

constexpr std::uint32_t kCircuits = 20000;

Target target_with_circuits() {
  Target target = coarse_target();
  target.rate_circuits.slope.sigma = 0.05;
  target.rate_circuits.amplitude.sigma = 0.03;
  target.hash = hash_of(target);
  return target;
}

// Bounds are 5 standard errors.
TEST(RateCircuit, HasTheStatedSpreadsIndependentOfEachOther) {
  const Target target = target_with_circuits();
  const Silicon silicon = silicon_of(target, Effects{}, 7, 0, 0);
  double slopes = 0;
  double amplitudes = 0;
  double products = 0;
  for (std::uint32_t column = 0; column < kCircuits; ++column) {
    const RateCircuit circuit = rate_circuit(silicon, column);
    slopes += std::pow(circuit.slope - 1, 2) / kCircuits;
    amplitudes += std::pow(circuit.amplitude - 1, 2) / kCircuits;
    products += (circuit.slope - 1) * (circuit.amplitude - 1) / kCircuits;
  }
  const double relative = 5 * std::sqrt(2.0 / kCircuits);
  EXPECT_NEAR(slopes, 0.05 * 0.05, relative * 0.05 * 0.05);
  EXPECT_NEAR(amplitudes, 0.03 * 0.03, relative * 0.03 * 0.03);
  EXPECT_NEAR(products, 0, 5 * 0.05 * 0.03 / std::sqrt(static_cast<double>(kCircuits)));
}

TEST(RateCircuit, IsTheShapeItselfWhereNothingIsStatedOrTheEffectIsOff) {
  const Target plain = coarse_target();
  EXPECT_FALSE(has_rate_deviations(silicon_of(plain, Effects{}, 7, 0, 0)));
  EXPECT_EQ(rate_circuit(silicon_of(plain, Effects{}, 7, 0, 0), 1).slope, 1);
  const Target target = target_with_circuits();
  const Silicon off = silicon_of(target, Effects::named("all,-phi"), 7, 0, 0);
  EXPECT_EQ(rate_circuit(off, 1).slope, 1);
  EXPECT_EQ(rate_circuit(off, 1).amplitude, 1);
}

TEST(RateCircuit, IsWhatTheTruthSays) {
  const Target target = target_with_circuits();
  const ChipTruth truth(target, 7);
  const RateCircuit circuit = rate_circuit(silicon_of(target, Effects{}, 7, 1, 0), 3);
  EXPECT_EQ(truth.rate_slope(1, 3), circuit.slope);
  EXPECT_EQ(truth.rate_amplitude(1, 3), circuit.amplitude);
}

// A description that does not state them is the chip that it was before they could be stated.
TEST(RateCircuit, EntersTheHashOnlyWhereItDeviates) {
  Target target = coarse_target();
  const std::string before = hash_of(target);
  target.rate_circuits.slope.distribution = Deviation::Distribution::kUniform;
  EXPECT_EQ(hash_of(target), before);
  target.rate_circuits.slope.sigma = 0.01;
  EXPECT_NE(hash_of(target), before);
}

}  // namespace
}  // namespace vle::emulator
