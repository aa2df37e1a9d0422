#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <utility>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/backend/trace_sink.hpp>
#include <vle/network/network.hpp>

// What every Backend promises, as one test suite. A device joins by
//
//     INSTANTIATE_TEST_SUITE_P(Emulator, BackendContract, testing::Values(BackendCase{...}), case_name);
//
// and each TEST_P below runs on it with the network of contract_network().

namespace vle {

/// A device under test.
struct BackendCase {
  std::string name;
  /// A device with nothing loaded.
  std::function<std::unique_ptr<Backend>()> make;
  /// Programs a device with a network, compiled first where the device takes maps alone.
  std::function<Result<>(Backend&, std::shared_ptr<const Network>)> load;
  /// A load that must fail.
  std::function<Result<>(Backend&)> failing_load;
  /// What a value may differ by when its trial runs in a batch: 0 but for arithmetic that sums a batch in another
  /// order.
  double batch_rounding = 0;
};

inline std::ostream& operator<<(std::ostream& out, const BackendCase& tested) {
  return out << tested.name;
}

inline std::string case_name(const testing::TestParamInfo<BackendCase>& tested) {
  return tested.param.name;
}

/// x (2 channels) -> hidden (3, tanh, slow) -> out (2, linear, output), dt 10 ms.
inline std::shared_ptr<const Network> contract_network() {
  NetworkDescription description;
  description.name = "contract";
  description.dt = 0.01;
  description.seed = 5;
  description.inputs = {{"x", 2, -1, 1}};
  description.populations.resize(2);
  description.populations[0].name = "hidden";
  description.populations[0].size = 3;
  description.populations[0].tau_m.values = {0.1, 0.2, 0.3};
  description.populations[0].tau_r.values = {0.1};
  description.populations[1].name = "out";
  description.populations[1].size = 2;
  description.populations[1].activation = Activation::kLinear;
  description.populations[1].tau_m.values = {0.1};
  description.projections.resize(2);
  description.projections[0].from = "x";
  description.projections[0].to = "hidden";
  description.projections[0].weights.values = {0.5, -0.4, 0.3, 0.6, -0.2, 0.7};
  description.projections[1].from = "hidden";
  description.projections[1].to = "out";
  description.projections[1].weights.values = {0.4, -0.3, 0.5, 0.2, 0.6, -0.5};
  description.outputs = {{"out", Loss::kMeanSquaredError, 0.5}};
  return std::make_shared<const Network>(build_network(description).value());
}

/// Sines for the contract network, different from trial to trial, with targets.
inline Stimulus contract_stimulus(std::int64_t batch, std::int64_t steps) {
  Stimulus stimulus{batch, steps, 2, 2, {}, {}};
  for (std::int64_t trial = 0; trial < batch; ++trial) {
    for (std::int64_t step = 0; step < steps; ++step) {
      for (int channel = 0; channel < 2; ++channel) {
        const double phase = 0.07 * static_cast<double>(step) * (1 + channel) + static_cast<double>(trial);
        stimulus.inputs.push_back(0.8 * std::sin(phase));
        stimulus.targets.push_back(0.5 * std::cos(phase));
      }
    }
  }
  return stimulus;
}

/// One trial of a stimulus.
inline Stimulus trial_of(const Stimulus& stimulus, std::int64_t trial) {
  Stimulus single{1, stimulus.steps, stimulus.input_channels, stimulus.target_channels, {}, {}};
  const std::int64_t inputs = stimulus.steps * stimulus.input_channels;
  const std::int64_t targets = stimulus.steps * stimulus.target_channels;
  single.inputs.assign(stimulus.inputs.begin() + trial * inputs, stimulus.inputs.begin() + (trial + 1) * inputs);
  single.targets.assign(stimulus.targets.begin() + trial * targets, stimulus.targets.begin() + (trial + 1) * targets);
  return single;
}

class BackendContract : public testing::TestWithParam<BackendCase> {
 protected:
  std::unique_ptr<Backend> loaded() const {
    std::unique_ptr<Backend> backend = GetParam().make();
    const Result<> result = GetParam().load(*backend, contract_network());
    EXPECT_TRUE(result.has_value()) << result.error().message;
    return backend;
  }

