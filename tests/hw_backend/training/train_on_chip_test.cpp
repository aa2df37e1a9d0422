#include <gmock/gmock.h>

#include <cmath>
#include <vle/compile/compile.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/io/files.hpp>
#include <vle/training/train_on_chip.hpp>

#include "small_networks.hpp"

namespace vle::training {
namespace {

using testing::HasSubstr;

/// Trials of sines, and what a teacher of the same shape makes of them.
Stimulus make_lesson(Network teacher, std::int64_t batch, std::int64_t steps) {
  Stimulus stimulus{batch, steps, 1, 1, {}, {}};
  for (std::int64_t k = 0; k < batch * steps; ++k) {
    const double phase = static_cast<double>(k / steps);
    const double time = static_cast<double>(k % steps);
    stimulus.inputs.push_back(0.5 * std::sin(0.05 * time + phase) + 0.4 * std::sin(0.13 * time + 2 * phase));
  }
  teacher.projections[0].synapses.values = {0.5, 0.7, -0.9};
  teacher.projections[1].synapses.values = {0.9, 0.3, -0.4};
  teacher.populations[1].bias = {0.2};
  const auto backend = make_reference_backend();
  EXPECT_TRUE(backend->load(std::make_shared<const Network>(std::move(teacher))));
  Stimulus without = stimulus;
  without.target_channels = 0;
  RunOptions options;
  options.recordings = {{"y", Signal::kR}};
  const auto traces = backend->run(without, options);
  EXPECT_TRUE(traces) << traces.error().message;
  stimulus.targets = traces->signals[0].values;
  return stimulus;
}

Network student(const char* rule, double eta_tau = 0) {
  Network network = small_network(0.4, 0.1);
  network.plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam;
  network.plasticity.eta_weights = 0.1;
  network.plasticity.eta_bias = 0.1;
  network.plasticity.eta_tau = eta_tau;
  network.plasticity.tau_min = 0.1;
  network.plasticity.tau_max = 1;
  auto ruled = with_rule(std::move(network), *find_rule(rule), 1);
  EXPECT_TRUE(ruled);
  return std::move(*ruled);
}

struct Chip {
  Chip(const char* name, const Network& network, const Stimulus& profile, emulator::Effects effects = {}) {
    auto target = read_target(name);
    EXPECT_TRUE(target);
    const auto ranges = profile_ranges(network, profile);
    EXPECT_TRUE(ranges);
    auto compiled = compile(network, *target, *ranges);
    EXPECT_TRUE(compiled) << compiled.error().message;
    map = std::make_shared<const ParameterMap>(std::move(*compiled));
    backend = emulator::make_emulator_backend(*target, 1, effects);
    EXPECT_TRUE(backend->load(map));
  }
  std::shared_ptr<const ParameterMap> map;
  std::unique_ptr<Backend> backend;
};

double ratio_of_losses(const Training& training) {
  return training.losses.back() / training.losses.front();
}

TEST(TrainOnChip, ConvergesOnTheIdealChip) {
  const Network network = student("pair");
  const Stimulus lesson = make_lesson(network, 2, 100);
  const Chip chip("ideal", network, lesson);
  ChipTrainOptions options;
  options.epochs = 25;
  const auto trained = train_on_chip(network, *chip.map, *chip.backend, lesson, options);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_LT(ratio_of_losses(trained->training), 0.05);
  EXPECT_GT(trained->counts.registers_written, 0);
}

TEST(TrainOnChip, ConvergesWithMismatchAndNoiseAndLearnsTauAndB) {
  const Network network = student("mirror", 0.005);
  const Stimulus lesson = make_lesson(network, 2, 100);
  const Chip chip("bss2_like", network, lesson);
  ChipTrainOptions options;
  options.epochs = 25;
  options.batch = 1;
  const auto trained = train_on_chip(network, *chip.map, *chip.backend, lesson, options);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_LT(ratio_of_losses(trained->training), 0.05);
  EXPECT_NE(trained->training.network.populations[0].tau_m, network.populations[0].tau_m);
  EXPECT_NE(trained->training.network.projections[1].backward_values, network.projections[1].backward_values);
  EXPECT_NE(trained->map.image, chip.map->image);
}

TEST(TrainOnChip, TracesConvergeWithMismatchAndNoise) {
  const Network network = student("trace_mirror", 0.005);
  const Stimulus lesson = make_lesson(network, 2, 150);
  const Chip chip("bss2_like", network, lesson);
  ChipTrainOptions options;
  options.epochs = 25;
  options.host.skip_steps = 20;
  const auto trained = train_on_chip(network, *chip.map, *chip.backend, lesson, options);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_LT(ratio_of_losses(trained->training), 0.05);
  EXPECT_NE(trained->training.network.populations[0].tau_m, network.populations[0].tau_m);
}

TEST(TrainOnChip, GivesTheSameBytesAgainAndWithMoreThreads) {
  const Network network = student("pair");
  const Stimulus lesson = make_lesson(network, 3, 60);
  std::vector<std::vector<std::uint16_t>> images;
  for (const int threads : {1, 1, 3}) {
    const Chip chip("bss2_like", network, lesson);
    ChipTrainOptions options;
    options.epochs = 3;
    options.host.threads = threads;
    const auto trained = train_on_chip(network, *chip.map, *chip.backend, lesson, options);
    ASSERT_TRUE(trained);
    images.push_back(trained->map.image);
  }
  EXPECT_EQ(images[0], images[1]);
  EXPECT_EQ(images[0], images[2]);
}

TEST(TrainOnChip, KeepsWhatWasLearnedWhenInterrupted) {
  const Network network = student("gle");
  const Stimulus lesson = make_lesson(network, 2, 60);
  const Chip chip("ideal", network, lesson);
  std::stop_source stop;
  ChipTrainOptions options;
  options.epochs = 1000;
  options.stop = stop.get_token();
  options.progress = [&](std::int64_t done, std::int64_t, double) {
    if (done == 8) stop.request_stop();
  };
  const auto trained = train_on_chip(network, *chip.map, *chip.backend, lesson, options);
  ASSERT_TRUE(trained);
  EXPECT_TRUE(trained->training.interrupted);
  EXPECT_EQ(trained->training.losses.size(), 4U);
  EXPECT_NE(trained->training.network.hash, network.hash);
}

TEST(TrainOnChip, GoesOnFromACheckpoint) {
  const Network network = student("mirror");
  const Stimulus lesson = make_lesson(network, 2, 60);
  ChipTrainOptions options;
  options.epochs = 2;
  const Chip chip("bss2_like", network, lesson);
  const auto first = train_on_chip(network, *chip.map, *chip.backend, lesson, options);
  ASSERT_TRUE(first);
  const Chip other("bss2_like", network, lesson);
  options.resume = first->training.checkpoint;
  const auto second = train_on_chip(network, *other.map, *other.backend, lesson, options);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_LT(second->training.losses.front(), first->training.losses.front());
  options.resume = "nonsense";
  EXPECT_FALSE(train_on_chip(network, *other.map, *other.backend, lesson, options));
}

TEST(TrainOnChip, RefusesWhatCannotLearn) {
  const Network network = student("gle");
  const Stimulus lesson = make_lesson(network, 2, 60);
  const Chip chip("ideal", network, lesson);
  ChipTrainOptions options;
  const auto reference = make_reference_backend();
  const auto without_registers = train_on_chip(network, *chip.map, *reference, lesson, options);
  ASSERT_FALSE(without_registers);
  EXPECT_EQ(without_registers.error().code, ErrorCode::kUnsupported);
  options.batch = 3;
  EXPECT_THAT(train_on_chip(network, *chip.map, *chip.backend, lesson, options).error().message, HasSubstr("batch"));
}

}  // namespace
}  // namespace vle::training
