#include <vle/dynamics/learner.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "networks.hpp"

namespace vle {
namespace {

using Optimiser = OptimiserDescription::Kind;
using Schedule = ScheduleDescription::Kind;

constexpr double kDt = 0.01;

class EveryOptimiser : public testing::TestWithParam<Optimiser> {};
INSTANTIATE_TEST_SUITE_P(All, EveryOptimiser,
                         testing::Values(Optimiser::kPlain, Optimiser::kMomentum, Optimiser::kAdam),
                         [](const auto& tested) {
                           return tested.param == Optimiser::kPlain      ? "Plain"
                                  : tested.param == Optimiser::kMomentum ? "Momentum"
                                                                         : "Adam";
                         });

// All that can learn does: W, B, b, tau_m, tau_r and gains.
NetworkDescription everything(Optimiser optimiser) {
  NetworkDescription description = mixed_network();
  description.populations[0].gain = GainRule::kPair;
  description.populations[1].gain = GainRule::kSingle;
  description.populations[1].g0 = {};
  description.populations[1].g1 = {};
  const double scale = optimiser == Optimiser::kAdam ? 0.01 : 1;
  PlasticityDescription& plasticity = description.plasticity;
  plasticity.eta_weights = 0.5 * scale;
  plasticity.eta_bias = 0.25 * scale;
  plasticity.eta_tau = 0.1 * scale;
  plasticity.eta_tau_r = 0.05 * scale;
  plasticity.optimiser.kind = optimiser;
  plasticity.tau_min = 0.02;
  return description;
}

void run(LearningRunner& runner, std::size_t from, std::size_t to, const std::vector<double>& signals) {
  const std::size_t stride = signals.size() / runner.state.batch;
  for (std::size_t step = from; step < to; ++step) {
    const SignalView view{&signals[step * 2], stride};
    runner.step(view, view);
  }
}

void expect_equal(const LearningRunner& one, const LearningRunner& other) {
  for (std::size_t p = 0; p < one.parameters.populations.size(); ++p) {
    const PopulationParameters& a = one.parameters.populations[p];
    const PopulationParameters& b = other.parameters.populations[p];
    EXPECT_EQ(a.tau_m, b.tau_m);
    EXPECT_EQ(a.tau_r, b.tau_r);
    EXPECT_EQ(a.bias, b.bias);
    EXPECT_EQ(a.g0, b.g0);
    EXPECT_EQ(a.g1, b.g1);
    EXPECT_EQ(one.state.populations[p].u, other.state.populations[p].u);
    EXPECT_EQ(one.state.populations[p].e, other.state.populations[p].e);
  }
  for (std::size_t q = 0; q < one.parameters.projections.size(); ++q) {
    EXPECT_EQ(one.parameters.projections[q].weights, other.parameters.projections[q].weights);
    EXPECT_EQ(one.parameters.projections[q].backward, other.parameters.projections[q].backward);
  }
}

TEST_P(EveryOptimiser, ResumesBitForBitFromACopyAndFromBytes) {
  NetworkDescription description = everything(GetParam());
  description.plasticity.update_every = 3;  // 40 is amid two updates
  description.plasticity.lambda = 0.1;
  description.plasticity.lambda_schedule = {Schedule::kCosine, 0.5, 0.5, 0, 1, 0};
  description.plasticity.eta_schedule = {Schedule::kPlateau, 0, 0.5, 0, 1, 0};
  const auto network = built(description);
  const std::vector<double> signals = sines(2, 80, 2);
  LearningRunner whole(network, 2);
  run(whole, 0, 40, signals);
  whole.learner.report_loss(1, whole.learning);
  whole.learner.report_loss(1, whole.learning);
  LearningRunner copied = whole;
  const std::string bytes = checkpoint_to_bytes(whole.learner, {whole.parameters, whole.state, whole.learning});
  run(whole, 40, 80, signals);

  run(copied, 40, 80, signals);
  expect_equal(copied, whole);

  LearningRunner read(network, 2);
  Result<Checkpoint> checkpoint = checkpoint_from_bytes(read.learner, bytes);
  ASSERT_TRUE(checkpoint.has_value()) << checkpoint.error().message;
  read.parameters = checkpoint->parameters;
  read.state = checkpoint->state;
  read.learning = checkpoint->learning;
  run(read, 40, 80, signals);
  expect_equal(read, whole);
}

TEST(Learner, RefusesBytesThatAreNotItsCheckpoint) {
  const LearningRunner runner(built(everything(Optimiser::kAdam)));
  const std::string bytes = checkpoint_to_bytes(runner.learner, {runner.parameters, runner.state, runner.learning});
  const auto message = [](const Learner& learner, const std::string& given) {
    const Result<Checkpoint> read = checkpoint_from_bytes(learner, given);
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(message(runner.learner, bytes), "");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{10}, std::size_t{60}, std::size_t{85}, std::size_t{500}, bytes.size() - 1}) {
    EXPECT_NE(message(runner.learner, bytes.substr(0, size)), "") << size;
  }
  EXPECT_NE(message(runner.learner, bytes + "x"), "");
  std::string huge = bytes;
  huge[16 + 64 + 6] = '\x7f';
  EXPECT_NE(message(runner.learner, huge).find("batch"), std::string::npos);
  LearnerOptions plain;
  plain.plasticity = everything(Optimiser::kPlain).plasticity;
  EXPECT_NE(message(Learner(runner.dynamics, plain), bytes).find("optimiser"), std::string::npos);
  const LearningRunner other(built(everything(Optimiser::kPlain)));
  EXPECT_NE(message(other.learner, bytes).find("network"), std::string::npos);
}

// |B - W^T| shrinks by the decay alone: both synapses take the same step, whatever the optimiser makes of it.
TEST_P(EveryOptimiser, MirroredSynapsesTakeTheSameStep) {
  NetworkDescription description = everything(GetParam());
  description.plasticity.lambda = 2;
  description.plasticity.lambda_schedule = {Schedule::kStep, 0.5, 0.5, 0, 1, 0};
  description.plasticity.clip = {0.1, 0.2};
  LearningRunner runner(built(description));
  const ProjectionParameters before = runner.parameters.projections[3];
  run(runner, 0, 100, sines(1, 100, 2));
  const ProjectionParameters& after = runner.parameters.projections[3];
  double factor = 1;
  for (int step = 1; step <= 100; ++step) factor *= 1 - kDt * 2 * (step < 50 ? 1 : step < 100 ? 0.5 : 0.25);
  for (std::size_t k = 0; k < before.weights.size(); ++k) {
    EXPECT_NEAR(after.backward[k] - after.weights[k], factor * (before.backward[k] - before.weights[k]), 1e-14);
    EXPECT_GT(std::abs(after.weights[k] - before.weights[k]), 1e-5);
  }
}

TEST_P(EveryOptimiser, MirroredSynapsesThatStartEqualStayEqual) {
  NetworkDescription description = everything(GetParam());
  description.plasticity.lambda = 1;
  description.projections[3].weights = all(0.3);
  description.projections[3].backward_weights = all(0.3);
  LearningRunner runner(built(description), 2);
  run(runner, 0, 100, sines(2, 100, 2));
  EXPECT_EQ(runner.parameters.projections[3].weights, runner.parameters.projections[3].backward);
  EXPECT_NE(runner.parameters.projections[3].weights[0], 0.3);
}

TEST_P(EveryOptimiser, NeuronsThatStartAlikeStayAlike) {
  for (const BackwardRule backward : {BackwardRule::kTranspose, BackwardRule::kFixedRandom, BackwardRule::kMirror}) {
    NetworkDescription description = everything(GetParam());
    description.populations[2].size = 1;
    const double weights[] = {0.4, -0.3, 0.1, 0.6, 0.2};
    for (std::size_t q = 0; q < 5; ++q) description.projections[q].weights = all(weights[q]);
    for (const std::size_t q : {std::size_t{1}, std::size_t{3}}) {
      description.projections[q].backward = backward;
      if (backward != BackwardRule::kTranspose) description.projections[q].backward_weights = all(0.7);
    }
    LearningRunner runner(built(description));
    run(runner, 0, 200, sines(1, 200, 2));
    for (std::size_t p = 0; p < 2; ++p) {
      const PopulationParameters& own = runner.parameters.populations[p];
      for (std::size_t i = 1; i < own.tau_m.size(); ++i) {
        EXPECT_EQ(own.tau_m[i], own.tau_m[0]);
        EXPECT_EQ(own.tau_r[i], own.tau_r[0]);
        EXPECT_EQ(own.bias[i], own.bias[0]);
        EXPECT_EQ(own.g0[i], own.g0[0]);
        EXPECT_EQ(own.g1[i], own.g1[0]);
        EXPECT_EQ(runner.state.populations[p].r[i], runner.state.populations[p].r[0]);
      }
    }
    EXPECT_NE(runner.parameters.projections[1].weights[0], weights[1]);
  }
}

TEST_P(EveryOptimiser, NothingReadsTheFuture) {
  const auto network = built(everything(GetParam()));
  const std::vector<double> signals = sines(1, 60, 2);
  std::vector<double> perturbed = signals;
  for (std::size_t k = 2 * 35; k < perturbed.size(); ++k) perturbed[k] += 0.5;
  LearningRunner one(network);
  LearningRunner other(network);
  run(one, 0, 35, signals);
  run(other, 0, 35, perturbed);
  expect_equal(one, other);
  run(one, 35, 36, signals);
  run(other, 35, 36, perturbed);
  EXPECT_NE(one.state.populations[0].u, other.state.populations[0].u);
}

// Where tau_r = tau_m in every neuron, all gain rules are one.
TEST_P(EveryOptimiser, EqualConstantsMakeAllGainRulesInstantaneous) {
  const auto learn = [](GainRule rule) {
    NetworkDescription description = everything(GetParam());
    description.plasticity.eta_tau = 0;
    description.plasticity.optimiser.epsilon = 1e-3;  // without which Adam makes steps of rounding errors
    for (PopulationDescription& population : description.populations) {
      population.tau_r = {};
      population.gain = rule;
    }
    for (ProjectionDescription& projection : description.projections) projection.weights = fan_in(0.4);
    description.lead_bandwidth = 0;
    LearningRunner runner(built(description));
    run(runner, 0, 300, sines(1, 300, 2));
    return runner.parameters;
  };
  const Parameters instantaneous = learn(GainRule::kInstantaneous);
  for (const GainRule rule : {GainRule::kNone, GainRule::kSingle, GainRule::kPair}) {
    const Parameters learned = learn(rule);
    for (std::size_t q = 0; q < 5; ++q) {
      for (std::size_t k = 0; k < learned.projections[q].weights.size(); ++k) {
        EXPECT_NEAR(learned.projections[q].weights[k], instantaneous.projections[q].weights[k], 1e-10);
      }
    }
  }
}

TEST(Learner, SeveralStepsMakeOneUpdateOfTheirMean) {
  NetworkDescription description = everything(Optimiser::kPlain);
  description.plasticity.update_every = 4;
  description.plasticity.lambda = 0.5;
  LearningRunner runner(built(description));
  const Parameters start = runner.parameters;
  const std::vector<double> signals = sines(1, 8, 2);
  run(runner, 0, 3, signals);
  EXPECT_EQ(runner.parameters.projections[0].weights, start.projections[0].weights);
  EXPECT_EQ(runner.learning.gathered, 3);
  const std::vector<double> sums = runner.learning.gradients.projections[0].weights;
  run(runner, 3, 4, signals);
  const std::vector<double>& e = runner.state.populations[0].e;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      const double total = sums[i * 2 + j] - e[i] * signals[3 * 2 + j];
      const double before = start.projections[0].weights[i * 2 + j];
      EXPECT_NEAR(runner.parameters.projections[0].weights[i * 2 + j],
                  before - kDt * 0.5 * total - 4 * kDt * 0.5 * before, 1e-15);
    }
  }
  EXPECT_EQ(runner.learning.updates, 1);
}