  static RunOptions recording(std::vector<Recording> recordings) {
    RunOptions options;
    options.seed = 11;
    options.recordings = std::move(recordings);
    return options;
  }

  static Traces run(Backend& backend, const Stimulus& stimulus, const RunOptions& options) {
    Result<Traces> traces = backend.run(stimulus, options);
    if (traces) return std::move(*traces);
    ADD_FAILURE() << traces.error().message;
    return {};
  }

  /// The run is refused as the user's mistake, with a message that holds `part`.
  static void expect_refused(Backend& backend, const Stimulus& stimulus, const RunOptions& options,
                             const std::string& part) {
    const Result<Traces> traces = backend.run(stimulus, options);
    ASSERT_FALSE(traces.has_value()) << part;
    EXPECT_EQ(traces.error().code, ErrorCode::kInvalidInput) << traces.error().message;
    EXPECT_NE(traces.error().message.find(part), std::string::npos) << traces.error().message;
  }

  static void expect_same_signals(const Traces& first, const Traces& second) {
    ASSERT_EQ(first.signals.size(), second.signals.size());
    for (std::size_t i = 0; i < first.signals.size(); ++i) {
      EXPECT_EQ(first.signals[i].population, second.signals[i].population);
      EXPECT_EQ(first.signals[i].codes, second.signals[i].codes);
      EXPECT_EQ(first.signals[i].values, second.signals[i].values);
    }
  }
};

/// Keeps what it gets in an order of its own, and fails at a sample where that is asked.
class KeepingSink final : public TraceSink {
 public:
  explicit KeepingSink(std::int64_t fails_at = -1) : fails_at_(fails_at) {}

  Result<> begin(const Traces& traces, SampleKind kind) override {
    begun = traces;
    return memory_.begin(traces, kind);
  }
  Result<> take(std::int64_t trial, std::int64_t first, std::span<const SignalTrace> window) override {
    const std::scoped_lock lock(mutex_);
    EXPECT_EQ(first, taken[trial]) << "trial " << trial;
    taken[trial] += window.front().samples;
    if (fails_at_ >= 0 && taken[trial] > fails_at_) return fail(ErrorCode::kIo, "the disk is full");
    return memory_.take(trial, first, window);
  }
  void move_into(Traces& traces) { memory_.move_into(traces); }

  Traces begun;
  std::map<std::int64_t, std::int64_t> taken;  ///< samples of each trial

 private:
  std::int64_t fails_at_;
  std::mutex mutex_;
  TraceMemory memory_;
};

TEST_P(BackendContract, SaysWhatItIs) {
  const std::unique_ptr<Backend> backend = loaded();
  const DeviceInfo info = backend->info();
  EXPECT_FALSE(info.backend.empty());
  EXPECT_TRUE(info.loads_networks || info.loads_maps);
  EXPECT_EQ(info.target.empty(), info.target_hash.empty());
  const RunReport report = run(*backend, contract_stimulus(1, 5), {}).report;
  EXPECT_EQ(report.backend, info.backend);
  EXPECT_EQ(report.target, info.target);
  EXPECT_EQ(report.target_hash, info.target_hash);
  EXPECT_EQ(report.chip_id, info.chip_id);
  EXPECT_EQ(report.network_hash, contract_network()->hash);
}

TEST_P(BackendContract, RefusesARunBeforeALoad) {
  const std::unique_ptr<Backend> backend = GetParam().make();
  expect_refused(*backend, contract_stimulus(1, 5), {}, "load");
}

TEST_P(BackendContract, RefusesWhatItDoesNotTake) {
  const std::unique_ptr<Backend> backend = GetParam().make();
  if (!backend->info().loads_networks) {
    const Result<> result = backend->load(contract_network());
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kUnsupported) << result.error().message;
  }
  if (!backend->info().loads_maps) {
    const Result<> result = backend->load(std::make_shared<const ParameterMap>());
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kUnsupported) << result.error().message;
  }
}

TEST_P(BackendContract, AFailedLoadKeepsTheEarlierOne) {
  const std::unique_ptr<Backend> backend = loaded();
  const Stimulus stimulus = contract_stimulus(1, 20);
  const Traces before = run(*backend, stimulus, {});
  EXPECT_FALSE(GetParam().failing_load(*backend).has_value());
  expect_same_signals(before, run(*backend, stimulus, {}));
}

