#include <gtest/gtest.h>

#include <cmath>
#include <vle/backend/readout.hpp>
#include <vle/calibration/calibrate.hpp>
#include <vle/compile/compile.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/emulator/truth.hpp>

#include "agreement.hpp"
#include "networks.hpp"
#include "small_chip.hpp"

namespace vle::calibration {
namespace {

CalibrateOptions only_phi() {
  CalibrateOptions options;
  options.only = {"phi"};
  return options;
}

struct RateAgreement {
  Agreement slope;
  Agreement amplitude;
};

RateAgreement agreement_on(const Target& target, std::initializer_list<std::uint64_t> chips) {
  RateAgreement all;
  for (const std::uint64_t chip : chips) {
    const emulator::ChipTruth truth(target, chip);
    const Calibration calibration = calibrate_chip(target, chip, only_phi()).calibration;
    std::size_t dead = 0;
    for (std::uint32_t column = 0; column < static_cast<std::uint32_t>(target.columns); ++column) {
      dead += truth.is_dead(0, column) ? 1 : 0;
    }
    EXPECT_EQ(calibration.rate_circuits.size() + dead, static_cast<std::size_t>(target.columns)) << "chip " << chip;
    for (const CalibratedRateCircuit& circuit : calibration.rate_circuits) {
      const double slope = truth.rate_slope(circuit.core, circuit.column);
      const double amplitude = truth.rate_amplitude(circuit.core, circuit.column);
      all.slope.add(1, slope, circuit.slope, std::sqrt(circuit.covariance[0]));
      all.amplitude.add(1, amplitude, circuit.amplitude, std::sqrt(circuit.covariance[3]));
    }
  }
  return all;
}

void expect_truth(const Agreement& agreement, double spread, double worst, const char* name) {
  EXPECT_NEAR(agreement.rms_before(), spread, 5 * spread / std::sqrt(2 * agreement.count)) << name;
  EXPECT_LT(agreement.rms(), worst) << name;
  EXPECT_NEAR(agreement.coverage(), 0.95, tolerance_of_coverage(agreement.count)) << name;
  EXPECT_NEAR(std::sqrt(agreement.squared / agreement.count), 1, 0.15) << name;
}

TEST(RateCircuits, AreFoundWithinTheirStatedErrorsOnChipsWithDefects) {
  Target target = small_chip_with_rate_circuits(96);
  target.defects = {0.05, 1e-3};
  target.hash = hash_of(target);
  const RateAgreement found = agreement_on(target, {1, 2, 3, 4});
  EXPECT_GT(found.slope.count, 320);
  expect_truth(found.slope, 0.05, 0.004, "slope");
  expect_truth(found.amplitude, 0.03, 0.003, "amplitude");
}

TEST(RateCircuits, AreFoundByTheLogisticFunctionWhereThereIsNoTanh) {
  Target target = small_chip_with_rate_circuits(96);
  std::erase_if(target.shapes, [](const PhiShape& shape) { return shape.activation == Activation::kTanh; });
  target.hash = hash_of(target);
  const RateAgreement found = agreement_on(target, {5, 6});
  EXPECT_LT(found.slope.rms(), 0.01);
  EXPECT_LT(found.amplitude.rms(), 0.01);
  EXPECT_NEAR(found.slope.coverage(), 0.95, tolerance_of_coverage(found.slope.count));
  EXPECT_NEAR(found.amplitude.coverage(), 0.95, tolerance_of_coverage(found.amplitude.count));
}

// A line has no saturation: what is found is the product of the two.
TEST(RateCircuits, AreAGainWhereTheTargetHasOnlyALine) {
  Target target = small_chip_with_rate_circuits(32);
  std::erase_if(target.shapes, [](const PhiShape& shape) { return shape.activation != Activation::kLinear; });
  target.hash = hash_of(target);
  const emulator::ChipTruth truth(target, 7);
  for (const CalibratedRateCircuit& circuit : calibrate_chip(target, 7, only_phi()).calibration.rate_circuits) {
    const double gain = truth.rate_slope(0, circuit.column) * truth.rate_amplitude(0, circuit.column);
    EXPECT_NEAR(circuit.slope, gain, 5 * std::sqrt(circuit.covariance[0])) << circuit.column;
    EXPECT_LT(std::sqrt(circuit.covariance[0]), 0.005);
    EXPECT_NEAR(circuit.amplitude, 1, 1e-5);
  }
}

TEST(RateCircuits, AreMeasuredUnaskedOnlyWhereTheTargetSaysThatTheyDeviate) {
  const auto has_phi = [](const Target& target) {
    const std::vector<std::string> names = usual_routine_names(target);
    return std::find(names.begin(), names.end(), "phi") != names.end();
  };
  EXPECT_FALSE(has_phi(small_chip()));
  EXPECT_TRUE(has_phi(small_chip_with_rate_circuits(16)));
}

TEST(RateCircuits, OfAChipThatHasNoneDeviatingAreNominalWithinTheirErrors) {
  const Target target = small_chip(64);
  const Calibration calibration = calibrate_chip(target, 8, only_phi()).calibration;
  ASSERT_EQ(calibration.rate_circuits.size(), 64U);
  double squared = 0;
  for (const CalibratedRateCircuit& circuit : calibration.rate_circuits) {
    squared += std::pow(circuit.slope - 1, 2) / circuit.covariance[0] / 64;
  }
  EXPECT_NEAR(squared, 1, 5 * std::sqrt(2.0 / 64));
}

TEST(RateCircuits, AreResumedMergedAndCompared) {
  const Target target = small_chip_with_rate_circuits(16);
  const CalibrationOutcome first = calibrate_chip(target, 9, only_phi());
  CalibrateOptions again = only_phi();
  again.previous = &first.calibration;
  const CalibrationOutcome second = calibrate_chip(target, 9, again);
  EXPECT_EQ(second.calibration.rate_circuits.size(), 16U);
  for (const RoutineReport& routine : second.routines) EXPECT_NE(routine.name, "phi");
  const auto merged = merge({first.calibration, second.calibration});
  ASSERT_TRUE(merged.has_value());
  EXPECT_EQ(merged->rate_circuits.size(), 16U);
  const Calibration other = calibrate_chip(target, 10, only_phi()).calibration;
  const auto drifts = compare(first.calibration, other);
  const auto slope = std::find_if(drifts.begin(), drifts.end(), [](const Drift& d) { return d.name == "rate slope"; });
  ASSERT_NE(slope, drifts.end());
  EXPECT_GT(slope->beyond, 8U);
  EXPECT_EQ(rate_statistics_of(first.calibration).size(), 2U);
  EXPECT_NEAR(rate_statistics_of(first.calibration)[0].before, 0.05, 0.04);
}

/// RMS distance of all rates of a network on a chip whose rate circuits alone deviate from those on one where nothing
/// does.
double distance(const Network& network, const Target& target, std::uint64_t chip, const Calibration* calibration) {
  const Stimulus stimulus = make_sines(network, 1, 120);
  const auto ranges = profile_ranges(network, stimulus);
  EXPECT_TRUE(ranges.has_value());
  const auto run = [&](emulator::Effects effects, const Calibration* own) {
    CompileOptions options;
    options.calibration = own;
    const auto map = compile(network, target, *ranges, options);
    EXPECT_TRUE(map.has_value()) << (map ? "" : map.error().message);
    const auto backend = emulator::make_emulator_backend(target, chip, effects);
    EXPECT_TRUE(backend->load(std::make_shared<ParameterMap>(*map)).has_value());
    auto traces = backend->run(stimulus, RunOptions{});
    EXPECT_TRUE(traces.has_value()) << (traces ? "" : traces.error().message);
    if (own != nullptr) correct_readout(*own, *map, *traces);
    return std::move(*traces);
  };
  const Traces fine = run(emulator::Effects::none(), nullptr);
  const Traces own = run(emulator::Effects::only(emulator::Effect::kPhi), calibration);
  double squares = 0;
  double count = 0;
  for (std::size_t k = 0; k < fine.signals.size(); ++k) {
    for (std::size_t i = 0; i < fine.signals[k].size(); ++i, ++count) {
      squares += std::pow(own.signals[k].value(i) - fine.signals[k].value(i), 2);
    }
  }
  return std::sqrt(squares / count);
}

TEST(RateCircuits, NoLongerMoveANetworkThatWasCompiledByThem) {
  Target target = small_chip_with_rate_circuits(32);
  target.rate_circuits.slope.sigma = target.rate_circuits.amplitude.sigma = 0.1;
  target.hash = hash_of(target);
  Calibration calibration;
  calibration.chip_id = 11;
  calibration.target_hash = target.hash;
  const emulator::ChipTruth truth(target, 11);
  for (std::uint32_t column = 0; column < 32; ++column) {
    calibration.rate_circuits.push_back({0, column, truth.rate_slope(0, column), truth.rate_amplitude(0, column)});
  }
  const Network network = make_graph("layered");
  const double before = distance(network, target, 11, nullptr);
  const double after = distance(network, target, 11, &calibration);
  EXPECT_GT(before, 0.01);
  // What is left are the steps of weights and of the read-out, which fall elsewhere.
  EXPECT_LT(after, before / 4) << before;
}

}  // namespace
}  // namespace vle::calibration
