#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vle/compile/compile.hpp>
#include <vle/network/network.hpp>

#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using emulator::Effects;

ParameterDescription all(double value) {
  return {{value}, std::nullopt};
}

void add_population(NetworkDescription& description, const char* name, std::int64_t size) {
  PopulationDescription population;
  population.name = name;
  population.size = size;
  population.activation = Activation::kTanh;
  population.tau_m = all(0.02);
  description.populations.push_back(population);
}

void add_projection(NetworkDescription& description, const char* from, const char* to, std::vector<double> weights,
                    BackwardRule backward) {
  ProjectionDescription projection;
  projection.from = from;
  projection.to = to;
  projection.weights.values = std::move(weights);
  projection.backward = backward;
  if (backward == BackwardRule::kMirror) projection.backward_weights = projection.weights;
  description.projections.push_back(std::move(projection));
}

/// Two inputs, three hidden neurons, one output; W, mirrored B and biases learn.
NetworkDescription small_description() {
  NetworkDescription description;
  description.name = "small";
  description.dt = 0.01;
  description.inputs.push_back({"in", 2, -1, 1});
  add_population(description, "hidden", 3);
  add_population(description, "out", 1);
  add_projection(description, "in", "hidden", {0.4, -0.3, 0.2, 0.5, -0.4, 0.3}, BackwardRule::kTranspose);
  add_projection(description, "hidden", "out", {0.3, 0.2, -0.3}, BackwardRule::kMirror);
  description.outputs.push_back({"out", Loss::kMeanSquaredError, 1.0});
  description.plasticity.eta_weights = 2;
  description.plasticity.eta_bias = 1;
  return description;
}

Network built(const NetworkDescription& description) {
  auto network = build_network(description);
  VLE_CHECK(network.has_value(), "{}", network.error().front().message);
  return std::move(*network);
}

/// Slow sines, and as target what a tanh of their difference gives.
Stimulus lesson(std::int64_t steps) {
  Stimulus stimulus;
  stimulus.steps = steps;
  stimulus.input_channels = 2;
  stimulus.target_channels = 1;
  for (std::int64_t n = 0; n < steps; ++n) {
    const double t = 0.01 * static_cast<double>(n);
    const double x = 0.8 * std::sin(2 * std::numbers::pi * 0.31 * t);
    const double y = 0.8 * std::sin(2 * std::numbers::pi * 0.83 * t + 1);
    stimulus.inputs.insert(stimulus.inputs.end(), {x, y});
    stimulus.targets.push_back(0.6 * std::tanh(1.5 * (y - x)));
  }
  return stimulus;
}

std::shared_ptr<const ParameterMap> compiled(const Network& network, const Target& target) {
  const Result<SignalRanges> ranges = profile_ranges(network, lesson(400));
  CompileOptions options;
  options.weight_headroom = 4;
  options.speed_up = 1e4;
  Result<ParameterMap> map = compile(network, target, *ranges, options);
  VLE_CHECK(map.has_value(), "{}", map.error().message);
  return std::make_shared<const ParameterMap>(std::move(*map));
}

std::unique_ptr<Backend> loaded(const std::shared_ptr<const ParameterMap>& map, Effects effects = {}) {
  std::unique_ptr<Backend> chip = emulator::make_emulator_backend(map->target, 7, effects);
  VLE_CHECK(chip->load(map).has_value(), "does not load");
  return chip;
}

RunOptions learning(std::int64_t trial = 0) {
  RunOptions options;
  options.learn = true;
  options.first_trial = trial;
  options.recordings = {{"out", Signal::kR}};
  return options;
}

std::vector<std::uint16_t> registers_of(Backend& chip, const ParameterMap& map) {
  return chip.read_registers(0, static_cast<std::uint32_t>(map.image.size())).value();
}

double mean_squared_error(Backend& chip, const Stimulus& stimulus) {
  RunOptions options = learning();
  options.learn = false;
  const Traces traces = chip.run(stimulus, options).value();
  double sum = 0;
  for (std::size_t n = 0; n < stimulus.targets.size(); ++n) {
    const double difference = stimulus.targets[n] - traces.signals[0].value(n);
    sum += difference * difference;
  }
  return sum / static_cast<double>(stimulus.targets.size());
}