TEST_P(BackendContract, RefusesStimuliOfWrongShape) {
  const std::unique_ptr<Backend> backend = loaded();
  Stimulus stimulus = contract_stimulus(1, 5);
  stimulus.input_channels = 3;
  expect_refused(*backend, stimulus, {}, "3 input channels");
  stimulus = contract_stimulus(1, 5);
  stimulus.inputs.pop_back();
  expect_refused(*backend, stimulus, {}, "inputs has 9 values");
  stimulus = contract_stimulus(2, 5);
  stimulus.targets.pop_back();
  expect_refused(*backend, stimulus, {}, "targets has 19 values");
  stimulus = contract_stimulus(1, 5);
  stimulus.target_channels = 1;
  expect_refused(*backend, stimulus, {}, "1 target channels");
  stimulus = contract_stimulus(1, 5);
  stimulus.steps = 0;
  expect_refused(*backend, stimulus, {}, "steps = 0");
}

TEST_P(BackendContract, RefusesNumbersThatAreNotFinite) {
  const std::unique_ptr<Backend> backend = loaded();
  Stimulus stimulus = contract_stimulus(2, 5);
  stimulus.inputs[13] = std::numeric_limits<double>::quiet_NaN();
  expect_refused(*backend, stimulus, {}, "inputs of trial 1, step 1, channel 1 is nan");
  stimulus = contract_stimulus(1, 5);
  stimulus.targets[0] = std::numeric_limits<double>::infinity();
  expect_refused(*backend, stimulus, {}, "targets of trial 0, step 0, channel 0 is inf");
}

TEST_P(BackendContract, RefusesOptionsWithoutMeaning) {
  const std::unique_ptr<Backend> backend = loaded();
  const Stimulus stimulus = contract_stimulus(1, 5);
  RunOptions options;
  options.every = 0;
  expect_refused(*backend, stimulus, options, "every = 0");
  options = {};
  options.settle_steps = -1;
  expect_refused(*backend, stimulus, options, "settle_steps = -1");
  expect_refused(*backend, stimulus, recording({{"nobody", Signal::kR}}), "no population \"nobody\"");
}

TEST_P(BackendContract, RecordsTheRatesOfAllUnlessAsked) {
  const std::unique_ptr<Backend> backend = loaded();
  const Traces traces = run(*backend, contract_stimulus(2, 7), {});
  ASSERT_EQ(traces.signals.size(), 2U);
  EXPECT_EQ(traces.batch, 2);
  EXPECT_DOUBLE_EQ(traces.dt, 0.01);
  EXPECT_EQ(traces.signals[0].population, "hidden");
  EXPECT_EQ(traces.signals[1].population, "out");
  for (const SignalTrace& signal : traces.signals) {
    EXPECT_EQ(signal.signal, Signal::kR);
    EXPECT_EQ(signal.samples, 7);
    EXPECT_EQ(signal.size(), static_cast<std::size_t>(2 * 7 * signal.neurons));
    EXPECT_TRUE(signal.codes.empty() || signal.values.empty());
  }
}

TEST_P(BackendContract, RecordsEverySignal) {
  const std::unique_ptr<Backend> backend = loaded();
  std::vector<Recording> all_signals;
  for (const Signal signal : kSignals) all_signals.push_back({"hidden", signal});
  const Traces traces = run(*backend, contract_stimulus(1, 40), recording(all_signals));
  ASSERT_EQ(traces.signals.size(), all_signals.size());
  for (const SignalTrace& trace : traces.signals) {
    bool moves = false;
    for (std::size_t i = 0; i < trace.size(); ++i) {
      EXPECT_TRUE(std::isfinite(trace.value(i)));
      moves = moves || trace.value(i) != trace.value(0);
    }
    EXPECT_TRUE(moves) << name_of(trace.signal);
  }
}

// A device that does not measure energies says so before it plays anything.
TEST_P(BackendContract, RecordsAnEnergyOfEachPopulationOrRefusesIt) {
  const std::unique_ptr<Backend> backend = loaded();
  const Result<Traces> traces =
      backend->run(contract_stimulus(2, 10), recording({{"out", Signal::kEnergy}, {"hidden", Signal::kEnergy}}));
  if (!traces) {
    EXPECT_EQ(traces.error().code, ErrorCode::kUnsupported) << traces.error().message;
    return;
  }
  ASSERT_EQ(traces->signals.size(), 2U);
  for (const SignalTrace& trace : traces->signals) {
    EXPECT_EQ(trace.neurons, 1);
    EXPECT_EQ(trace.size(), 20U);
    for (std::size_t i = 0; i < trace.size(); ++i) EXPECT_GE(trace.value(i), 0);
  }
}