TEST(Learner, PartsCanBeLeftOut) {
  LearnerOptions options;
  options.gathers_all = true;
  options.plasticity = PlasticityDescription{};
  LearningRunner runner(built(everything(Optimiser::kPlain)), 1, options);
  const Parameters start = runner.parameters;
  const std::vector<double> signals = sines(1, 40, 2);
  for (std::size_t step = 0; step < 40; ++step) {
    runner.step({&signals[step * 2], 0}, {&signals[step * 2], 0}, {false, true, false});
  }
  EXPECT_EQ(runner.parameters.populations[0].g0, start.populations[0].g0);
  EXPECT_EQ(runner.parameters.projections[0].weights, start.projections[0].weights);
  EXPECT_EQ(runner.learning.gathered, 40);
  for (const PopulationGradients& gradients : runner.learning.gradients.populations) {
    EXPECT_NE(gradients.bias[0], 0);
    EXPECT_NE(gradients.tau_m[0], 0);
    EXPECT_NE(gradients.tau_r[0], 0);
  }
  for (std::size_t step = 0; step < 40; ++step) {
    runner.step({&signals[step * 2], 0}, {&signals[step * 2], 0}, {true, false, false});
  }
  EXPECT_NE(runner.parameters.populations[0].g0, start.populations[0].g0);
  EXPECT_EQ(runner.parameters.projections[0].weights, start.projections[0].weights);
  EXPECT_EQ(runner.learning.steps, 0);
}

