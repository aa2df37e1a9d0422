#include <gtest/gtest.h>

#include "allocation_count.hpp"
#include "networks.hpp"

namespace vle {
namespace {

TEST(Dynamics, AStepAllocatesNothing) {
  NetworkDescription description = mixed_network();
  description.plasticity.eta_weights = 0.1;
  description.plasticity.eta_bias = 0.1;
  description.plasticity.eta_tau = 0.1;
  Runner runner(built(description), 2);
  const std::vector<double> inputs = sines(2, 1, 2);
  const long before = allocation_count();
  for (int step = 0; step < 10; ++step) {
    runner.dynamics.step(runner.parameters, runner.state, {inputs.data(), 2}, {inputs.data(), 2});
    runner.dynamics.step_and_learn(runner.parameters, runner.state, {inputs.data(), 2}, {inputs.data(), 2});
  }
  EXPECT_EQ(allocation_count(), before);
}

}  // namespace
}  // namespace vle
