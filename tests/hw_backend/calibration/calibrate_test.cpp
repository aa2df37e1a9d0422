#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vle/calibration/calibrate.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/emulator/truth.hpp>
#include <vle/io/files.hpp>

namespace vle::calibration {
namespace {

/// bss2_like with one core of 16 neurons: small enough for every build.
Target small_chip() {
  auto target = read_target("bss2_like");
  EXPECT_TRUE(target.has_value());
  target->cores_per_chip = 1;
  target->columns = 16;
  target->rows = 64;
  target->input_channels = 32;
  target->crossing.channels = 32;
  target->hash = hash_of(*target);
  return *target;
}

CalibrationOutcome calibrate_chip(const Target& target, std::uint64_t chip, CalibrateOptions options = {}) {
  const auto backend = emulator::make_emulator_backend(target, chip, emulator::Effects{});
  options.seed = chip + 1;
  auto outcome = calibrate(*backend, target, options);
  EXPECT_TRUE(outcome.has_value()) << (outcome ? "" : outcome.error().message);
  return outcome ? std::move(*outcome) : CalibrationOutcome{};
}

/// Of curves against the truth, at the upper end of their codes.
struct Agreement {
  double squares = 0;
  double count = 0;
  double within = 0;  ///< 1.96 standard errors
  double rms() const { return std::sqrt(squares / count); }
  double coverage() const { return within / count; }
};

std::map<ParameterKind, Agreement> agreement_with_truth(const Calibration& calibration, const Target& target,
                                                        std::uint64_t chip) {
  const emulator::ChipTruth truth(target, chip);
  std::map<ParameterKind, Agreement> by_kind;
  for (const CalibratedCurve& curve : calibration.curves) {
    EXPECT_EQ(curve.state, CalibrationState::kGood) << record_of(curve.kind).name << " " << curve.column;
    const Lsb top{curve.max_code};
    const double real =
        target.dac(curve.kind).value(top, curve.range) * truth.factor(curve.kind, curve.core, curve.column);
    const double error = curve.value(top) - real;
    Agreement& agreement = by_kind[curve.kind];
    agreement.squares += error * error / (real * real);
    agreement.count += 1;
    if (std::abs(error) <= 1.96 * curve.error(top)) agreement.within += 1;
  }
  return by_kind;
}

TEST(Calibrate, FindsTheTruthWithinItsStatedErrors) {
  const Target target = small_chip();
  Agreement all;
  for (const std::uint64_t chip : {3U, 4U}) {
    const CalibrationOutcome outcome = calibrate_chip(target, chip);
    auto by_kind = agreement_with_truth(outcome.calibration, target, chip);
    ASSERT_EQ(by_kind.size(), 11U);
    for (const ParameterKind kind : {ParameterKind::kTauU, ParameterKind::kTauV}) {
      EXPECT_LT(by_kind[kind].rms(), 0.01) << record_of(kind).name;
    }
    for (const ParameterKind kind : {ParameterKind::kColumnGain, ParameterKind::kBackwardColumnGain}) {
      EXPECT_LT(by_kind[kind].rms(), 0.015) << record_of(kind).name;
    }
    for (auto& [kind, agreement] : by_kind) {
      all.count += agreement.count;
      all.within += agreement.within;
    }
  }
  // 5 standard deviations of a binomial count around 95 %, and what a constant that several curves share adds to it.
  EXPECT_NEAR(all.coverage(), 0.95, 0.04) << all.count << " curves";
}

TEST(Calibrate, FindsOffsetsWithinAnLsb) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.only = {"offsets"};
  const CalibrationOutcome outcome = calibrate_chip(target, 5, options);
  const emulator::ChipTruth truth(target, 5);
  EXPECT_EQ(outcome.calibration.offsets.size(), 5U * 16U);
  for (const CalibratedOffset& offset : outcome.calibration.offsets) {
    EXPECT_NEAR(offset.value, truth.offset(offset.kind, offset.core, offset.column), 5 * offset.error)
        << name_of(offset.kind) << " " << offset.column;
  }
}

TEST(Calibrate, FindsTheFactorOfEverySynapse) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.only = {"synapses", "backward_synapses"};
  const CalibrationOutcome outcome = calibrate_chip(target, 6, options);
  const emulator::ChipTruth truth(target, 6);
  ASSERT_EQ(outcome.calibration.synapses.size(), 2U);
  for (const CalibratedSynapses& synapses : outcome.calibration.synapses) {
    for (std::uint32_t column = 0; column < synapses.columns; ++column) {
      double mean = 0;
      for (std::uint32_t row = 0; row < synapses.rows; ++row) {
        mean += truth.factor(synapses.array, 0, column, row) / synapses.rows;
      }
      for (std::uint32_t row = 0; row < synapses.rows; ++row) {
        const double factor = static_cast<double>(synapses.factor[column * synapses.rows + row]);
        EXPECT_NEAR(factor, truth.factor(synapses.array, 0, column, row) / mean, 6 * synapses.error);
      }
    }
  }
}

TEST(Calibrate, RunsWhatIsNeededAndResumes) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.only = {"bias"};
  const CalibrationOutcome first = calibrate_chip(target, 7, options);
  ASSERT_EQ(first.routines.size(), 4U);  // adc, responses, offsets, bias
  options.only = {"bias", "beta"};
  options.previous = &first.calibration;
  const CalibrationOutcome second = calibrate_chip(target, 7, options);
  ASSERT_EQ(second.routines.size(), 2U);  // responses leave nothing behind where nobody is dead
  EXPECT_EQ(second.routines.back().name, "beta");
  EXPECT_EQ(second.calibration.offsets.size(), first.calibration.offsets.size());
  EXPECT_GT(second.calibration.device_seconds, first.calibration.device_seconds);
}

TEST(Calibrate, KeepsTheNeuronsAskedForAndStopsAtTheBudget) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.first_neuron = 2;
  options.last_neuron = 3;
  options.budget_seconds = 1e-9;
  const CalibrationOutcome outcome = calibrate_chip(target, 7, options);
  EXPECT_EQ(outcome.routines.size(), 1U);
  EXPECT_EQ(outcome.left_out.size() + 1, routine_names().size());
  for (const CalibratedOffset& offset : outcome.calibration.offsets) {
    EXPECT_TRUE(offset.column == 2 || offset.column == 3);
  }
}

TEST(Calibrate, RefusesWhatItCannotMeasure) {
  const Target target = small_chip();
  const auto reference = make_reference_backend();
  EXPECT_FALSE(calibrate(*reference, target, {}).has_value());
  const auto chip = emulator::make_emulator_backend(target, 1, emulator::Effects{});
  CalibrateOptions options;
  options.only = {"tau"};
  const auto unknown = calibrate(*chip, target, options);
  ASSERT_FALSE(unknown.has_value());
  EXPECT_NE(unknown.error().message.find("known: adc"), std::string::npos);
}

TEST(Compare, SeesAChipThatMoved) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.only = {"beta"};
  const Calibration before = calibrate_chip(target, 8, options).calibration;
  const Calibration again = calibrate_chip(target, 8, options).calibration;
  const Calibration other = calibrate_chip(target, 9, options).calibration;
  EXPECT_EQ(compare(before, again).front().beyond, 0U);
  EXPECT_GT(compare(before, other).front().beyond, 16U);
}

}  // namespace
}  // namespace vle::calibration
