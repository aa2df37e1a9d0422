#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vle/dynamics/learner.hpp>
#include <vle/sweep/sweep_dynamics.hpp>

#include "allocation_count.hpp"
#include "networks.hpp"
#include "step_views.hpp"

namespace vle {
namespace {

double largest_difference(const std::vector<double>& x, const std::vector<double>& y) {
  double largest = x.size() == y.size() ? 0 : 1;
  for (std::size_t k = 0; k < std::min(x.size(), y.size()); ++k) largest = std::max(largest, std::abs(x[k] - y[k]));
  return largest;
}

std::shared_ptr<const Network> learning_network(const std::string& graph) {
  Network network = make_graph(graph);
  network.plasticity.eta_weights = 0.5;
  network.plasticity.eta_bias = 0.2;
  network.plasticity.lambda = 0.1;
  return std::make_shared<const Network>(std::move(network));
}

class SweepLearning : public testing::TestWithParam<std::tuple<std::string, std::int64_t>> {};

TEST_P(SweepLearning, MovesWeightsAndBiasAsTheLearnerDoes) {
  const auto& [graph, batch] = GetParam();
  const auto network = learning_network(graph);
  ASSERT_TRUE(SweepDynamics::check_learning(*network).has_value());
  const Stimulus stimulus = make_sines(*network, batch, 150);
  const auto trials = static_cast<std::size_t>(batch);
  const Learner learner{Dynamics(network)};
  Parameters exact = learner.dynamics().initial_parameters();
  const Parameters start = exact;
  State state = learner.dynamics().initial_state(trials);
  LearnerState learning = learner.initial_state(trials);
  SweepDynamics sweep(network, {trials, 0});
  for (std::int64_t step = 0; step < stimulus.steps; ++step) {
    const StepViews views(stimulus, step);
    learner.step(exact, state, learning, views.inputs, views.targets);
    sweep.learn(views.inputs, views.targets);
  }
  Parameters read = start;
  sweep.read(read);
  for (std::size_t q = 0; q < exact.projections.size(); ++q) {
    SCOPED_TRACE(network->projections[q].name);
    EXPECT_GT(largest_difference(start.projections[q].weights, exact.projections[q].weights), 1e-3);
    EXPECT_LT(largest_difference(read.projections[q].weights, exact.projections[q].weights), 2e-5);
    EXPECT_LT(largest_difference(read.projections[q].backward, exact.projections[q].backward), 2e-5);
  }
  for (std::size_t p = 0; p < exact.populations.size(); ++p) {
    EXPECT_LT(largest_difference(read.populations[p].bias, exact.populations[p].bias), 2e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Graphs, SweepLearning,
    testing::Combine(testing::Values(std::string("chain"), std::string("layered"), std::string("recurrent")),
                     testing::Values(std::int64_t{1}, std::int64_t{5}, std::int64_t{33})),
    [](const auto& tested) { return std::get<0>(tested.param) + "_x" + std::to_string(std::get<1>(tested.param)); });

TEST(SweepDynamics, AStepAllocatesNothing) {
  for (const std::size_t batch : {1U, 5U}) {
    const auto network = learning_network("recurrent");
    const Stimulus stimulus = make_sines(*network, static_cast<std::int64_t>(batch), 1);
    SweepDynamics sweep(network, {batch, 2});
    const long before = allocation_count();
    for (int step = 0; step < 10; ++step) {
      sweep.learn({stimulus.inputs.data(), 2}, {stimulus.targets.data(), 2});
      sweep.step({stimulus.inputs.data(), 2}, {});
    }
    EXPECT_EQ(allocation_count(), before);
  }
}

TEST(SweepDynamics, SaysWhatOnlyTheLearnerDoes) {
  Network network = make_graph("chain");
  EXPECT_TRUE(SweepDynamics::check_learning(network).has_value());
  network.populations.front().gain = GainRule::kPair;
  const Result<> gains = SweepDynamics::check_learning(network);
  ASSERT_FALSE(gains.has_value());
  EXPECT_EQ(gains.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(gains.error().message.find("\"first\""), std::string::npos) << gains.error().message;
  network = make_graph("chain");
  network.plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam;
  EXPECT_FALSE(SweepDynamics::check_learning(network).has_value());
}

}  // namespace
}  // namespace vle
