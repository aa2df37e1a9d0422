#include <gmock/gmock.h>

#include <filesystem>
#include <vle/io/traces.hpp>

#include "expectations.hpp"
#include "file_size_limit.hpp"
#include "files.hpp"

namespace vle {
namespace {

using test::fails_with;
using test::TemporaryFolder;

Traces sample_traces() {
  Traces traces;
  traces.dt = 0.001;
  traces.every = 2;
  traces.batch = 2;
  SignalTrace rate;
  rate.population = "out";
  rate.signal = Signal::kR;
  rate.neurons = 2;
  rate.samples = 3;
  rate.codes = {1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, -12};
  rate.scale = {0.5, 0.25};
  SignalTrace membrane;
  membrane.population = "hidden.a";
  membrane.signal = Signal::kU;
  membrane.neurons = 1;
  membrane.samples = 3;
  membrane.values = {0.1, 1.0 / 3, 1e-300, -2, 5, 6};
  traces.signals = {rate, membrane};
  RunReport& report = traces.report;
  report.backend = "emulator";
  report.target = "bss2_like";
  report.target_hash = std::string(64, 'a');
  report.chip_id = 0xFFFFFFFFFFFFFFFF;
  report.seed = 42;
  report.network_hash = std::string(64, 'b');
  report.batch = 2;
  report.steps = 6;
  report.model_seconds = 0.006;
  report.device_seconds = 6e-6;
  report.neurons = 3;
  report.synapses = 4;
  report.substeps = 60;
  report.cycles = {{"bus", 7}, {"analog", 8}};
  report.energy_joules = {{"adc", 1e-9}};
  report.saturated = {{"r", 3}};
  report.interrupted = true;
  return traces;
}

TEST(TraceFile, ReadsBackEverything) {
  const TemporaryFolder folder;
  const Traces traces = sample_traces();
  ASSERT_TRUE(write_traces(folder.file("t.h5"), traces));
  const Result<Traces> read = read_traces(folder.file("t.h5"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->dt, traces.dt);
  EXPECT_EQ(read->every, traces.every);
  EXPECT_EQ(read->batch, traces.batch);
  ASSERT_EQ(read->signals.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read->signals[i].population, traces.signals[i].population);
    EXPECT_EQ(read->signals[i].signal, traces.signals[i].signal);
    EXPECT_EQ(read->signals[i].neurons, traces.signals[i].neurons);
    EXPECT_EQ(read->signals[i].samples, traces.signals[i].samples);
    EXPECT_EQ(read->signals[i].codes, traces.signals[i].codes);
    EXPECT_EQ(read->signals[i].values, traces.signals[i].values);
    EXPECT_EQ(read->signals[i].scale.scale, traces.signals[i].scale.scale);
    EXPECT_EQ(read->signals[i].scale.offset, traces.signals[i].scale.offset);
  }
  EXPECT_EQ(read->report.backend, traces.report.backend);
  EXPECT_EQ(read->report.target_hash, traces.report.target_hash);
  EXPECT_EQ(read->report.chip_id, traces.report.chip_id);
  EXPECT_EQ(read->report.seed, traces.report.seed);
  EXPECT_EQ(read->report.calibration_hash, "");
  EXPECT_EQ(read->report.steps, traces.report.steps);
  EXPECT_EQ(read->report.device_seconds, traces.report.device_seconds);
  EXPECT_EQ(read->report.cycles, traces.report.cycles);
  EXPECT_EQ(read->report.energy_joules, traces.report.energy_joules);
  EXPECT_EQ(read->report.saturated, traces.report.saturated);
  EXPECT_TRUE(read->report.interrupted);
}

TEST(TraceFile, OfTheReferenceHasNoChip) {
  const TemporaryFolder folder;
  Traces traces = sample_traces();
  traces.report.chip_id.reset();
  ASSERT_TRUE(write_traces(folder.file("t.h5"), traces));
  const Result<Traces> read = read_traces(folder.file("t.h5"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(read->report.chip_id);
}

TEST(TraceFile, IsTheSameBytesForTheSameTraces) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_traces(folder.file("first.h5"), sample_traces()));
  ASSERT_TRUE(write_traces(folder.file("second.h5"), sample_traces()));
  const std::string bytes = test::read_file(folder.file("first.h5"));
  EXPECT_FALSE(bytes.empty());
  EXPECT_EQ(bytes, test::read_file(folder.file("second.h5")));
  Traces other = sample_traces();
  other.signals[0].codes[0] = 2;
  ASSERT_TRUE(write_traces(folder.file("third.h5"), other));
  EXPECT_NE(bytes, test::read_file(folder.file("third.h5")));
}

TEST(TraceFile, AsCsvHoldsModelValues) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_traces(folder.file("t.csv"), sample_traces()));
  EXPECT_THAT(test::read_file(folder.file("t.csv")), testing::StartsWith("trial,time,out.r[0],out.r[1],hidden.a.u[0]\n"
                                                                         "0,0,0.75,-0.75,0.1\n"
                                                                         "0,0.002,1.75,-1.75,0.3333333333333333\n"
                                                                         "0,0.004,2.75,-2.75,1e-300\n"
                                                                         "1,0,3.75,-3.75,-2\n"));
}