TEST(LearningOnChip, TheErrorFallsWithAndWithoutEffects) {
  const auto map = compiled(built(small_description()), learning_target());
  for (const Effects effects : {Effects::none(), Effects{}}) {
    const std::unique_ptr<Backend> chip = loaded(map, effects);
    const Stimulus stimulus = lesson(400);
    const double before = mean_squared_error(*chip, stimulus);
    for (std::int64_t trial = 0; trial < 20; ++trial) ASSERT_TRUE(chip->run(stimulus, learning(trial)));
    const double after = mean_squared_error(*chip, stimulus);
    EXPECT_LT(after, before / 5) << before;
    RecordProperty(effects == Effects::none() ? "ideal_before" : "before", std::to_string(before));
    RecordProperty(effects == Effects::none() ? "ideal_after" : "after", std::to_string(after));
  }
}

TEST(LearningOnChip, LeavesCodesInRegistersUntilTheNextLoad) {
  const auto map = compiled(built(small_description()), learning_target());
  const std::unique_ptr<Backend> chip = loaded(map);
  EXPECT_EQ(registers_of(*chip, *map), map->image);
  ASSERT_TRUE(chip->run(lesson(200), learning()));
  const std::vector<std::uint16_t> learned = registers_of(*chip, *map);
  EXPECT_NE(learned, map->image);
  RunOptions plain = learning();
  plain.learn = false;
  ASSERT_TRUE(chip->run(lesson(200), plain));
  EXPECT_EQ(registers_of(*chip, *map), learned);
  ASSERT_TRUE(chip->load(map));
  EXPECT_EQ(registers_of(*chip, *map), map->image);
}

TEST(LearningOnChip, GoesOnFromItsAccumulatorsAndIsTheSameTwice) {
  const auto map = compiled(built(small_description()), learning_target());
  const auto learn_twice = [&](std::uint64_t seed) {
    const std::unique_ptr<Backend> chip = loaded(map);
    for (std::int64_t trial = 0; trial < 2; ++trial) {
      RunOptions options = learning(trial);
      options.seed = seed;
      EXPECT_TRUE(chip->run(lesson(200), options));
    }
    return registers_of(*chip, *map);
  };
  EXPECT_EQ(learn_twice(1), learn_twice(1));
  EXPECT_NE(learn_twice(1), learn_twice(2));
}

// What the engine decodes register by register is what a chip decodes from the image as a whole.
TEST(LearningOnChip, ALearnedChipIsTheChipOfItsRegisters) {
  const auto map = compiled(built(small_description()), learning_target());
  const std::unique_ptr<Backend> chip = loaded(map);
  ASSERT_TRUE(chip->run(lesson(200), learning()));
  auto image = std::make_shared<ParameterMap>(*map);
  image->image = registers_of(*chip, *map);
  RunOptions options = learning();
  options.learn = false;
  const Traces learned = chip->run(lesson(100), options).value();
  const Traces loaded_anew = loaded(image)->run(lesson(100), options).value();
  EXPECT_EQ(learned.signals[0].codes, loaded_anew.signals[0].codes);
  EXPECT_EQ(learned.report.energy_joules, loaded_anew.report.energy_joules);
}

TEST(LearningOnChip, GainsFollowTheirOptimum) {
  NetworkDescription description = small_description();
  description.plasticity = {};
  for (PopulationDescription& population : description.populations) {
    population.tau_m = all(0.2);
    population.tau_r = all(0.05);
    population.gain = GainRule::kSingle;
    population.gain_learning.method = GainMethod::kLms;
    population.gain_learning.time_constant = 5;
  }
  const Network network = built(description);
  const auto map = compiled(network, learning_target());
  const std::unique_ptr<Backend> chip = loaded(map, Effects::none());
  const RegisterLayout layout(map->target, map->geometry);
  const Site site = map->populations[1].sites[0];
  const auto g1 = [&] {
    const auto address = static_cast<std::uint32_t>(layout.address(site.core, ParameterKind::kG1, site.column));
    return from_word(map->target.dac(ParameterKind::kG1), chip->read_registers(address, 1)->front()).value;
  };
  for (std::int64_t trial = 0; trial < 8; ++trial) ASSERT_TRUE(chip->run(lesson(800), learning(trial)));
  // epsilon and P epsilon of the output, recorded, give the optimum <eps^2>/<(P eps)^2>.
  RunOptions options = learning();
  options.learn = false;
  options.recordings = {{"out", Signal::kEpsilon}, {"out", Signal::kE}};
  const double gain = g1();
  const Traces traces = chip->run(lesson(800), options).value();
  double ee = 0;
  double pp = 0;
  for (std::size_t n = 0; n < 800; ++n) {
    ee += std::pow(traces.signals[0].value(n), 2);
    pp += std::pow(traces.signals[1].value(n) / gain, 2);
  }
  EXPECT_NEAR(gain, ee / pp, 0.1 * ee / pp);
}

