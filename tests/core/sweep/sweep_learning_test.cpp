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

/// What makes learning more than plain steps, one a case.
struct Manner {
  const char* name;
  void (*choose)(Network& network);
};

void choose_adam(Network& network) {
  network.plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam;
  network.plasticity.optimiser.epsilon = 1e-2;  // so that directions which are rounding alone do not count
  network.plasticity.eta_weights = network.plasticity.eta_bias = 0.02;
}

void choose_momentum(Network& network) {
  network.plasticity.optimiser.kind = OptimiserDescription::Kind::kMomentum;
}

void choose_mean_of_several_steps(Network& network) {
  network.plasticity.update_every = 7;
}

void choose_schedules(Network& network) {
  network.plasticity.eta_schedule = {ScheduleDescription::Kind::kCosine, 100 * network.dt, 0.5, 0.1, 10, 0};
  network.plasticity.lambda_schedule = {ScheduleDescription::Kind::kStep, 40 * network.dt, 0.5, 0.0, 10, 0};
}

void choose_gains(Network& network, GainRule rule, GainMethod method) {
  for (Population& population : network.populations) {
    population.gain = rule;
    population.gain_learning = {method, 50 * network.dt, 1e-2};
  }
}

void choose_pair(Network& network) {
  choose_gains(network, GainRule::kPair, GainMethod::kStatistics);
}

void choose_single(Network& network) {
  choose_gains(network, GainRule::kSingle, GainMethod::kStatistics);
}

void choose_lms(Network& network) {
  choose_gains(network, GainRule::kPair, GainMethod::kLms);
}

void choose_bias_alone(Network& network) {
  choose_momentum(network);
  network.plasticity.eta_weights = 0;
}

class SweepManners : public testing::TestWithParam<std::tuple<std::string, std::int64_t, Manner>> {};

TEST_P(SweepManners, FollowTheLearner) {
  const auto& [graph, batch, manner] = GetParam();
  Network described = *learning_network(graph);
  manner.choose(described);
  const auto network = std::make_shared<const Network>(std::move(described));
  ASSERT_TRUE(SweepDynamics::check_learning(*network).has_value());
  const Stimulus stimulus = make_sines(*network, batch, 150);
  const auto trials = static_cast<std::size_t>(batch);
  const Learner learner{Dynamics(network)};
  Parameters exact = learner.dynamics().initial_parameters();
  const Parameters start = exact;
  State state = learner.dynamics().initial_state(trials);
  LearnerState learning = learner.initial_state(trials);
  SweepDynamics sweep(network, {trials, 0});
  for (int trial = 0; trial < 2; ++trial) {
    state = learner.dynamics().initial_state(trials);
    learner.start_trial(learning);
    sweep.rest();
    for (std::int64_t step = 0; step < stimulus.steps; ++step) {
      const StepViews views(stimulus, step);
      learner.step(exact, state, learning, views.inputs, views.targets);
      sweep.learn(views.inputs, views.targets);
    }
  }
  Parameters read = start;
  sweep.read(read);
  for (std::size_t q = 0; q < exact.projections.size(); ++q) {
    SCOPED_TRACE(network->projections[q].name);
    EXPECT_GT(largest_difference(start.projections[q].weights, exact.projections[q].weights), 1e-3);
    EXPECT_LT(largest_difference(read.projections[q].weights, exact.projections[q].weights), 1e-4);
    EXPECT_LT(largest_difference(read.projections[q].backward, exact.projections[q].backward), 1e-4);
  }
  for (std::size_t p = 0; p < exact.populations.size(); ++p) {
    SCOPED_TRACE(network->populations[p].name);
    EXPECT_LT(largest_difference(read.populations[p].bias, exact.populations[p].bias), 1e-4);
    EXPECT_LT(largest_difference(read.populations[p].g0, exact.populations[p].g0), 2e-3);
    EXPECT_LT(largest_difference(read.populations[p].g1, exact.populations[p].g1), 2e-3);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Graphs, SweepManners,
    testing::Combine(testing::Values(std::string("layered"), std::string("recurrent")),
                     testing::Values(std::int64_t{1}, std::int64_t{33}),
                     testing::Values(Manner{"adam", choose_adam}, Manner{"momentum", choose_momentum},
                                     Manner{"several_steps", choose_mean_of_several_steps},
                                     Manner{"schedules", choose_schedules}, Manner{"pair", choose_pair},
                                     Manner{"single", choose_single}, Manner{"lms", choose_lms},
                                     Manner{"bias_alone", choose_bias_alone})),
    [](const auto& tested) {
      return std::get<0>(tested.param) + "_x" + std::to_string(std::get<1>(tested.param)) + "_" +
             std::get<2>(tested.param).name;
    });

TEST(SweepDynamics, PlateausFollowTheLossesReported) {
  Network described = *learning_network("chain");
  described.plasticity.lambda = 0;
  described.plasticity.eta_schedule = {ScheduleDescription::Kind::kPlateau, 0, 0.0, 0.0, 1, 0};
  const auto network = std::make_shared<const Network>(std::move(described));
  const Stimulus stimulus = make_sines(*network, 1, 50);
  SweepDynamics sweep(network, {1, 0});
  Parameters before = Dynamics(network).initial_parameters();
  Parameters after = before;
  const auto learn = [&](Parameters& read) {
    for (std::int64_t step = 0; step < stimulus.steps; ++step) {
      const StepViews views(stimulus, step);
      sweep.learn(views.inputs, views.targets);
    }
    sweep.read(read);
  };
  learn(before);
  sweep.report_loss(1);
  learn(after);
  EXPECT_NE(before.projections.front().weights, after.projections.front().weights);
  sweep.report_loss(1);
  sweep.read(before);
  learn(after);
  EXPECT_EQ(before.projections.front().weights, after.projections.front().weights);
}

TEST(SweepDynamics, AStepAllocatesNothing) {
  for (const std::size_t batch : {1U, 5U, 33U}) {
    Network described = *learning_network("recurrent");
    if (batch > 1) choose_adam(described);
    if (batch > 5) choose_pair(described);
    const auto network = std::make_shared<const Network>(std::move(described));
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
  network.plasticity.eta_tau = 0.1;
  const Result<> taus = SweepDynamics::check_learning(network);
  ASSERT_FALSE(taus.has_value());
  EXPECT_EQ(taus.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(taus.error().message.find("time constants"), std::string::npos) << taus.error().message;
  network = make_graph("chain");
  network.plasticity.clip.neuron = 1;
  EXPECT_FALSE(SweepDynamics::check_learning(network).has_value());
  network = make_graph("chain");
  network.plasticity.eligibility = Eligibility::kTrace;
  EXPECT_FALSE(SweepDynamics::check_learning(network).has_value());
}

}  // namespace
}  // namespace vle