/// Gives the traces to the file sample by sample, the trials in turn.
Result<> stream(TraceFile& file, const Traces& traces, std::int64_t samples) {
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    for (std::int64_t trial = traces.batch - 1; trial >= 0; --trial) {
      std::vector<SignalTrace> window = traces.signals;
      for (SignalTrace& trace : window) {
        const std::int64_t first = (trial * trace.samples + sample) * trace.neurons;
        trace.codes.assign(trace.codes.begin() + first, trace.codes.begin() + first + trace.neurons);
        trace.samples = 1;
      }
      if (Result<> taken = file.take(trial, sample, window); !taken) return taken;
    }
  }
  return {};
}

/// Codes alone, and what a device says of them before it has them.
Traces coded_traces(bool with_samples) {
  Traces traces = sample_traces();
  traces.signals.pop_back();
  traces.signals.push_back({"hidden", Signal::kE, 1, 3, {7, 8, 9, -7, -8, -9}, {}, {0.125, 0}});
  for (SignalTrace& trace : traces.signals) {
    if (!with_samples) trace.codes.clear();
  }
  return traces;
}

TEST(TraceFile, IsTheSameBytesWhereSamplesCameOneByOne) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_traces(folder.file("whole.h5"), coded_traces(true)));
  const auto file = create_trace_file(folder.file("streamed.h5"));
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE((*file)->begin(coded_traces(false), SampleKind::kCodes));
  ASSERT_TRUE(stream(**file, coded_traces(true), 3));
  EXPECT_FALSE(std::filesystem::exists(folder.file("streamed.h5")));
  ASSERT_TRUE((*file)->finish(coded_traces(false)));
  EXPECT_EQ(test::read_file(folder.file("streamed.h5")), test::read_file(folder.file("whole.h5")));
}

