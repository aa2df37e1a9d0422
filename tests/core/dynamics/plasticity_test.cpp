#include <gtest/gtest.h>

#include <cmath>

#include "networks.hpp"

namespace vle {
namespace {

NetworkDescription learning_network() {
  NetworkDescription description = mixed_network();
  description.plasticity.eta_weights = 0.5;
  description.plasticity.eta_bias = 0.25;
  description.plasticity.eta_tau = 0.1;
  return description;
}

void run(LearningRunner& runner, std::size_t steps) {
  const std::size_t batch = runner.state.batch;
  const std::vector<double> inputs = sines(batch, steps, 2);
  const std::vector<double> targets = sines(batch, steps, 2);
  for (std::size_t step = 0; step < steps; ++step) {
    runner.step({&inputs[step * 2], steps * 2}, {&targets[step * 2], steps * 2});
  }
}

TEST(Plasticity, OneStepIsTheLocalProductOverTheBatch) {
  const auto network = built(learning_network());
  LearningRunner runner(network, 3);
  run(runner, 20);
  const Parameters before = runner.parameters;
  const State state_before = runner.state;
  const std::vector<double> inputs = sines(3, 1, 2);
  runner.step({inputs.data(), 2}, {inputs.data(), 2});
  const PopulationState& b = runner.state.populations[1];
  const std::vector<double>& r_before = state_before.populations[0].r;
  for (std::size_t i = 0; i < 3; ++i) {
    double bias = 0;
    for (std::size_t trial = 0; trial < 3; ++trial) bias += b.e[i * 3 + trial] / 3;
    EXPECT_NEAR(runner.parameters.populations[1].bias[i], before.populations[1].bias[i] + 0.01 * 0.25 * bias, 1e-15);
    for (std::size_t j = 0; j < 4; ++j) {
      double product = 0;
      for (std::size_t trial = 0; trial < 3; ++trial) product += b.e[i * 3 + trial] * r_before[j * 3 + trial] / 3;
      EXPECT_NEAR(runner.parameters.projections[1].weights[i * 4 + j],
                  before.projections[1].weights[i * 4 + j] + 0.01 * 0.5 * product, 1e-15);
    }
  }
}

TEST(Plasticity, TauFollowsTheGradientOfTheExponentialStep) {
  LearningRunner runner(built(learning_network()));
  run(runner, 20);
  const Parameters before = runner.parameters;
  const std::vector<double> inputs = sines(1, 1, 2);
  runner.step({inputs.data(), 2}, {inputs.data(), 2});
  const PopulationState& a = runner.state.populations[0];
  for (std::size_t i = 0; i < 4; ++i) {
    const double tau = before.populations[0].tau_m[i];
    const double x = 0.01 / tau;
    const double change = -0.01 * 0.1 * a.e[i] * a.drive[i] / tau * x / (std::exp(x) - 1);
    EXPECT_NEAR(runner.parameters.populations[0].tau_m[i], tau + change, 1e-15);
    EXPECT_NE(change, 0);
    EXPECT_EQ(runner.parameters.populations[0].tau_r[i], before.populations[0].tau_r[i]);
    EXPECT_NEAR(runner.parameters.populations[0].a[i], -std::expm1(-0.01 / (tau + change)), 1e-15);
  }
}

TEST(Plasticity, TiedConstantsMoveTogether) {
  LearningRunner runner(built(learning_network()));
  run(runner, 50);
  const PopulationParameters& c = runner.parameters.populations[2];
  EXPECT_NE(c.tau_m, (std::vector<double>{0.1, 0.1}));
  EXPECT_EQ(c.tau_m, c.tau_r);
}

TEST(Plasticity, TimeConstantsStayInTheirRange) {
  NetworkDescription description = learning_network();
  description.plasticity.eta_tau = 100;
  description.plasticity.tau_min = 0.09;
  description.plasticity.tau_max = 0.21;
  LearningRunner runner(built(description));
  run(runner, 100);
  bool touched = false;
  for (const PopulationParameters& population : runner.parameters.populations) {
    for (const double tau : population.tau_m) {
      EXPECT_GE(tau, 0.09);
      EXPECT_LE(tau, 0.21);
      touched = touched || tau == 0.09 || tau == 0.21;
    }
  }
  EXPECT_TRUE(touched);
}

TEST(Plasticity, WithoutARangeTauStaysAtOrAboveDt) {
  NetworkDescription description = learning_network();
  description.plasticity.eta_weights = 0;
  description.plasticity.eta_bias = 0;
  description.plasticity.eta_tau = 30;
  LearningRunner runner(built(description));
  run(runner, 100);
  double least = 1;
  for (const PopulationParameters& population : runner.parameters.populations) {
    for (const double tau : population.tau_m) least = std::min(least, tau);
  }
  EXPECT_EQ(least, 0.01);
}

TEST(Plasticity, MirroredWeightsMeetAsTheDecayProceeds) {
  NetworkDescription description = learning_network();
  description.plasticity.eta_tau = 0;
  description.plasticity.lambda = 0.5;
  LearningRunner runner(built(description));
  const auto distance = [&runner] {
    double sum = 0;
    const ProjectionParameters& projection = runner.parameters.projections[3];
    for (std::size_t k = 0; k < projection.weights.size(); ++k) {
      sum += std::pow(projection.weights[k] - projection.backward[k], 2);
    }
    return std::sqrt(sum);
  };
  const double before = distance();
  run(runner, 300);
  EXPECT_NEAR(distance() / before, std::pow(1 - 0.01 * 0.5, 300), 1e-12);
}

TEST(Plasticity, FixedProjectionsDoNotMove) {
  NetworkDescription description = learning_network();
  description.projections[1].plastic = false;
  description.plasticity.lambda = 0.1;
  LearningRunner runner(built(description));
  const std::vector<double> fixed = runner.parameters.projections[1].weights;
  const std::vector<double> plastic = runner.parameters.projections[0].weights;
  run(runner, 20);
  EXPECT_EQ(runner.parameters.projections[1].weights, fixed);
  EXPECT_NE(runner.parameters.projections[0].weights, plastic);
}

TEST(Plasticity, LearningMakesTheErrorSmaller) {
  NetworkDescription description = learning_network();
  description.plasticity.eta_weights = 5;
  description.plasticity.eta_bias = 5;
  description.plasticity.eta_tau = 0;
  LearningRunner runner(built(description));
  const std::vector<double> inputs = sines(1, 126, 2);  // one period of the first channel
  std::vector<double> losses;
  for (int repeat = 0; repeat < 60; ++repeat) {
    double loss = 0;
    for (std::size_t step = 0; step < 126; ++step) {
      const double targets[] = {0.5 * inputs[step * 2], -0.3};
      runner.step({&inputs[step * 2], 0}, {targets, 0});
      for (std::size_t i = 0; i < 2; ++i) loss += std::pow(targets[i] - runner.state.populations[2].r[i], 2);
    }
    losses.push_back(loss);
  }
  EXPECT_LT(losses.back(), 0.1 * losses.front());
}

}  // namespace
}  // namespace vle
