#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <vle/compile/compile.hpp>
#include <vle/io/files.hpp>
#include <vle/training/task.hpp>

namespace vle::training {
namespace {

TaskOptions short_task(TaskKind kind, const char* rules) {
  TaskOptions options;
  options.kind = kind;
  options.rules = *parse_rules(rules);
  options.seeds = 1;
  options.budget = 1;
  return options;
}

double measure_of(const TaskRun& run, std::string_view name) {
  const auto found =
      std::find_if(run.measures.begin(), run.measures.end(), [&](const TaskMeasure& m) { return m.name == name; });
  EXPECT_NE(found, run.measures.end()) << name;
  return found == run.measures.end() ? -1 : found->value;
}

TEST(RunTask, ChainIsFoundByLearnedGainsAndBackwardWeights) {
  TaskOptions options = short_task(TaskKind::kChain, "gle,mirror");
  options.steps = 20'000;
  const auto report = run_task(options);
  ASSERT_TRUE(report) << report.error().message;
  for (const TaskRun& run : report->runs) EXPECT_LT(measure_of(run, "worst"), 0.01) << run.rule;
}

TEST(RunTask, ExactAndLocalRulesLowerTheError) {
  for (const TaskKind kind : {TaskKind::kChain, TaskKind::kXor}) {
    TaskOptions options = short_task(kind, "adjoint,instantaneous,gle,pair");
    options.steps = kind == TaskKind::kChain ? 2000 : 300;
    const auto report = run_task(options);
    ASSERT_TRUE(report) << report.error().message;
    for (const TaskRun& run : report->runs) {
      EXPECT_EQ(run.curve.size(), 100U);
      EXPECT_LT(run.final_error, run.curve.front()) << report->task << " " << run.rule;
    }
  }
}

/// The reference in the place of a chip: it plays the network that was compiled, whatever is written.
class ChipWithoutFlaws : public Backend {
 public:
  ChipWithoutFlaws(const Network& network, std::int64_t& writes)
      : reference_(make_reference_backend()), writes_(writes) {
    EXPECT_TRUE(reference_->load(std::make_shared<const Network>(network)));
  }
  DeviceInfo info() const override { return {"flawless", "", "", 0, false, true, true}; }
  Result<> load(std::shared_ptr<const ParameterMap>) override { return {}; }
  Result<> load(std::shared_ptr<const Network>) override { return {}; }
  Result<Traces> run(const Stimulus& stimulus, const RunOptions& options) override {
    return reference_->run(stimulus, options);
  }
  Result<> write_registers(std::span<const RegisterWrite> writes) override {
    writes_ += static_cast<std::int64_t>(writes.size());
    return {};
  }

 private:
  std::unique_ptr<Backend> reference_;
  std::int64_t& writes_;
};

TEST(RunTask, GoesOnWithAChipInTheLoop) {
  std::int64_t writes = 0;
  TaskOptions options = short_task(TaskKind::kXor, "instantaneous");
  options.steps = 1000;
  options.chip_batches = 1;
  options.open_chip = [&](const Network& network, const Stimulus& profile) -> Result<TaskChip> {
    const auto ranges = profile_ranges(network, profile);
    if (!ranges) return tl::unexpected(ranges.error());
    auto map = compile(network, *read_target("bss2_like"), *ranges);
    if (!map) return tl::unexpected(map.error());
    return TaskChip{std::make_unique<ChipWithoutFlaws>(network, writes),
                    std::make_shared<const ParameterMap>(std::move(*map))};
  };
  const auto report = run_task(options);
  ASSERT_TRUE(report) << report.error().message;
  const TaskRun& run = report->runs.front();
  EXPECT_NEAR(measure_of(run, "chip_right_before"), measure_of(run, "right"), 0.05);
  EXPECT_NEAR(measure_of(run, "chip_error_before"), run.final_error, 0.1);
  EXPECT_NEAR(measure_of(run, "chip_error"), measure_of(run, "chip_error_before"), 0.05);
  EXPECT_GT(writes, 0);
}

TEST(RunTask, DoesNotDependOnThreads) {
  TaskOptions options = short_task(TaskKind::kXor, "gle,pair");
  options.steps = 200;
  options.budget = 2;
  const auto one = run_task(options);
  options.threads = 3;
  const auto three = run_task(options);
  ASSERT_TRUE(one && three);
  ASSERT_EQ(one->tries.size(), 8U);
  for (std::size_t k = 0; k < one->tries.size(); ++k) EXPECT_EQ(one->tries[k].curve, three->tries[k].curve);
  for (std::size_t k = 0; k < one->runs.size(); ++k) {
    EXPECT_EQ(one->runs[k].curve, three->runs[k].curve);
    EXPECT_EQ(one->runs[k].eta, three->runs[k].eta);
    EXPECT_EQ(measure_of(one->runs[k], "right"), measure_of(three->runs[k], "right"));
  }
}

TEST(RunTask, ComplexTaskHasAFiniteCurveForEveryRule) {
  TaskOptions options = short_task(TaskKind::kComplex, "all");
  options.steps = 100;
  const auto report = run_task(options);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->runs.size(), rules().size());
  for (const TaskRun& run : report->runs) {
    for (const double error : run.curve) EXPECT_TRUE(std::isfinite(error)) << run.rule;
  }
}

TEST(RunTask, SaysWhenARuleWasAsGoodAsGle) {
  TaskOptions options = short_task(TaskKind::kChain, "gle,pair");
  options.steps = 1000;
  const auto report = run_task(options);
  ASSERT_TRUE(report);
  const TaskRun& gle = report->runs[0];
  ASSERT_TRUE(gle.steps_to_gle);
  EXPECT_LE(*gle.steps_to_gle, 1000);
  const auto end = static_cast<std::size_t>(*gle.steps_to_gle) / report->block_steps;
  const std::size_t tenth = gle.curve.size() / 10;
  ASSERT_GE(end, tenth);
  double mean = 0;
  for (std::size_t k = end - tenth; k < end; ++k) mean += gle.curve[k] / static_cast<double>(tenth);
  EXPECT_LE(mean, gle.final_error);
  options.rules = *parse_rules("pair");
  EXPECT_FALSE(run_task(options)->runs[0].steps_to_gle);
}

TEST(RunTask, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  TaskOptions options = short_task(TaskKind::kChain, "gle");
  options.stop = stop.get_token();
  const auto report = run_task(options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace vle::training
