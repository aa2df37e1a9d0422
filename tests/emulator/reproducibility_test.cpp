#include <gtest/gtest.h>

#include "networks.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using emulator::Effects;

/// All effects on, three cores, targets and errors.
class Reproducibility : public testing::Test {
 protected:
  Traces run(std::uint64_t chip, std::uint64_t seed, int threads, std::int64_t first_trial, std::int64_t batch,
             Effects effects = {}) {
    Stimulus stimulus = make_sines(network_, 8, 60);
    const auto width = static_cast<std::size_t>(60 * stimulus.input_channels);
    const auto target_width = static_cast<std::size_t>(60 * stimulus.target_channels);
    const auto first = static_cast<std::size_t>(first_trial);
    const auto count = static_cast<std::size_t>(batch);
    const auto slice = [&](std::vector<double>& values, std::size_t row) {
      values = {values.begin() + static_cast<std::ptrdiff_t>(first * row),
                values.begin() + static_cast<std::ptrdiff_t>((first + count) * row)};
    };
    slice(stimulus.inputs, width);
    slice(stimulus.targets, target_width);
    stimulus.batch = batch;
    RunOptions options;
    options.seed = seed;
    options.threads = threads;
    options.first_trial = first_trial;
    options.recordings = record_all(network_);
    return run_on_chip(map_, chip, effects, stimulus, options);
  }

  Network network_ = make_graph("layered");
  std::shared_ptr<const ParameterMap> map_ = compile_for(network_, coarse_target(4), make_sines(network_, 8, 60));
};

TEST_F(Reproducibility, OneChipAndSeedGiveTheSameCodesOnAnyNumberOfThreads) {
  const Traces one = run(7, 1, 1, 0, 8);
  const Traces again = run(7, 1, 1, 0, 8);
  const Traces three = run(7, 1, 3, 0, 8);
  for (std::size_t k = 0; k < one.signals.size(); ++k) {
    EXPECT_EQ(one.signals[k].codes, again.signals[k].codes);
    EXPECT_EQ(one.signals[k].codes, three.signals[k].codes);
  }
  EXPECT_EQ(one.report.saturated, three.report.saturated);
  EXPECT_EQ(one.report.energy_joules, three.report.energy_joules);
}

TEST_F(Reproducibility, ATrialIsTheSameAloneAndInABatch) {
  const Traces batch = run(7, 1, 2, 0, 8);
  for (const std::int64_t trial : {0, 3, 7}) {
    const Traces alone = run(7, 1, 1, trial, 1);
    for (std::size_t k = 0; k < alone.signals.size(); ++k) {
      const std::vector<std::int32_t>& codes = batch.signals[k].codes;
      const auto size = static_cast<std::ptrdiff_t>(alone.signals[k].codes.size());
      const std::vector<std::int32_t> part(codes.begin() + trial * size, codes.begin() + (trial + 1) * size);
      EXPECT_EQ(alone.signals[k].codes, part) << trial;
    }
  }
}

TEST_F(Reproducibility, AnotherChipOrAnotherSeedGivesOtherCodes) {
  const Traces base = run(7, 1, 1, 0, 2);
  EXPECT_NE(base.signals[2].codes, run(8, 1, 1, 0, 2).signals[2].codes);
  EXPECT_NE(base.signals[2].codes, run(7, 2, 1, 0, 2).signals[2].codes);
}

TEST_F(Reproducibility, WithoutNoiseTheSeedDoesNotMatterAndWithoutMismatchTheChipDoesNot) {
  const Effects frozen = Effects::named("all,-noise");
  EXPECT_EQ(run(7, 1, 1, 0, 2, frozen).signals[2].codes, run(7, 2, 1, 0, 2, frozen).signals[2].codes);
  const Effects equal = Effects::named("all,-mismatch");
  EXPECT_EQ(run(7, 1, 1, 0, 2, equal).signals[2].codes, run(8, 1, 1, 0, 2, equal).signals[2].codes);
}

}  // namespace
}  // namespace vle
