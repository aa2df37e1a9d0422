#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "networks.hpp"

namespace vle {
namespace {

class EveryIntegrator : public testing::TestWithParam<Integrator> {};
INSTANTIATE_TEST_SUITE_P(Both, EveryIntegrator, testing::Values(Integrator::kEuler, Integrator::kExponential),
                         [](const auto& tested) {
                           return tested.param == Integrator::kEuler ? "Euler" : "Exponential";
                         });

// x -> a (one linear neuron) with these constants and gamma 0.
NetworkDescription single(double tau_m, double tau_r) {
  NetworkDescription description;
  description.dt = 0.01;
  add_input(description, "x", 1);
  add_population(description, "a", 1, Activation::kLinear, tau_m).tau_r = all(tau_r);
  add_projection(description, "x", "a", all(1));
  description.outputs = {{"a", Loss::kMeanSquaredError, 1}};
  return description;
}

TEST_P(EveryIntegrator, EqualConstantsAreExactlyInstantaneous) {
  NetworkDescription description = single(0.3, 0.3);
  description.integrator = GetParam();
  Runner runner(built(description));
  const std::vector<double> input = sines(1, 100, 1);
  for (std::size_t step = 0; step < input.size(); ++step) {
    const double target = 0.5 * input[step];
    runner.dynamics.step(runner.parameters, runner.state, {&input[step], 1}, {&target, 1});
    const PopulationState& a = runner.state.populations[0];
    EXPECT_NEAR(a.r[0], input[step], 1e-15);
    EXPECT_NEAR(a.e[0], a.epsilon[0], 1e-15);
  }
}

// Two linear neurons one after the other, the second with the constants of the first swapped: its lead undoes the
// first's low pass, and its low pass the first's lead. The signal comes out as it went in, one hop later.
TEST_P(EveryIntegrator, LeadInvertsTheLowPass) {
  NetworkDescription description = single(0.5, 0.02);
  description.integrator = GetParam();
  add_population(description, "b", 1, Activation::kLinear, 0.02).tau_r = all(0.5);
  add_projection(description, "a", "b", all(1));
  Runner runner(built(description));
  const std::vector<double> input = sines(1, 300, 1);
  for (std::size_t step = 0; step < input.size(); ++step) {
    runner.dynamics.step(runner.parameters, runner.state, {&input[step], 1}, {});
    EXPECT_NEAR(runner.state.populations[1].r[0], step > 0 ? input[step - 1] : 0, 1e-12) << step;
  }
}

// The prospective error of a neuron is what its own forward filter undoes: filter epsilon forward and e must follow.
TEST_P(EveryIntegrator, ErrorsAreFilteredByTheInverseOfTheRates) {
  NetworkDescription description = single(0.5, 0.1);
  description.integrator = GetParam();
  Runner runner(built(description));
  const double a = GetParam() == Integrator::kEuler ? 0.01 / 0.5 : 1 - std::exp(-0.01 / 0.5);
  const double b = GetParam() == Integrator::kEuler ? 0.01 / 0.1 : 1 - std::exp(-0.01 / 0.1);
  double low_pass = 0;
  const std::vector<double> input = sines(1, 300, 1);
  for (const double& value : input) {
    const double target = std::cos(3 * value);
    runner.dynamics.step(runner.parameters, runner.state, {&value, 1}, {&target, 1});
    const PopulationState& state = runner.state.populations[0];
    const double forward = low_pass + a / b * (state.e[0] - low_pass);  // F e, with F the rate's own filter
    low_pass += a * (state.e[0] - low_pass);
    EXPECT_NEAR(forward, state.epsilon[0], 1e-12);
  }
}

TEST(Dynamics, ExponentialIsExactForHeldInputs) {
  Runner runner(built(single(0.2, 0.05)));
  const double input = 1;
  for (int step = 1; step <= 100; ++step) {
    runner.dynamics.step(runner.parameters, runner.state, {&input, 1}, {});
    EXPECT_NEAR(runner.state.populations[0].u[0], 1 - std::exp(-0.01 * step / 0.2), 1e-14);
  }
}

TEST(Dynamics, SubstepsOfOneNeuronLandWhereTheWholeStepDoes) {
  const auto network = built(single(0.2, 0.05));
  Runner whole(network);
  Runner fine(network, 1, {8});
  EXPECT_DOUBLE_EQ(fine.dynamics.integration_dt(), 0.01 / 8);
  const std::vector<double> input = sines(1, 50, 1);
  for (const double& value : input) {
    whole.dynamics.step(whole.parameters, whole.state, {&value, 1}, {});
    fine.dynamics.step(fine.parameters, fine.state, {&value, 1}, {});
    EXPECT_NEAR(fine.state.populations[0].u[0], whole.state.populations[0].u[0], 1e-14);
  }
}

TEST(Dynamics, BatchEqualsSinglesToTheBit) {
  const auto network = built(mixed_network());
  constexpr std::size_t kTrials = 3;
  constexpr std::size_t kSteps = 80;
  const std::vector<double> inputs = sines(kTrials, kSteps, 2);
  const std::vector<double> targets = sines(kTrials, kSteps, 2);
  Runner together(network, kTrials);
  std::vector<Runner> alone(kTrials, Runner(network));
  for (std::size_t step = 0; step < kSteps; ++step) {
    together.dynamics.step(together.parameters, together.state, {&inputs[step * 2], kSteps * 2},
                           {&targets[step * 2], kSteps * 2});
    for (std::size_t trial = 0; trial < kTrials; ++trial) {
      Runner& single_run = alone[trial];
      const std::size_t first = (trial * kSteps + step) * 2;
      single_run.dynamics.step(single_run.parameters, single_run.state, {&inputs[first], 0}, {&targets[first], 0});
    }
  }
  for (std::size_t trial = 0; trial < kTrials; ++trial) {
    for (std::size_t p = 0; p < network->populations.size(); ++p) {
      const PopulationState& all_trials = together.state.populations[p];
      const PopulationState& one = alone[trial].state.populations[p];
      for (std::size_t i = 0; i < one.r.size(); ++i) {
        EXPECT_EQ(one.r[i], all_trials.r[i * kTrials + trial]);
        EXPECT_EQ(one.e[i], all_trials.e[i * kTrials + trial]);
        EXPECT_NE(one.e[i], 0);
      }
    }
  }
}

TEST(Dynamics, SparseEqualsDenseWithZeros) {
  NetworkDescription dense = mixed_network();
  ParameterDescription& weights = dense.projections[1].weights;  // a (4) -> b (3)
  weights = {{0, 0.5, 0, -0.3, 0.2, 0, 0, 0, 0, 0, 0.7, 0}, std::nullopt};
  NetworkDescription sparse = dense;
  ConnectivityDescription& connectivity = sparse.projections[1].connectivity;
  connectivity.kind = ConnectivityDescription::Kind::kSparse;
  connectivity.pre = {2, 1, 3, 0};
  connectivity.post = {2, 0, 0, 1};
  sparse.projections[1].weights = {{0.7, 0.5, -0.3, 0.2}, std::nullopt};
  Runner dense_run(built(dense));
  Runner sparse_run(built(sparse));
  const std::vector<double> inputs = sines(1, 60, 2);
  for (std::size_t step = 0; step < 60; ++step) {
    for (Runner* runner : {&dense_run, &sparse_run}) {
      runner->dynamics.step(runner->parameters, runner->state, {&inputs[step * 2], 0}, {&inputs[step * 2], 0});
    }
  }
  for (std::size_t p = 0; p < 3; ++p) {
    EXPECT_EQ(dense_run.state.populations[p].r, sparse_run.state.populations[p].r);
    EXPECT_EQ(dense_run.state.populations[p].e, sparse_run.state.populations[p].e);
  }
}

TEST(Dynamics, ACopyOfTheStateIsACheckpoint) {
  Runner runner(built(mixed_network()));
  const std::vector<double> inputs = sines(1, 40, 2);
  const auto advance = [&](std::size_t from, std::size_t to) {
    for (std::size_t step = from; step < to; ++step) {
      runner.dynamics.step(runner.parameters, runner.state, {&inputs[step * 2], 0}, {&inputs[step * 2], 0});
    }
  };
  advance(0, 20);
  const State checkpoint = runner.state;
  advance(20, 40);
  const std::vector<double> first = runner.state.populations[2].u;
  runner.state = checkpoint;
  advance(20, 40);
  EXPECT_EQ(runner.state.populations[2].u, first);
}

TEST(Dynamics, CrossEntropyPullsTowardsTheClass) {
  NetworkDescription description;
  description.dt = 0.01;
  add_population(description, "a", 3, Activation::kLinear, 0.1).bias = {{0.5, 0.1, -0.2}, std::nullopt};
  description.outputs = {{"a", Loss::kCrossEntropy, 0.5}};
  Runner runner(built(description));
  const double onehot[] = {0, 1, 0};
  for (int step = 0; step < 3; ++step) runner.dynamics.step(runner.parameters, runner.state, {}, {onehot, 3});
  const std::vector<double>& r = runner.state.populations[0].r;
  const double sum = std::exp(0.5) + std::exp(0.1) + std::exp(-0.2);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(r[i], std::vector<double>({0.5, 0.1, -0.2})[i], 1e-12);
    EXPECT_NEAR(runner.state.populations[0].epsilon[i], 0.5 * (onehot[i] - std::exp(r[i]) / sum), 1e-12);
  }
}

TEST(Dynamics, GammaCouplesTheErrorIntoTheMembrane) {
  // r* held at 1, no input, instantaneous: r = gamma beta (r* - r), a step later.
  NetworkDescription description;
  description.dt = 0.01;
  add_population(description, "a", 1, Activation::kLinear, 0.1).gamma = 0.5;
  description.outputs = {{"a", Loss::kMeanSquaredError, 0.4}};
  Runner runner(built(description));
  const double target = 1;
  for (int step = 0; step < 200; ++step) runner.dynamics.step(runner.parameters, runner.state, {}, {&target, 1});
  EXPECT_NEAR(runner.state.populations[0].r[0], 0.2 / 1.2, 1e-12);
}

TEST(Dynamics, ErrorsTravelBackOverTheirOwnWeights) {
  NetworkDescription description;
  description.dt = 0.01;
  add_population(description, "a", 2, Activation::kLinear, 0.1);
  add_population(description, "b", 1, Activation::kLinear, 0.1);
  ProjectionDescription& projection = add_projection(description, "a", "b", all(0.25));
  projection.backward = BackwardRule::kFixedRandom;
  projection.backward_weights = {{3, -2}, std::nullopt};
  description.outputs = {{"b", Loss::kMeanSquaredError, 1}};
  Runner runner(built(description));
  const double target = 1;
  for (int step = 0; step < 5; ++step) runner.dynamics.step(runner.parameters, runner.state, {}, {&target, 1});
  EXPECT_NEAR(runner.state.populations[1].e[0], 1, 1e-12);
  EXPECT_NEAR(runner.state.populations[0].e[0], 3, 1e-12);
  EXPECT_NEAR(runner.state.populations[0].e[1], -2, 1e-12);
}

TEST(Dynamics, GainsWeighTheTwoErrors) {
  NetworkDescription description = single(0.5, 0.1);
  description.populations[0].gain = GainRule::kFixed;
  description.populations[0].g0 = all(0.7);
  description.populations[0].g1 = all(-0.2);
  Runner runner(built(description));
  Runner gle(built(single(0.5, 0.1)));
  const std::vector<double> inputs = sines(1, 50, 1);
  for (const double& value : inputs) {
    const double target = 0.3;
    for (Runner* run : {&runner, &gle}) run->dynamics.step(run->parameters, run->state, {&value, 1}, {&target, 1});
    const double epsilon = gle.state.populations[0].epsilon[0];
    EXPECT_NEAR(runner.state.populations[0].e[0], 0.7 * epsilon - 0.2 * gle.state.populations[0].e[0], 1e-14);
  }
}

TEST(Dynamics, APoleSmoothsTheLead) {
  // After a unit step the lookahead of a fast lead jumps to 0.25; behind a pole of 1 Hz it has gone 1 - exp(-2 pi f dt)
  // of it.
  NetworkDescription description = single(0.4, 0.1);
  description.lead_bandwidth = 1;
  Runner runner(built(description));
  const double input = 1;
  runner.dynamics.step(runner.parameters, runner.state, {&input, 1}, {});
  const double lead = std::expm1(-0.01 / 0.4) / std::expm1(-0.01 / 0.1);
  EXPECT_NEAR(runner.state.populations[0].r[0], lead * -std::expm1(-2 * std::numbers::pi * 0.01), 1e-14);
}

TEST(Dynamics, AnalogConstantsSetApartAreUsed) {
  Network network = *built(single(0.4, 0.1));
  network.populations[0].tau_v = {0.2};
  network.populations[0].lead_u = {0.3};
  network.populations[0].lead_v = {1.5};
  Runner runner(std::make_shared<const Network>(network));
  const PopulationParameters& parameters = runner.parameters.populations[0];
  EXPECT_NEAR(parameters.b[0], -std::expm1(-0.01 / 0.2), 1e-16);
  EXPECT_EQ(parameters.lead_u[0], 0.3);
  EXPECT_EQ(parameters.lead_v[0], 1.5);
}

}  // namespace
}  // namespace vle
