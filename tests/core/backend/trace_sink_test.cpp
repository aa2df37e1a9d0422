#include <gtest/gtest.h>

#include <vle/backend/trace_sink.hpp>

namespace vle {
namespace {

/// Two trials of `samples` samples of two neurons and of one.
Traces shapes(std::int64_t samples) {
  Traces traces;
  traces.batch = 2;
  traces.signals = {{"a", Signal::kR, 2, samples, {}, {}, {}}, {"b", Signal::kU, 1, samples, {}, {}, {}}};
  return traces;
}

/// Writes `samples` samples of a trial whose codes say where they belong.
Result<> fill(TraceWindow& window, std::int64_t trial, std::int64_t samples) {
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    for (std::int64_t neuron = 0; neuron < 2; ++neuron) {
      window.codes()[0][window.at() * 2 + neuron] = static_cast<std::int32_t>(100 * trial + 10 * sample + neuron);
    }
    window.codes()[1][window.at()] = static_cast<std::int32_t>(-100 * trial - sample);
    if (Result<> taken = window.advance(); !taken) return taken;
  }
  return window.flush();
}

TEST(TraceMemory, HoldsWhatComesInWindowsOfAnySize) {
  for (const std::int64_t bytes : {1, 24, 30, 1000}) {
    Traces traces = shapes(5);
    TraceMemory memory;
    ASSERT_TRUE(memory.begin(traces, SampleKind::kCodes));
    for (const std::int64_t trial : {1, 0}) {
      TraceWindow window(traces, SampleKind::kCodes, trial, memory, bytes);
      ASSERT_TRUE(fill(window, trial, 5));
    }
    memory.move_into(traces);
    EXPECT_EQ(traces.signals[0].codes, (std::vector<std::int32_t>{0,   1,   10,  11,  20,  21,  30,  31,  40,  41,  //
                                                                  100, 101, 110, 111, 120, 121, 130, 131, 140, 141}));
    EXPECT_EQ(traces.signals[1].codes, (std::vector<std::int32_t>{0, -1, -2, -3, -4, -100, -101, -102, -103, -104}));
    EXPECT_TRUE(traces.signals[0].values.empty());
  }
}

TEST(TraceMemory, GivesTheBeginningOfEachTrialOfAnInterruptedRun) {
  Traces traces = shapes(5);
  TraceMemory memory;
  ASSERT_TRUE(memory.begin(traces, SampleKind::kCodes));
  for (const std::int64_t trial : {0, 1}) {
    TraceWindow window(traces, SampleKind::kCodes, trial, memory, 24);
    ASSERT_TRUE(fill(window, trial, 3));
  }
  for (SignalTrace& trace : traces.signals) trace.samples = 3;
  memory.move_into(traces);
  EXPECT_EQ(traces.signals[0].codes, (std::vector<std::int32_t>{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}));
  EXPECT_EQ(traces.signals[1].codes, (std::vector<std::int32_t>{0, -1, -2, -100, -101, -102}));
}

TEST(TraceMemory, RefusesMoreThanItHolds) {
  TraceMemory memory;
  const Result<> begun = memory.begin(shapes(std::int64_t{1} << 29), SampleKind::kValues);
  ASSERT_FALSE(begun);
  EXPECT_NE(begun.error().message.find("would record 3221225472 values, above the limit of 1073741824"),
            std::string::npos)
      << begun.error().message;
}

}  // namespace
}  // namespace vle
