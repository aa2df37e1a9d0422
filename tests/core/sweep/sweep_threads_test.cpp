#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vle/dynamics/learner.hpp>
#include <vle/sweep/sweep_dynamics.hpp>

#include "allocation_count.hpp"
#include "layers.hpp"

namespace vle {
namespace {

/// Large enough to be shared out: dense and sparse projections onto the same neurons, W^T and a B of its own.
std::shared_ptr<const Network> large_network() {
  NetworkDescription net;
  net.name = "large";
  net.dt = 0.01;
  net.seed = 5;
  net.inputs = {{"x", 3, -1, 1}};
  net.populations = {layer("one", 301), layer("two", 402), layer("out", 5)};
  net.projections = {connect("x", "one", BackwardRule::kTranspose), connect("one", "two", BackwardRule::kMirror),
                     connect("two", "out", BackwardRule::kTranspose), connect("x", "two", BackwardRule::kTranspose),
                     connect("one", "out", BackwardRule::kTranspose)};
  net.projections[4].connectivity.kind = ConnectivityDescription::Kind::kSparse;
  net.projections[4].connectivity.probability = 0.3;
  net.outputs = {{"out", Loss::kMeanSquaredError, 0.5}};
  net.plasticity.eta_weights = 0.5;
  net.plasticity.eta_bias = 0.2;
  net.populations.push_back(layer("wide", 60));
  net.projections.push_back(connect("one", "wide", BackwardRule::kNone));
  auto network = build_network(net);
  EXPECT_TRUE(network.has_value());
  return std::make_shared<const Network>(std::move(*network));
}

Parameters learned(const std::shared_ptr<const Network>& network, std::size_t threads) {
  SweepDynamics sweep(network, {1, 0, threads});
  for (int step = 0; step < 40; ++step) {
    const std::vector<double> inputs{std::sin(0.3 * step), std::cos(0.2 * step), 0.4};
    const std::vector<double> targets(5, 0.3);
    sweep.learn({inputs.data(), 3}, {targets.data(), 5});
  }
  Parameters parameters = Dynamics(network).initial_parameters();
  sweep.read(parameters);
  return parameters;
}

TEST(SweepThreads, NumberOfThreadsChangesNoBit) {
  const auto network = large_network();
  ASSERT_GE(network->synapse_count(), 1 << 17);
  const Parameters one = learned(network, 1);
  for (const std::size_t threads : {2U, 3U}) {
    const Parameters several = learned(network, threads);
    for (std::size_t q = 0; q < one.projections.size(); ++q) {
      EXPECT_EQ(one.projections[q].weights, several.projections[q].weights) << q;
      EXPECT_EQ(one.projections[q].backward, several.projections[q].backward) << q;
    }
  }
}

TEST(SweepThreads, SharedStepsFollowTheOracle) {
  const auto network = large_network();
  const Learner learner{Dynamics(network)};
  Parameters exact = learner.dynamics().initial_parameters();
  State state = learner.dynamics().initial_state(1);
  LearnerState learning = learner.initial_state(1);
  for (int step = 0; step < 40; ++step) {
    const std::vector<double> inputs{std::sin(0.3 * step), std::cos(0.2 * step), 0.4};
    const std::vector<double> targets(5, 0.3);
    learner.step(exact, state, learning, {inputs.data(), 3}, {targets.data(), 5});
  }
  const Parameters found = learned(network, 2);
  for (std::size_t q = 0; q < found.projections.size(); ++q) {
    const std::vector<double>& expected = exact.projections[q].weights;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      ASSERT_NEAR(found.projections[q].weights[k], expected[k], 2e-5) << q << " " << k;
    }
  }
}

TEST(SweepThreads, SharedStepsAllocateNothing) {
  const auto network = large_network();
  SweepDynamics sweep(network, {1, 0, 2});
  const std::vector<double> inputs(3, 0.2);
  const std::vector<double> targets(5, 0.3);
  sweep.learn({inputs.data(), 3}, {targets.data(), 5});
  const long before = allocation_count();
  for (int step = 0; step < 10; ++step) sweep.learn({inputs.data(), 3}, {targets.data(), 5});
  EXPECT_EQ(allocation_count(), before);
}

}  // namespace
}  // namespace vle