TEST_P(BackendContract, EveryNthSampleIsThatOfTheFullRun) {
  const std::unique_ptr<Backend> backend = loaded();
  RunOptions options = recording({{"out", Signal::kR}});
  const Traces full = run(*backend, contract_stimulus(1, 10), options);
  options.every = 4;
  const Traces thinned = run(*backend, contract_stimulus(1, 10), options);
  ASSERT_EQ(thinned.signals.size(), 1U);
  EXPECT_EQ(thinned.every, 4);
  EXPECT_EQ(thinned.signals[0].samples, 3);
  for (std::size_t sample = 0; sample < 3; ++sample) {
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(thinned.signals[0].value(sample * 2 + i), full.signals[0].value(sample * 4 * 2 + i));
    }
  }
}

TEST_P(BackendContract, TheSameSeedGivesTheSameTraces) {
  const std::unique_ptr<Backend> first = loaded();
  const std::unique_ptr<Backend> second = loaded();
  const Stimulus stimulus = contract_stimulus(2, 30);
  const RunOptions options = recording({{"hidden", Signal::kU}, {"out", Signal::kE}});
  const Traces traces = run(*first, stimulus, options);
  expect_same_signals(traces, run(*first, stimulus, options));
  expect_same_signals(traces, run(*second, stimulus, options));
}

TEST_P(BackendContract, ABatchIsItsTrialsOneByOne) {
  const std::unique_ptr<Backend> backend = loaded();
  const Stimulus stimulus = contract_stimulus(3, 25);
  RunOptions options = recording({{"hidden", Signal::kR}, {"out", Signal::kE}});
  options.first_trial = 4;
  options.threads = 2;
  const Traces together = run(*backend, stimulus, options);
  options.threads = 1;
  for (std::int64_t trial = 0; trial < 3; ++trial) {
    options.first_trial = 4 + trial;
    const Traces alone = run(*backend, trial_of(stimulus, trial), options);
    for (std::size_t s = 0; s < alone.signals.size(); ++s) {
      const std::size_t count = alone.signals[s].size();
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_NEAR(together.signals[s].value(static_cast<std::size_t>(trial) * count + i), alone.signals[s].value(i),
                    GetParam().batch_rounding);
      }
    }
  }
}

TEST_P(BackendContract, ARunStartsFromReset) {
  const std::unique_ptr<Backend> backend = loaded();
  const Traces first = run(*backend, contract_stimulus(1, 15), {});
  run(*backend, contract_stimulus(2, 40), {});
  expect_same_signals(first, run(*backend, contract_stimulus(1, 15), {}));
}

TEST_P(BackendContract, SettlingHoldsTheFirstInput) {
  const std::unique_ptr<Backend> backend = loaded();
  Stimulus stimulus{1, 300, 2, 0, {}, {}};
  for (int step = 0; step < 300; ++step) stimulus.inputs.insert(stimulus.inputs.end(), {0.6, -0.4});
  RunOptions options = recording({{"hidden", Signal::kU}});
  const Traces cold = run(*backend, stimulus, options);
  options.settle_steps = 300;
  const Traces settled = run(*backend, stimulus, options);
  // Ten time constants on, a cold start has arrived where the settled run begins, up to the noise of the device.
  for (std::size_t i = 0; i < 3; ++i) {
    const double end = cold.signals[0].value(299 * 3 + i);
    EXPECT_NEAR(settled.signals[0].value(i), end, 0.1 * std::abs(end) + 0.02);
    EXPECT_LT(std::abs(cold.signals[0].value(i)), 0.5 * std::abs(end) + 0.02);
  }
  EXPECT_NEAR(settled.report.model_seconds, 6.0, 1e-9);
  EXPECT_EQ(settled.report.steps, 300);
}

