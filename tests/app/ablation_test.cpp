#include "ablation.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace vle::app {
namespace {

/// A device that answers every run with the same two populations: `wave` shifted, and `flat` shifted.
class ShiftedBackend : public Backend {
 public:
  explicit ShiftedBackend(double shift, bool interrupted = false) : shift_(shift), interrupted_(interrupted) {}

  DeviceInfo info() const override { return {}; }
  Result<> load(std::shared_ptr<const ParameterMap>) override { return {}; }
  Result<> load(std::shared_ptr<const Network>) override { return {}; }
  Result<Traces> run(const Stimulus&, const RunOptions& options) override {
    if (options.progress) options.progress(1, 1);
    Traces traces;
    traces.report.interrupted = interrupted_;
    traces.report.saturated["r"] = shift_ > 0 ? 3 : 0;
    traces.signals.push_back(trace_of("wave", {-1 + shift_, 1 + shift_, -1 + shift_, 1 + shift_}));
    traces.signals.push_back(trace_of("flat", {shift_, shift_, shift_, shift_}));
    return traces;
  }

 private:
  static SignalTrace trace_of(const std::string& population, std::vector<double> values) {
    SignalTrace trace;
    trace.population = population;
    trace.neurons = 1;
    trace.samples = 4;
    trace.values = std::move(values);
    return trace;
  }

  double shift_;
  bool interrupted_;
};

std::vector<AblationVariant> variants_of(double first, double second, bool first_is_interrupted = false) {
  std::vector<AblationVariant> variants;
  variants.push_back({"first", std::make_unique<ShiftedBackend>(first, first_is_interrupted)});
  variants.push_back({"second", std::make_unique<ShiftedBackend>(second)});
  return variants;
}

TEST(Ablation, DistancesAreDifferencesOverDeviations) {
  ShiftedBackend twin(0);
  const auto rows = run_ablation(twin, variants_of(0, 0.5), {"wave"}, Stimulus{}, RunOptions{});
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].name, "ideal");
  EXPECT_EQ((*rows)[0].outputs[0], 0.0);
  EXPECT_EQ((*rows)[1].outputs[0], 0.0);
  EXPECT_NEAR((*rows)[2].outputs[0].value(), 0.5, 1e-12);
  // Both populations differ by 0.5 in 4 samples; only the wave deviates, by 1 in 4 samples.
  EXPECT_NEAR((*rows)[2].pooled.value(), std::sqrt(2 * 0.25), 1e-12);
  EXPECT_EQ((*rows)[2].saturated.at("r"), 3);
}

TEST(Ablation, AConstantIdealHasNoDistance) {
  ShiftedBackend twin(0);
  const auto rows = run_ablation(twin, variants_of(0, 0.5), {"flat"}, Stimulus{}, RunOptions{});
  ASSERT_TRUE(rows.has_value());
  EXPECT_EQ(rows->back().outputs[0], std::nullopt);
}

TEST(Ablation, ProgressIsThatOfAllRuns) {
  ShiftedBackend twin(0);
  std::vector<std::pair<std::int64_t, std::int64_t>> seen;
  RunOptions options;
  options.progress = [&seen](std::int64_t done, std::int64_t total) { seen.emplace_back(done, total); };
  ASSERT_TRUE(run_ablation(twin, variants_of(0, 0.5), {"wave"}, Stimulus{}, options).has_value());
  EXPECT_THAT(seen, testing::ElementsAre(std::pair(1, 3), std::pair(2, 3), std::pair(3, 3)));
}

TEST(Ablation, AnInterruptedRunEndsTheTable) {
  ShiftedBackend twin(0);
  const auto rows = run_ablation(twin, variants_of(0, 0.5, true), {"wave"}, Stimulus{}, RunOptions{});
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_TRUE(rows->back().interrupted);
}

}  // namespace
}  // namespace vle::app
