#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <vle/dynamics/energy.hpp>
#include <vle/sweep/sweep_dynamics.hpp>

#include "networks.hpp"
#include "step_views.hpp"

namespace vle {
namespace {

/// The largest |x - y| over the largest |y|.
double distance(const std::vector<double>& x, const std::vector<double>& y) {
  double difference = 0;
  double size = 1e-30;
  for (std::size_t k = 0; k < x.size(); ++k) {
    difference = std::max(difference, std::abs(x[k] - y[k]));
    size = std::max(size, std::abs(y[k]));
  }
  return difference / size;
}

/// Single trial, a batch within one block of lanes, and one beyond it.
class Sweep : public testing::TestWithParam<std::tuple<std::string, std::int64_t>> {};

TEST_P(Sweep, FollowsTheOracleInEverySignal) {
  const auto& [graph, batch] = GetParam();
  const auto network = std::make_shared<const Network>(make_graph(graph));
  const Stimulus stimulus = make_sines(*network, batch, 200);
  const auto trials = static_cast<std::size_t>(batch);
  const Dynamics exact(network);
  const Parameters parameters = exact.initial_parameters();
  State state = exact.initial_state(trials);
  State read = exact.initial_state(trials);
  SweepDynamics sweep(network, {trials, 0});
  for (std::int64_t step = 0; step < stimulus.steps; ++step) {
    const StepViews views(stimulus, step);
    exact.step(parameters, state, views.inputs, views.targets);
    sweep.step(views.inputs, views.targets);
  }
  sweep.read(read);
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    SCOPED_TRACE(network->populations[p].name);
    const PopulationState& x = read.populations[p];
    const PopulationState& y = state.populations[p];
    EXPECT_LT(distance(x.u, y.u), 1e-5);
    EXPECT_LT(distance(x.v, y.v), 1e-5);
    EXPECT_LT(distance(x.r, y.r), 1e-5);
    EXPECT_LT(distance(x.phi_prime, y.phi_prime), 1e-5);
    EXPECT_LT(distance(x.epsilon, y.epsilon), 1e-5);
    EXPECT_LT(distance(x.e, y.e), 2e-5);
    EXPECT_LT(distance(x.s, y.s), 1e-5);
    EXPECT_LT(distance(x.drive, y.drive), 2e-5);
    EXPECT_LT(distance(x.lookahead, y.lookahead), 1e-5);
    EXPECT_LT(distance(x.error_lead, y.error_lead), 2e-5);
    EXPECT_LT(distance(x.backward, y.backward), 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(Graphs, Sweep,
                         testing::Combine(testing::ValuesIn(graph_names()),
                                          testing::Values(std::int64_t{1}, std::int64_t{5}, std::int64_t{33})),
                         [](const auto& tested) {
                           return std::get<0>(tested.param) + "_x" + std::to_string(std::get<1>(tested.param));
                         });

TEST(SweepDynamics, ACopyIsACheckpoint) {
  const auto network = std::make_shared<const Network>(make_graph("recurrent"));
  const Stimulus stimulus = make_sines(*network, 1, 1);
  SweepDynamics sweep(network, {1, 3});
  sweep.step({stimulus.inputs.data(), 0}, {stimulus.targets.data(), 0});
  SweepDynamics copy = sweep;
  const auto state_after_a_step = [&](SweepDynamics& dynamics) {
    dynamics.step({stimulus.inputs.data(), 0}, {});
    State state = Dynamics(network).initial_state(1);
    dynamics.read(state);
    return state.populations.front().u;
  };
  const std::vector<double> first = state_after_a_step(sweep);
  EXPECT_EQ(first, state_after_a_step(copy));
}

class SweepTargets : public testing::TestWithParam<std::tuple<Loss, std::size_t>> {};

TEST_P(SweepTargets, GiveTheErrorsAndTheLossOfTheOracle) {
  const auto [loss, batch] = GetParam();
  Network described = make_graph("layered");
  described.outputs.front().loss = loss;
  described.outputs.front().beta = 0.7;
  const auto network = std::make_shared<const Network>(std::move(described));
  const Stimulus stimulus = make_sines(*network, static_cast<std::int64_t>(batch), 50);
  const Dynamics exact(network);
  const Parameters parameters = exact.initial_parameters();
  State state = exact.initial_state(batch);
  State read = exact.initial_state(batch);
  SweepDynamics sweep(network, {batch, 0});
  ProspectiveEnergy energy;
  for (std::int64_t step = 0; step < stimulus.steps; ++step) {
    const StepViews views(stimulus, step);
    measure_energy(exact, parameters, state, views.targets, energy);
    exact.step(parameters, state, views.inputs, views.targets);
    sweep.step(views.inputs, views.targets);
    const double cost = std::accumulate(energy.cost.begin(), energy.cost.end(), 0.0);
    EXPECT_NEAR(sweep.last_loss(), cost, 1e-5 * (1 + std::abs(cost)));
  }
  sweep.read(read);
  for (std::size_t p = 0; p < 3; ++p) EXPECT_LT(distance(read.populations[p].e, state.populations[p].e), 2e-5);
}

INSTANTIATE_TEST_SUITE_P(Losses, SweepTargets,
                         testing::Combine(testing::Values(Loss::kMeanSquaredError, Loss::kCrossEntropy),
                                          testing::Values(std::size_t{1}, std::size_t{5}, std::size_t{33})),
                         [](const auto& tested) {
                           return std::string(std::get<0>(tested.param) == Loss::kCrossEntropy ? "entropy"
                                                                                               : "squared") +
                                  "_x" + std::to_string(std::get<1>(tested.param));
                         });

}  // namespace
}  // namespace vle
