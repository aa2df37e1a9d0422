#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <vle/calibration/calibrate.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/emulator/truth.hpp>

#include "agreement.hpp"
#include "small_chip.hpp"

namespace vle::calibration {
namespace {

CalibratedCurve curve_of(ParameterKind kind, std::uint32_t column) {
  CalibratedCurve curve;
  curve.kind = kind;
  curve.column = column;
  return curve;
}

TEST(Calibrate, FindsTheTruthWithinItsStatedErrors) {
  const Target target = small_chip();
  std::map<CurveKey, Agreement> by_key;
  std::map<ParameterKind, Agreement> drawn;
  for (const std::uint64_t chip : {3U, 4U, 5U}) {
    const Calibration calibration = calibrate_chip(target, chip).calibration;
    for (const auto& [key, agreement] : agreement_of_curves(calibration, target, chip)) by_key[key] += agreement;
    for (const ParameterKind kind : {ParameterKind::kTauU, ParameterKind::kTauV}) {
      drawn[kind] += agreement_at_drawn_values(calibration, target, chip, kind, 10);
    }
  }
  Agreement all;
  for (const auto& [key, agreement] : by_key) {
    const std::string name = fmt::format("{} {}", record_of(key.first).name, key.second);
    // A column gain is defined by the mean of 64 synapses of 5 %.
    const bool is_column_gain =
        key.first == ParameterKind::kColumnGain || key.first == ParameterKind::kBackwardColumnGain;
    EXPECT_LT(agreement.rms(), is_column_gain ? 0.012 : 0.0125) << name;
    EXPECT_EQ(agreement.bad, 0) << name;
    all += agreement;
  }
  EXPECT_EQ(by_key.size(), 37U);  // ranges of twelve kinds
  // Half as much again for what curves of a neuron share.
  EXPECT_NEAR(all.coverage(), 0.95, 1.5 * tolerance_of_coverage(all.count)) << all.count << " curves";
  for (const auto& [kind, agreement] : drawn) {
    EXPECT_LT(agreement.rms(), 0.01) << record_of(kind).name << ", values that were never measured";
    EXPECT_GT(agreement.rms_before(), 0.1) << record_of(kind).name;
  }
}

TEST(Calibrate, FindsEveryDeadNeuronAndNoOther) {
  Target target = small_chip();
  target.columns = 64;
  target.defects.dead_neuron = 0.1;
  target.defects.stuck_bit = 1e-3;
  target.hash = hash_of(target);
  CalibrateOptions options;
  options.only = {"beta"};
  DeadNeurons all;
  for (const std::uint64_t chip : {1U, 2U, 3U}) {
    const DeadNeurons dead = dead_neurons_of(calibrate_chip(target, chip, options).calibration, target, chip);
    all.real += dead.real;
    all.found += dead.found;
    all.wrongly += dead.wrongly;
  }
  EXPECT_GT(all.real, 5U);
  EXPECT_EQ(all.found, all.real);
  EXPECT_EQ(all.wrongly, 0U);
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
  options.only = {"bias", "offsets"};
  const CalibrationOutcome first = calibrate_chip(target, 7, options);
  ASSERT_EQ(first.routines.size(), 4U);  // adc, responses, offsets, bias
  options.only = {"bias", "beta"};
  options.previous = &first.calibration;
  const CalibrationOutcome second = calibrate_chip(target, 7, options);
  ASSERT_EQ(second.routines.size(), 1U);
  EXPECT_EQ(second.routines.back().name, "beta");
  EXPECT_EQ(second.calibration.offsets.size(), first.calibration.offsets.size());
  EXPECT_GT(second.calibration.device_seconds, first.calibration.device_seconds);
}

TEST(Calibrate, MeasuresAgainForNeuronsThatAFileLacks) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.only = {"beta"};
  options.first_neuron = 2;
  options.last_neuron = 3;
  const CalibrationOutcome few = calibrate_chip(target, 7, options);
  for (const CalibratedCurve& curve : few.calibration.curves) EXPECT_TRUE(curve.column == 2 || curve.column == 3);
  options.first_neuron = 0;
  options.previous = &few.calibration;
  const CalibrationOutcome more = calibrate_chip(target, 7, options);
  EXPECT_EQ(more.routines.size(), 2U);
  EXPECT_EQ(more.calibration.curves.size(), 2 * few.calibration.curves.size());
}

TEST(Calibrate, GoesOnAfterAnInterruptionWhereItStopped) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.effort = 0.1;
  std::stop_source stop;
  options.stop = stop.get_token();
  options.progress = [&](const Calibration&, const std::string& routine, std::size_t, std::size_t) {
    if (routine == "bias") stop.request_stop();
  };
  const CalibrationOutcome cut = calibrate_chip(target, 8, options);
  EXPECT_TRUE(cut.interrupted);
  EXPECT_EQ(cut.routines.back().name, "bias");
  CalibrateOptions rest;
  rest.effort = 0.1;
  rest.previous = &cut.calibration;
  const CalibrationOutcome whole = calibrate_chip(target, 8, rest);
  EXPECT_FALSE(whole.interrupted);
  EXPECT_EQ(whole.routines.front().name, "beta");
  EXPECT_EQ(cut.routines.size() + whole.routines.size(), usual_routine_names(target).size());
}