TEST(Learner, ForgetsWhatItGathered) {
  LearningRunner runner(built(everything(Optimiser::kPlain)));
  const std::vector<double> signals = sines(1, 20, 2);
  const Parameters start = runner.parameters;
  for (std::size_t step = 0; step < 20; ++step) {
    runner.step({&signals[step * 2], 0}, {&signals[step * 2], 0}, {false, true, false});
  }
  runner.learner.discard_gradients(runner.learning);
  EXPECT_EQ(runner.learning.gathered, 0);
  EXPECT_EQ(runner.learning.gradients.projections[0].weights[0], 0);
  EXPECT_EQ(runner.learning.gradients.populations[1].tau_m[0], 0);
  runner.learner.update(runner.parameters, runner.learning);
  EXPECT_EQ(runner.parameters.projections[0].weights, start.projections[0].weights);
}

TEST(Learner, ANewTrialForgetsTheFiltersAndKeepsWhatWasLearned) {
  LearningRunner runner(built(everything(Optimiser::kPlain)));
  run(runner, 0, 30, sines(1, 30, 2));
  const std::vector<GainStatistics> statistics = runner.learning.gains[0].statistics;
  EXPECT_NE(runner.learning.gains[0].low_pass[0], 0);
  runner.learner.start_trial(runner.learning);
  EXPECT_EQ(runner.learning.gains[0].low_pass[0], 0);
  EXPECT_EQ(runner.learning.gains[0].statistics[0].mean.ee, statistics[0].mean.ee);
}