TEST(TraceFile, OfAnInterruptedRunHoldsWhatThereIs) {
  const TemporaryFolder folder;
  const auto file = create_trace_file(folder.file("t.h5"));
  ASSERT_TRUE(file) << file.error().message;
  Traces traces = coded_traces(false);
  ASSERT_TRUE((*file)->begin(traces, SampleKind::kCodes));
  ASSERT_TRUE(stream(**file, coded_traces(true), 2));
  for (SignalTrace& trace : traces.signals) trace.samples = 2;
  ASSERT_TRUE((*file)->finish(traces));
  EXPECT_EQ(folder.count_files(), 2u);  // the other one goes with the sink
  const Result<Traces> read = read_traces(folder.file("t.h5"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->batch, 2);
  EXPECT_EQ(read->signals[0].codes, (std::vector<std::int32_t>{1, -2, 3, -4, 7, -8, 9, -10}));
  EXPECT_EQ(read->signals[1].codes, (std::vector<std::int32_t>{7, 8, -7, -8}));
}

TEST(TraceFile, AsksForTheWholeRoomBeforeTheRun) {
  const TemporaryFolder folder;
  Traces traces = coded_traces(false);
  for (SignalTrace& trace : traces.signals) trace.samples = std::int64_t{1} << 20;
  {
    const test::FileSizeLimit limit(1000000);
    const auto file = create_trace_file(folder.file("t.h5"));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_TRUE(fails_with((*file)->begin(traces, SampleKind::kCodes), ErrorCode::kIo, "t.h5: cannot be written"));
  }
  EXPECT_EQ(folder.count_files(), 0u);
}

TEST(TraceFile, LeavesNothingBehindWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  Traces traces = sample_traces();
  traces.signals[0].samples = traces.signals[1].samples = 20000;
  traces.signals[0].codes.assign(80000, 1);
  traces.signals[1].values.assign(40000, 1);
  {
    const test::FileSizeLimit limit(10000);
    EXPECT_TRUE(fails_with(write_traces(folder.file("t.h5"), traces), ErrorCode::kIo, "t.h5: cannot be written"));
    EXPECT_TRUE(fails_with(write_traces(folder.file("t.csv"), traces), ErrorCode::kIo, "t.csv: cannot be written"));
  }
  EXPECT_EQ(folder.count_files(), 0u);
  EXPECT_TRUE(write_traces(folder.file("t.h5"), traces));
}

TEST(TraceFile, RefusesOtherFilesAndShapes) {
  const TemporaryFolder folder;
  EXPECT_TRUE(
      fails_with(write_traces(folder.file("t.txt"), sample_traces()), ErrorCode::kInvalidInput, "unknown extension"));
  EXPECT_TRUE(fails_with(read_traces(folder.file("t.csv")), ErrorCode::kInvalidInput, "read from .h5"));
  EXPECT_TRUE(fails_with(read_traces(folder.write("bad.h5", "text")), ErrorCode::kInvalidInput, "is not an HDF5 file"));
  Traces traces = sample_traces();
  traces.signals[1].values.pop_back();
  EXPECT_TRUE(fails_with(write_traces(folder.file("t.h5"), traces), ErrorCode::kInvalidInput, "hidden.a.u: 5 values"));
}

TEST(TraceFile, ReportsTruncation) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_traces(folder.file("t.h5"), sample_traces()));
  const std::string bytes = test::read_file(folder.file("t.h5"));
  for (std::size_t length = 1; length < bytes.size(); length += 1 + bytes.size() / 41) {
    EXPECT_TRUE(
        fails_with(read_traces(folder.write("cut.h5", bytes.substr(0, length))), ErrorCode::kInvalidInput, "cut.h5: "));
  }
}

TEST(MakeStimulus, TakesOneToThreeDimensions) {
  const Result<Stimulus> steps = make_stimulus({{3}, {1, 2, 3}}, std::nullopt);
  ASSERT_TRUE(steps);
  EXPECT_EQ(steps->steps, 3);
  EXPECT_EQ(steps->input_channels, 1);
  EXPECT_EQ(steps->target_channels, 0);
  const Result<Stimulus> channels = make_stimulus({{3, 2}, {1, 2, 3, 4, 5, 6}}, Array{{3}, {7, 8, 9}});
  ASSERT_TRUE(channels);
  EXPECT_EQ(channels->input_channels, 2);
  EXPECT_EQ(channels->target_channels, 1);
  EXPECT_EQ(channels->targets, (std::vector<double>{7, 8, 9}));
  const Result<Stimulus> batch = make_stimulus({{2, 3, 1}, {1, 2, 3, 4, 5, 6}}, std::nullopt);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->batch, 2);
}

TEST(MakeStimulus, RefusesOtherShapes) {
  EXPECT_TRUE(fails_with(make_stimulus({{}, {1}}, std::nullopt), ErrorCode::kInvalidInput, "inputs have the shape ()"));
  EXPECT_TRUE(fails_with(make_stimulus({{0, 2}, {}}, std::nullopt), ErrorCode::kInvalidInput, "none of them 0"));
  EXPECT_TRUE(fails_with(make_stimulus({{1, 1, 1, 1}, {1}}, std::nullopt), ErrorCode::kInvalidInput, "(1, 1, 1, 1)"));
  EXPECT_TRUE(fails_with(make_stimulus({{2}, {1, 2}}, Array{{3}, {1, 2, 3}}), ErrorCode::kInvalidInput,
                         "targets have 1 trials of 3 steps, the inputs have 1 of 2"));
}

}  // namespace
}  // namespace vle