TEST(LearningOnChip, IsRefusedWhereItCannotBe) {
  const Network network = built(small_description());
  Stimulus two = lesson(20);
  two.batch = 2;
  two.inputs.insert(two.inputs.end(), two.inputs.begin(), two.inputs.end());
  two.targets.insert(two.targets.end(), two.targets.begin(), two.targets.end());
  const auto map = compiled(network, learning_target());
  EXPECT_TRUE(loaded(map)->info().learns);
  const Result<Traces> batch = loaded(map)->run(two, learning());
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code, ErrorCode::kUnsupported);

  const auto without = loaded(compiled(network, coarse_target()));
  EXPECT_FALSE(without->info().learns);
  const Result<Traces> no_engine = without->run(lesson(20), learning());
  ASSERT_FALSE(no_engine);
  EXPECT_EQ(no_engine.error().code, ErrorCode::kUnsupported);

  NetworkDescription adam = small_description();
  adam.plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam;
  const Result<Traces> refused = loaded(compiled(built(adam), learning_target()))->run(lesson(20), learning());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("Adam"), std::string::npos) << refused.error().message;
}

TEST(LearningOnChip, APeriodShorterThanAnUpdateIsRefusedWithTheOneThatFits) {
  const auto map = compiled(built(small_description()), learning_target());
  const std::unique_ptr<Backend> chip = loaded(map);
  const RegisterLayout layout(map->target, map->geometry);
  const auto control = static_cast<std::uint32_t>(layout.address(0, RegisterBlock::kLearnControl, 0));
  const RegisterWrite write{control, {to_word(LearnControl{true, true, true, false, false}), 1}};
  ASSERT_TRUE(chip->write_registers({&write, 1}));
  const Result<Traces> traces = chip->run(lesson(20), learning());
  ASSERT_FALSE(traces);
  EXPECT_NE(traces.error().message.find("raise learn_period"), std::string::npos) << traces.error().message;
}

TEST(ProgramPlasticity, RealisesRatesToTheEnginesPrecision) {
  for (const int bits : {1, 8}) {
    Target target = learning_target();
    target.plasticity->multiplier_bits = bits;
    target.hash = hash_of(target);
    const auto map = compiled(built(small_description()), target);
    EXPECT_GT(map->learning.period, 0);
    std::size_t found = 0;
    for (const RealisedRate& rate : map->learning.rates) {
      const double error = std::pow(1 + std::ldexp(1.0, -bits), 2) - 1;
      EXPECT_GT(rate.least, rate.target * (1 - error)) << rate.owner << " " << rate.quantity;
      EXPECT_LT(rate.largest, rate.target * (1 + error)) << rate.owner << " " << rate.quantity;
      ++found;
    }
    EXPECT_EQ(found, 5u);  // W twice, B once, biases of two populations
  }
}

TEST(ProgramPlasticity, SaysWhatTheEngineDoesNotDo) {
  NetworkDescription description = small_description();
  description.plasticity.eta_tau = 1;
  description.projections[1].backward = BackwardRule::kTranspose;
  description.projections[1].backward_weights = {};
  const auto map = compiled(built(description), learning_target());
  std::string remarks;
  for (const std::string& remark : map->learning.remarks) remarks += remark + "\n";
  EXPECT_NE(remarks.find("time constants"), std::string::npos) << remarks;
  EXPECT_NE(remarks.find("hidden->out stays the transpose"), std::string::npos) << remarks;
}

}  // namespace
}  // namespace vle