TEST(Learner, ProspectiveConstantsLearnFromTheLocalError) {
  NetworkDescription description = everything(Optimiser::kPlain);
  LearningRunner runner(built(description));
  const std::vector<double> signals = sines(1, 31, 2);
  run(runner, 0, 30, signals);
  const PopulationParameters before = runner.parameters.populations[0];
  run(runner, 30, 31, signals);
  const PopulationState& a = runner.state.populations[0];
  for (std::size_t i = 0; i < 4; ++i) {
    const double slope = prospective_slope(Integrator::kExponential, kDt, before.tau_m[i], before.tau_r[i]);
    EXPECT_NEAR(runner.parameters.populations[0].tau_r[i],
                before.tau_r[i] + kDt * 0.05 * a.epsilon[i] * a.drive[i] * slope, 1e-15);
    EXPECT_NE(a.epsilon[i] * a.drive[i], 0);
  }
}

TEST(Learner, AdamMakesTheErrorSmall) {
  NetworkDescription description = everything(Optimiser::kAdam);
  description.plasticity.eta_tau_r = 0;
  LearningRunner runner(built(description));
  const std::vector<double> signals = sines(1, 126, 2);
  double first = 0;
  double last = 0;
  for (int repeat = 0; repeat < 40; ++repeat) {
    last = 0;
    for (std::size_t step = 0; step < 126; ++step) {
      const double targets[] = {0.5 * signals[step * 2], -0.3};
      runner.step({&signals[step * 2], 0}, {targets, 0});
      for (std::size_t i = 0; i < 2; ++i) last += std::pow(targets[i] - runner.state.populations[2].r[i], 2);
    }
    if (repeat == 0) first = last;
  }
  EXPECT_LT(last, 0.05 * first);
}

}  // namespace
}  // namespace vle
