#include <gmock/gmock.h>

#include <cmath>
#include <vle/report/comparison.hpp>

namespace vle {
namespace {

using testing::HasSubstr;

/// Two neurons over `samples` samples: neuron 0 is a ramp, neuron 1 its negative; two trials, the second doubled.
Traces ramps(std::int64_t samples, std::int64_t every) {
  Traces traces;
  traces.dt = 0.1;
  traces.every = every;
  traces.batch = 2;
  traces.report.backend = "reference";
  traces.report.steps = samples * every;
  SignalTrace trace;
  trace.population = "hidden";
  trace.neurons = 2;
  trace.samples = samples;
  for (int trial = 0; trial < 2; ++trial) {
    for (std::int64_t i = 0; i < samples; ++i) {
      const double value = static_cast<double>(i * every) * (1 + trial);
      trace.values.insert(trace.values.end(), {value, -value});
    }
  }
  traces.signals.push_back(trace);
  return traces;
}

TEST(SignalReference, ParsesPopulationSignalAndNeuron) {
  const auto reference = parse_signal_reference("a.b.epsilon[12]");
  ASSERT_TRUE(reference) << reference.error().message;
  EXPECT_EQ(reference->population, "a.b");
  EXPECT_EQ(reference->signal, Signal::kEpsilon);
  EXPECT_EQ(reference->neuron, 12);
}

TEST(SignalReference, RefusesWhatItCannotRead) {
  for (const char* text : {"", "r", "hidden.r", "hidden.r[", "hidden.r[]", "hidden.r[-1]", "hidden.r[1", ".r[0]",
                           "hidden.r[1x]", "hidden.q[0]", "[0]"}) {
    const auto reference = parse_signal_reference(text);
    ASSERT_FALSE(reference) << text;
    EXPECT_EQ(reference.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(reference.error().message, HasSubstr("signal")) << text;
  }
}

TEST(CompareTraces, DrawsTheChosenNeuronOfTheChosenTrial) {
  ComparisonOptions options;
  options.signals = {{"hidden", Signal::kR, 1}};
  options.trial = 1;
  const auto plot = compare_traces(ramps(4, 1), ramps(4, 1), std::nullopt, options);
  ASSERT_TRUE(plot) << plot.error().message;
  ASSERT_EQ(plot->panels.size(), 1u);
  EXPECT_THAT(plot->panels[0].curves[0].values, testing::ElementsAre(0, -2, -4, -6));
  EXPECT_EQ(plot->panels[0].note, "NRMSE 0");
  EXPECT_EQ(plot->panels[0].title, "hidden.r[1]");
}

TEST(CompareTraces, JudgesOnlyTheStepsThatTheDeviceRecorded) {
  ComparisonOptions options;
  options.signals = {{"hidden", Signal::kR, 0}};
  Traces device = ramps(3, 2);
  for (double& value : device.signals[0].values) value += 1;
  const auto plot = compare_traces(ramps(6, 1), device, std::nullopt, options);
  ASSERT_TRUE(plot) << plot.error().message;
  // Ideal 0, 2, 4 has a standard deviation of sqrt(8/3); the device is 1 above it.
  EXPECT_EQ(plot->panels[0].note, fmt::format("NRMSE {:.3g}", 1 / std::sqrt(8.0 / 3)));
  EXPECT_DOUBLE_EQ(plot->panels[0].curves[1].step, 0.2);
}

TEST(CompareTraces, ShowsCodesInModelUnits) {
  ComparisonOptions options;
  options.signals = {{"hidden", Signal::kR, 0}};
  Traces device = ramps(2, 1);
  device.signals[0].values.clear();
  device.signals[0].codes = {10, 0, 20, 0, 0, 0, 0, 0};
  device.signals[0].scale = {0.5, 1};
  const auto plot = compare_traces(ramps(2, 1), device, std::nullopt, options);
  ASSERT_TRUE(plot) << plot.error().message;
  EXPECT_THAT(plot->panels[0].curves[1].values, testing::ElementsAre(6, 11));
}

TEST(CompareTraces, ChoosesTheFirstNeuronsAndPutsTheStimulusAbove) {
  Stimulus stimulus;
  stimulus.steps = 3;
  stimulus.input_channels = 1;
  stimulus.inputs = {5, 6, 7};
  const auto plot = compare_traces(ramps(3, 1), ramps(3, 1), stimulus, {});
  ASSERT_TRUE(plot) << plot.error().message;
  ASSERT_EQ(plot->panels.size(), 3u);
  EXPECT_EQ(plot->panels[0].title, "input");
  EXPECT_THAT(plot->panels[0].curves[0].values, testing::ElementsAre(5, 6, 7));
  EXPECT_EQ(plot->panels[2].title, "hidden.r[1]");
}

TEST(CompareTraces, SaysSoWhereTheIdealIsConstant) {
  Traces ideal = ramps(3, 1);
  ideal.signals[0].values.assign(12, 1.0);
  const auto plot = compare_traces(ideal, ramps(3, 1), std::nullopt, {});
  ASSERT_TRUE(plot) << plot.error().message;
  EXPECT_EQ(plot->panels[0].note, "the ideal is constant");
}

TEST(CompareTraces, RefusesWhatCannotBeCompared) {
  const auto message = [](const Traces& ideal, const Traces& device, const ComparisonOptions& options) {
    const auto plot = compare_traces(ideal, device, std::nullopt, options);
    EXPECT_FALSE(plot);
    return plot ? std::string() : plot.error().message;
  };
  ComparisonOptions absent;
  absent.signals = {{"other", Signal::kR, 0}};
  EXPECT_THAT(message(ramps(3, 1), ramps(3, 1), absent), HasSubstr("--record"));
  ComparisonOptions beyond;
  beyond.signals = {{"hidden", Signal::kR, 2}};
  EXPECT_THAT(message(ramps(3, 1), ramps(3, 1), beyond), HasSubstr("0..1"));
  ComparisonOptions trial;
  trial.trial = 2;
  EXPECT_THAT(message(ramps(3, 1), ramps(3, 1), trial), HasSubstr("trials 0..1"));
  ComparisonOptions window;
  window.from = 50;
  EXPECT_THAT(message(ramps(3, 1), ramps(3, 1), window), HasSubstr("window"));
  Traces slower = ramps(3, 1);
  slower.dt = 0.2;
  EXPECT_THAT(message(ramps(3, 1), slower, {}), HasSubstr("dt"));
  EXPECT_THAT(message(ramps(3, 2), ramps(3, 3), {}), HasSubstr("multiple"));
  Traces none = ramps(0, 1);
  none.report.steps = 3;
  EXPECT_THAT(message(none, none, {}), HasSubstr("no samples"));
}

}  // namespace
}  // namespace vle
