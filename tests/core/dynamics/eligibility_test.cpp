#include <vle/dynamics/eligibility.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "allocation_count.hpp"
#include "networks.hpp"

namespace vle {
namespace {

constexpr double kDt = 0.01;

// x -> slow -> y: the output may be slow itself.
NetworkDescription two_layers(Activation hidden, Activation output, double output_tau_m) {
  NetworkDescription description;
  description.dt = kDt;
  add_input(description, "x", 2);
  add_population(description, "slow", 3, hidden, 0.4).tau_r = all(0.06);
  add_population(description, "y", 2, output, output_tau_m).tau_r = all(0.05);
  add_projection(description, "x", "slow", fan_in(0.9));
  add_projection(description, "slow", "y", fan_in(0.9));
  description.outputs = {{"y", Loss::kMeanSquaredError, 1}};
  description.plasticity.eta_weights = 1;
  description.plasticity.eta_bias = 1;
  description.plasticity.eta_tau = 1;
  description.plasticity.eligibility = Eligibility::kTrace;
  return description;
}

// What was gathered over `steps`, and over the steps that the last errors need to arrive.
Gradients gather(const std::shared_ptr<const Network>& network, std::size_t batch, std::size_t steps,
                 const std::vector<double>& inputs, const std::vector<double>& targets) {
  LearningRunner runner(network, batch);
  for (std::size_t step = 0; step < steps + 5; ++step) {
    const std::size_t at = std::min(step, steps - 1) * 2;
    runner.step({&inputs[at], steps * 2}, {step < steps ? &targets[at] : nullptr, steps * 2}, {false, true, false});
  }
  return runner.learning.gradients;
}

void expect_near(const std::vector<double>& local, const std::vector<double>& exact) {
  ASSERT_EQ(local.size(), exact.size());
  for (std::size_t k = 0; k < exact.size(); ++k) EXPECT_NEAR(local[k], exact[k], 1e-11 * (1 + std::abs(exact[k])));
}

struct LocalAndExact {
  Gradients local, exact;
};

LocalAndExact compare(const NetworkDescription& description, std::size_t batch) {
  const auto network = built(description);
  constexpr std::size_t kSteps = 150;
  const std::vector<double> inputs = sines(batch, kSteps, 2);
  std::vector<double> targets = inputs;
  for (double& target : targets) target = 0.7 * target + 0.2;
  AdjointSignals signals;
  signals.batch = batch;
  signals.steps = kSteps;
  signals.inputs = inputs;
  signals.targets = targets;
  const Dynamics dynamics(network);
  auto exact = adjoint_gradients(dynamics, dynamics.initial_parameters(), signals);
  EXPECT_TRUE(exact);
  return {gather(network, batch, kSteps, inputs, targets), exact->gradients};
}

// A slow neuron needs no error to come when its error is told at once: the gradient of an online rule is exact.
TEST(TraceGradients, AreExactAtASlowOutput) {
  for (const std::size_t batch : {std::size_t{1}, std::size_t{11}}) {
    const LocalAndExact both = compare(two_layers(Activation::kTanh, Activation::kTanh, 0.5), batch);
    expect_near(both.local.projections[1].weights, both.exact.projections[1].weights);
    expect_near(both.local.populations[1].tau_m, both.exact.populations[1].tau_m);
  }
}

TEST(TraceGradients, AreExactBelowAnInstantaneousOutput) {
  for (const Integrator integrator : {Integrator::kExponential, Integrator::kEuler}) {
    NetworkDescription description = two_layers(Activation::kLinear, Activation::kLinear, 0.05);
    description.integrator = integrator;
    const LocalAndExact both = compare(description, 3);
    for (std::size_t q = 0; q < 2; ++q) {
      expect_near(both.local.projections[q].weights, both.exact.projections[q].weights);
    }
    expect_near(both.local.populations[0].tau_m, both.exact.populations[0].tau_m);
  }
}

TEST(ErrorDelays, CountTheHopsOfTheShortestWay) {
  NetworkDescription description = mixed_network();
  EXPECT_EQ(error_delays(*built(description)), (std::vector<std::size_t>{5, 3, 1}));
  for (ProjectionDescription& projection : description.projections) projection.backward = BackwardRule::kNone;
  EXPECT_EQ(error_delays(*built(description)), (std::vector<std::size_t>{0, 0, 1}));
}

TEST(TraceGradients, WaitOnlyForErrorsThatLag) {
  const auto network = built(two_layers(Activation::kTanh, Activation::kTanh, 0.5));
  LearnerOptions options;
  options.errors_lag = false;
  LearningRunner runner(network, 1, options);
  PopulationState& output = runner.state.populations[1];
  runner.state.populations[0].r.assign(runner.state.populations[0].r.size(), 0.5);
  output.epsilon.assign(output.epsilon.size(), 1);
  runner.learner.learn(runner.parameters, runner.state, runner.learning, {false, true, false});
  // The first sample counts at once, through the receiver's lead.
  EXPECT_EQ(runner.learning.gradients.projections[1].weights[0], -0.5 * runner.parameters.populations[1].lead_u[0]);
  LearningRunner waits(network);
  waits.state = runner.state;
  waits.learner.learn(waits.parameters, waits.state, waits.learning, {false, true, false});
  EXPECT_EQ(waits.learning.gradients.projections[1].weights[0], 0);
}

TEST(TraceGradients, AllocateNothingGoOnFromBytesAndRestWithATrial) {
  const auto network = built(two_layers(Activation::kTanh, Activation::kTanh, 0.5));
  const std::vector<double> signals = sines(2, 60, 2);
  const auto run = [&signals](LearningRunner& runner, std::size_t from, std::size_t to) {
    for (std::size_t step = from; step < to; ++step) runner.step({&signals[step * 2], 120}, {&signals[step * 2], 120});
  };
  LearningRunner whole(network, 2);
  const long before = allocation_count();
  run(whole, 0, 20);
  EXPECT_EQ(allocation_count(), before);
  auto read = checkpoint_from_bytes(
      whole.learner, checkpoint_to_bytes(whole.learner, {whole.parameters, whole.state, whole.learning}));
  ASSERT_TRUE(read) << read.error().message;
  LearningRunner other(network, 2);
  other.parameters = read->parameters;
  other.state = read->state;
  other.learning = read->learning;
  run(whole, 20, 40);
  run(other, 20, 40);
  EXPECT_EQ(other.parameters.projections[0].weights, whole.parameters.projections[0].weights);
  EXPECT_NE(whole.learning.eligibility.projections[0].low_pass[0], 0);
  whole.learner.start_trial(whole.learning);
  const EligibilityState rest = whole.learner.initial_state(2).eligibility;
  EXPECT_EQ(whole.learning.eligibility.steps, 0U);
  EXPECT_EQ(whole.learning.eligibility.projections[0].low_pass, rest.projections[0].low_pass);
  EXPECT_EQ(whole.learning.eligibility.populations[0].line, rest.populations[0].line);
}

}  // namespace
}  // namespace vle
