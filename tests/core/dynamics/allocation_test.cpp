#include <gtest/gtest.h>

#include "allocation_count.hpp"
#include "networks.hpp"

namespace vle {
namespace {

TEST(Dynamics, AStepAllocatesNothing) {
  Runner runner(built(mixed_network()), 2);
  const std::vector<double> inputs = sines(2, 1, 2);
  const long before = allocation_count();
  for (int step = 0; step < 10; ++step) {
    runner.dynamics.step(runner.parameters, runner.state, {inputs.data(), 2}, {inputs.data(), 2});
  }
  EXPECT_EQ(allocation_count(), before);
}

TEST(Learner, AStepAllocatesNothing) {
  NetworkDescription description = mixed_network();
  description.populations[0].gain = GainRule::kPair;
  description.plasticity.eta_weights = 0.01;
  description.plasticity.eta_bias = 0.01;
  description.plasticity.eta_tau = 0.01;
  description.plasticity.eta_tau_r = 0.01;
  description.plasticity.lambda = 0.1;
  description.plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam;
  description.plasticity.clip = {1, 1};
  LearningRunner runner(built(description), 2);
  const std::vector<double> inputs = sines(2, 1, 2);
  const long before = allocation_count();
  for (int step = 0; step < 10; ++step) {
    runner.step({inputs.data(), 2}, {inputs.data(), 2});
    runner.learner.start_trial(runner.learning);
    runner.learner.report_loss(1, runner.learning);
  }
  EXPECT_EQ(allocation_count(), before);
}

}  // namespace
}  // namespace vle