TEST_P(BackendContract, ReportsStepsAndTimes) {
  const std::unique_ptr<Backend> backend = loaded();
  const RunReport report = run(*backend, contract_stimulus(2, 50), recording({})).report;
  EXPECT_EQ(report.steps, 50);
  EXPECT_EQ(report.batch, 2);
  EXPECT_EQ(report.seed, 11U);
  EXPECT_EQ(report.neurons, 5);
  EXPECT_EQ(report.synapses, 12);
  EXPECT_GE(report.substeps, 50);
  EXPECT_NEAR(report.model_seconds, 0.5, 1e-9);
  EXPECT_GE(report.device_seconds, 0);
  EXPECT_FALSE(report.interrupted);
}

TEST_P(BackendContract, ProgressNeverFallsAndEndsAtItsTotal) {
  const std::unique_ptr<Backend> backend = loaded();
  RunOptions options;
  options.settle_steps = 5;
  std::int64_t last = 0;
  std::int64_t last_total = 0;
  options.progress = [&](std::int64_t done, std::int64_t total) {
    EXPECT_GE(done, last);
    EXPECT_TRUE(last_total == 0 || total == last_total);
    last = done;
    last_total = total;
  };
  run(*backend, contract_stimulus(2, 30), options);
  EXPECT_EQ(last, last_total);
  EXPECT_EQ(last_total, 2 * 35);
}

TEST_P(BackendContract, AStopEndsTheRunWithTheTracesSoFar) {
  const std::unique_ptr<Backend> backend = loaded();
  const Stimulus stimulus = contract_stimulus(1, 5000);
  RunOptions options = recording({{"out", Signal::kR}});
  const Traces full = run(*backend, stimulus, options);
  std::stop_source source;
  options.stop = source.get_token();
  options.progress = [&source](std::int64_t done, std::int64_t) {
    if (done >= 20) source.request_stop();
  };
  const Traces part = run(*backend, stimulus, options);
  EXPECT_TRUE(part.report.interrupted);
  EXPECT_GT(part.report.steps, 0);
  EXPECT_LT(part.report.steps, 5000);
  ASSERT_EQ(part.signals.size(), 1U);
  EXPECT_EQ(part.signals[0].samples, part.report.steps);
  EXPECT_NEAR(part.report.model_seconds, 0.01 * static_cast<double>(part.report.steps), 1e-9);
  for (std::size_t i = 0; i < part.signals[0].size(); ++i) {
    ASSERT_EQ(part.signals[0].value(i), full.signals[0].value(i));
  }
}

TEST_P(BackendContract, AStopBeforeTheRunLeavesEmptyTraces) {
  const std::unique_ptr<Backend> backend = loaded();
  std::stop_source source;
  source.request_stop();
  RunOptions options;
  options.stop = source.get_token();
  const Traces traces = run(*backend, contract_stimulus(2, 20), options);
  EXPECT_TRUE(traces.report.interrupted);
  EXPECT_EQ(traces.report.steps, 0);
  for (const SignalTrace& signal : traces.signals) EXPECT_EQ(signal.size(), 0U);
}

TEST_P(BackendContract, LearnsWhileItRunsOrSaysNo) {
  const std::unique_ptr<Backend> backend = loaded();
  RunOptions options;
  options.learn = true;
  const Result<Traces> two = backend->run(contract_stimulus(2, 20), options);
  ASSERT_FALSE(two.has_value());
  EXPECT_EQ(two.error().code, ErrorCode::kUnsupported);
  if (backend->info().learns) return;
  const Result<Traces> one = backend->run(contract_stimulus(1, 20), options);
  ASSERT_FALSE(one.has_value());
  EXPECT_EQ(one.error().code, ErrorCode::kUnsupported);
}

TEST_P(BackendContract, HasRegistersOrSaysNo) {
  const std::unique_ptr<Backend> backend = loaded();
  const RegisterWrite write{RegisterLayout::kCoresAddress, {0}};
  if (backend->info().has_registers) {
    const auto version = backend->read_registers(RegisterLayout::kVersionAddress, 1);
    ASSERT_TRUE(version.has_value()) << version.error().message;
    EXPECT_EQ(version->front(), RegisterLayout::kVersion);
    return;
  }
  const auto written = backend->write_registers({&write, 1});
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, ErrorCode::kUnsupported);
  const auto read = backend->read_registers(0, 1);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);
}