TEST(Calibrate, LowersTheEffortUntilAllFitsTheBudget) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.effort = 100;
  options.budget_seconds = 0.08;
  const CalibrationOutcome outcome = calibrate_chip(target, 7, options);
  EXPECT_TRUE(outcome.left_out.empty());
  EXPECT_EQ(outcome.routines.size(), usual_routine_names(target).size());
  EXPECT_LT(outcome.calibration.device_seconds, 1.02 * options.budget_seconds);
  EXPECT_GT(outcome.calibration.device_seconds, 0.7 * options.budget_seconds);
  options.budget_seconds = 1e-9;
  const CalibrationOutcome nothing = calibrate_chip(target, 7, options);
  EXPECT_EQ(nothing.left_out.size(), usual_routine_names(target).size());
}

/// A chip that turns into another one after so many runs.
class ChangingChip final : public Backend {
 public:
  ChangingChip(const Target& target, std::int64_t runs)
      : before_(emulator::make_emulator_backend(target, 1, emulator::Effects{})),
        after_(emulator::make_emulator_backend(target, 2, emulator::Effects{})),
        left_(runs) {}
  DeviceInfo info() const override { return before_->info(); }
  Result<> load(std::shared_ptr<const ParameterMap> map) override {
    if (Result<> loaded = after_->load(map); !loaded) return loaded;
    return before_->load(map);
  }
  Result<> load(std::shared_ptr<const Network> network) override { return before_->load(std::move(network)); }
  Result<Traces> run(const Stimulus& stimulus, const RunOptions& options) override {
    return left_-- > 0 ? before_->run(stimulus, options) : after_->run(stimulus, options);
  }

 private:
  std::unique_ptr<Backend> before_;
  std::unique_ptr<Backend> after_;
  std::int64_t left_;
};

TEST(Calibrate, RepeatsRoutinesWhoseSignalsMovedMeanwhile) {
  const Target target = small_chip();
  CalibrateOptions options;
  options.only = {"beta", "g0"};
  ChangingChip chip(target, 8);
  const auto outcome = calibrate(chip, target, options);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_THAT(outcome->repeated, testing::ElementsAre("beta", "g0"));
  EXPECT_TRUE(outcome->drifting.empty());
  for (const auto& [key, agreement] : agreement_of_curves(outcome->calibration, target, 2)) {
    EXPECT_LT(agreement.rms(), 0.02) << record_of(key.first).name << ": not of the chip as it is now";
  }
  EXPECT_TRUE(calibrate_chip(target, 1, options).repeated.empty());
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
  EXPECT_EQ(compare(before, again).front().name, "beta");
  EXPECT_EQ(compare(before, again).front().beyond, 0U);
  EXPECT_GT(compare(before, other).front().beyond, 16U);
}