TEST_P(BackendContract, WrittenRegistersAreReadBackAndRunByUntilTheNextLoad) {
  const std::unique_ptr<Backend> backend = loaded();
  if (!backend->info().has_registers) GTEST_SKIP() << "no registers";
  const std::uint32_t address = RegisterLayout::kCoresAddress;
  const std::vector<std::uint16_t> before = backend->read_registers(address, 8).value();
  const Traces driven = run(*backend, contract_stimulus(1, 20), {});
  // Column 0 of core 0 goes out of use.
  const std::vector<RegisterWrite> writes{{address, {0}}, {address + 3, {before[3]}}};
  ASSERT_TRUE(backend->write_registers(writes).has_value());
  std::vector<std::uint16_t> after = before;
  after[0] = 0;
  EXPECT_EQ(backend->read_registers(address, 8).value(), after);
  const Traces changed = run(*backend, contract_stimulus(1, 20), {});
  EXPECT_NE(driven.signals[0].codes, changed.signals[0].codes);
  ASSERT_TRUE(GetParam().load(*backend, contract_network()).has_value());
  EXPECT_EQ(backend->read_registers(address, 8).value(), before);
  expect_same_signals(driven, run(*backend, contract_stimulus(1, 20), {}));
}

TEST_P(BackendContract, RefusesWritesThatItCannotMakeWhole) {
  const std::unique_ptr<Backend> backend = loaded();
  if (!backend->info().has_registers) GTEST_SKIP() << "no registers";
  const std::uint32_t address = RegisterLayout::kCoresAddress;
  const std::uint16_t before = backend->read_registers(address, 1).value().front();
  const std::vector<RegisterWrite> beyond{{address, {0}}, {0xFFFFFFF0U, {1, 2}}};
  const auto refused = backend->write_registers(beyond);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(backend->read_registers(address, 1).value().front(), before);
  EXPECT_FALSE(backend->read_registers(0xFFFFFFF0U, 2).has_value());
  const RegisterWrite layout{RegisterLayout::kVersionAddress, {7}};
  EXPECT_FALSE(backend->write_registers({&layout, 1}).has_value());
}

TEST_P(BackendContract, RefusesRegistersBeforeALoad) {
  const std::unique_ptr<Backend> backend = GetParam().make();
  if (!backend->info().has_registers) GTEST_SKIP() << "no registers";
  const auto read = backend->read_registers(0, 1);
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().message.find("load"), std::string::npos) << read.error().message;
}

TEST_P(BackendContract, GivesASinkWhatItWouldKeep) {
  const auto backend = loaded();
  const Stimulus stimulus = contract_stimulus(3, 50);
  RunOptions options = recording({{"hidden", Signal::kR}, {"out", Signal::kU}});
  options.every = 4;
  options.threads = 2;
  const Traces kept = run(*backend, stimulus, options);
  KeepingSink sink;
  options.sink = &sink;
  Traces given = run(*backend, stimulus, options);
  ASSERT_EQ(given.signals.size(), 2U);
  ASSERT_EQ(sink.begun.signals.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(given.signals[k].size(), 0U);
    EXPECT_EQ(given.signals[k].samples, 13);
    EXPECT_EQ(sink.begun.signals[k].samples, 13);
    EXPECT_EQ(sink.begun.signals[k].neurons, kept.signals[k].neurons);
    EXPECT_EQ(sink.begun.signals[k].scale.scale, kept.signals[k].scale.scale);
  }
  EXPECT_EQ(sink.taken, (std::map<std::int64_t, std::int64_t>{{0, 13}, {1, 13}, {2, 13}}));
  sink.move_into(given);
  expect_same_signals(given, kept);
}

TEST_P(BackendContract, EndsWithTheErrorOfItsSinkAndRunsAgain) {
  const auto backend = loaded();
  const Stimulus stimulus = contract_stimulus(1, 50);
  RunOptions options = recording({{"out", Signal::kR}});
  const Traces kept = run(*backend, stimulus, options);
  KeepingSink full(0);
  options.sink = &full;
  const Result<Traces> failed = backend->run(stimulus, options);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::kIo);
  EXPECT_EQ(failed.error().message, "the disk is full");
  options.sink = nullptr;
  expect_same_signals(run(*backend, stimulus, options), kept);
}

}  // namespace vle