TEST(Compare, SeesANeuronThatDied) {
  Calibration before;
  Calibration after;
  after.curves.emplace_back().state = CalibrationState::kDead;
  EXPECT_EQ(compare(before, after).back().beyond, 1U);
  EXPECT_EQ(compare(after, after).back().beyond, 0U);
}

TEST(Merge, TakesTheNewerOfWhatIsThereTwice) {
  Calibration older;
  older.measured_at_unix_seconds = 100;
  older.device_seconds = 1;
  older.curves = {curve_of(ParameterKind::kBeta, 0), curve_of(ParameterKind::kBeta, 1)};
  older.offsets = {{OffsetKind::kS, 0, 0, 0.25, 0.1}};
  Calibration newer = older;
  newer.measured_at_unix_seconds = 200;
  newer.curves = {curve_of(ParameterKind::kBeta, 1), curve_of(ParameterKind::kG0, 1)};
  newer.curves[0].scale = 7;
  newer.offsets.clear();
  const auto merged = merge({newer, older});
  ASSERT_TRUE(merged.has_value());
  ASSERT_EQ(merged->curves.size(), 3U);
  EXPECT_EQ(merged->curves[1].scale, 7);
  EXPECT_EQ(merged->offsets.size(), 1U);
  EXPECT_EQ(merged->measured_at_unix_seconds, 100);
  EXPECT_EQ(merged->device_seconds, 2);
}

TEST(Merge, LeavesNoCurvesToANeuronThatDied) {
  Calibration older;
  older.curves = {curve_of(ParameterKind::kBeta, 0), curve_of(ParameterKind::kG0, 0), curve_of(ParameterKind::kG0, 1)};
  Calibration newer;
  newer.measured_at_unix_seconds = 1;
  newer.curves.emplace_back().state = CalibrationState::kDead;
  const auto merged = merge({older, newer});
  ASSERT_TRUE(merged.has_value());
  ASSERT_EQ(merged->curves.size(), 2U);
  EXPECT_EQ(merged->curves[0].column, 1U);
}

TEST(Merge, RefusesAnotherChip) {
  Calibration one;
  Calibration other;
  other.chip_id = 5;
  EXPECT_FALSE(merge({one, other}).has_value());
  EXPECT_FALSE(merge({}).has_value());
}

TEST(WorstNeurons, PutsTheDeadFirst) {
  const Target target = small_chip();
  Calibration calibration;
  CalibratedCurve curve = curve_of(ParameterKind::kBeta, 3);
  curve.max_code = 1000;
  curve.covariance = {1e-4, 0, 0, 0};
  calibration.curves = {curve, curve};
  calibration.curves[1].column = 5;
  calibration.curves[1].state = CalibrationState::kDead;
  const auto worst = worst_neurons(calibration, target, 10);
  ASSERT_EQ(worst.size(), 2U);
  EXPECT_EQ(worst[0].column, 5U);
  EXPECT_NEAR(worst[1].error, 0.01, 1e-12);
}

TEST(StatisticsOf, SaysWhatTheCodesResolve) {
  const Target target = small_chip();
  CalibratedCurve curve = curve_of(ParameterKind::kTauU, 3);
  const Dac& dac = target.dac(ParameterKind::kTauU);
  curve.curve = dac.kind;
  curve.scale = 1.1 * dac.scale;
  curve.offset = dac.offset;
  curve.min_code = dac.min_code;
  curve.max_code = dac.max_code;
  Calibration calibration;
  calibration.curves = {curve};
  const auto statistics = statistics_of(calibration, target);
  ASSERT_EQ(statistics.size(), 1U);
  EXPECT_NEAR(statistics[0].before, 0.1, 1e-12);
  // A code is 1 / (code + c0) of a time constant: 2 % at the slowest, 0.1 % at the fastest.
  EXPECT_GT(statistics[0].resolution, 0.001 / std::sqrt(12.0));
  EXPECT_LT(statistics[0].resolution, 0.021 / std::sqrt(12.0));
}

}  // namespace
}  // namespace vle::calibration
