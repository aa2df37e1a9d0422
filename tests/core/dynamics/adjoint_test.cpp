#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vle/dynamics/adjoint.hpp>

#include "adjoint_graphs.hpp"
#include "allocation_count.hpp"
#include "networks.hpp"

namespace vle {
namespace {

std::shared_ptr<const Network> shared(Network network) {
  return std::make_shared<const Network>(std::move(network));
}

AdjointResult gradients_of(const Dynamics& dynamics, const AdjointSignals& signals,
                           const AdjointOptions& options = {}) {
  auto result = adjoint_gradients(dynamics, dynamics.initial_parameters(), signals, options);
  if (result) return std::move(*result);
  ADD_FAILURE() << result.error().message;
  return {};
}

AdjointOptions in_mode(AdjointMode mode) {
  AdjointOptions options;
  options.mode = mode;
  return options;
}

void expect_near(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k) EXPECT_NEAR(a[k], b[k], tolerance * (1 + std::abs(b[k]))) << k;
}

TEST(Adjoint, CheckpointsDoNotChangeABit) {
  for (const AdjointGraph graph : kAdjointGraphs) {
    for (const AdjointMode mode : {AdjointMode::kFree, AdjointMode::kFull}) {
      const Network network = adjoint_graph(graph, Integrator::kExponential);
      const Dynamics dynamics(shared(network), {2});
      const SineRun run(network, 3, 203);
      const AdjointResult whole = gradients_of(dynamics, run.signals(), in_mode(mode));

      AdjointOptions tight = in_mode(mode);
      tight.memory_budget = plan_adjoint_memory(dynamics, mode, 3, 203, tight.memory_budget)->bytes - 1;
      const auto plan = plan_adjoint_memory(dynamics, mode, 3, 203, tight.memory_budget);
      ASSERT_TRUE(plan.has_value()) << plan.error().message;
      EXPECT_GT(plan->segments, 5U);
      tight.memory_budget = plan->bytes;
      const AdjointResult cut = gradients_of(dynamics, run.signals(), tight);
      EXPECT_EQ(cut.loss, whole.loss);
      EXPECT_EQ(flat(cut.gradients), flat(whole.gradients)) << name_of(graph);
      EXPECT_EQ(cut.final_state.populations[0].u, whole.final_state.populations[0].u);
    }
  }
}

TEST(Adjoint, AMillionStepsOfAHundredNeuronsNeedLessThanAGigabyte) {
  NetworkDescription description;
  description.dt = 0.01;
  add_input(description, "x", 4);
  add_population(description, "a", 100, Activation::kTanh, 0.1);
  add_projection(description, "x", "a", fan_in(1));
  description.outputs = {{"a", Loss::kMeanSquaredError, 1}};
  const Dynamics dynamics(built(description));
  const auto plan = plan_adjoint_memory(dynamics, AdjointMode::kFull, 1, 1'000'000, std::size_t{1} << 30);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_LT(plan->bytes, 20'000'000U);
  EXPECT_GE(plan->segments * plan->segment_steps, 1'000'000U);
  EXPECT_LT((plan->segments - 1) * plan->segment_steps, 1'000'000U);
}

TEST(Adjoint, ABudgetBelowTheLeastIsRefusedWithBothNumbers) {
  const Network network = adjoint_graph(AdjointGraph::kChain, Integrator::kEuler);
  const Dynamics dynamics(shared(network));
  const auto plan = plan_adjoint_memory(dynamics, AdjointMode::kFree, 1, 1000, 100);
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, ErrorCode::kDoesNotFit);
  EXPECT_NE(plan.error().message.find("1000 integration steps"), std::string::npos) << plan.error().message;
  EXPECT_NE(plan.error().message.find("budget is 100 bytes"), std::string::npos) << plan.error().message;
  const auto endless = std::numeric_limits<std::size_t>::max() / 2;
  EXPECT_FALSE(plan_adjoint_memory(dynamics, AdjointMode::kFree, 1, endless, 1 << 20).has_value());
}

TEST(Adjoint, TakingStepsBackAllocatesNothing) {
  const Network network = adjoint_graph(AdjointGraph::kSkipping, Integrator::kEuler);
  const Dynamics dynamics(shared(network));
  long counts[2] = {};
  for (const std::size_t steps : {20U, 80U}) {
    const SineRun run(network, 2, steps);
    const long before = allocation_count();
    gradients_of(dynamics, run.signals(), in_mode(AdjointMode::kFull));
    counts[steps == 80] = allocation_count() - before;
  }
  EXPECT_EQ(counts[0], counts[1]);
}

TEST(Adjoint, WithoutALossAllIsZero) {
  for (const AdjointMode mode : {AdjointMode::kFree, AdjointMode::kFull}) {
    Network network = adjoint_graph(AdjointGraph::kSkipping, Integrator::kExponential);
    const SineRun run(network, 2, 30);
    AdjointOptions settling = in_mode(mode);
    settling.settling_steps = 30;
    const AdjointResult none_counts = gradients_of(Dynamics(shared(network)), run.signals(), settling);
    for (Output& output : network.outputs) output.beta = 0;
    const AdjointResult no_beta = gradients_of(Dynamics(shared(network)), run.signals(), in_mode(mode));
    for (const AdjointResult* result : {&none_counts, &no_beta}) {
      EXPECT_EQ(result->loss, 0);
      for (const double gradient : flat(result->gradients)) EXPECT_EQ(gradient, 0);
    }
  }
}

TEST(Adjoint, ModesAgreeWhereErrorsDoNotTouchTheRates) {
  for (const AdjointGraph graph : kAdjointGraphs) {
    Network network = adjoint_graph(graph, Integrator::kExponential);
    const SineRun run(network, 2, 60);
    const AdjointResult free = gradients_of(Dynamics(shared(network)), run.signals(), in_mode(AdjointMode::kFree));
    const AdjointResult nudged = gradients_of(Dynamics(shared(network)), run.signals(), in_mode(AdjointMode::kFull));
    EXPECT_NE(flat(nudged.gradients), flat(free.gradients));
    for (Population& population : network.populations) population.gamma = 0;
    const AdjointResult full = gradients_of(Dynamics(shared(network)), run.signals(), in_mode(AdjointMode::kFull));
    EXPECT_EQ(full.loss, free.loss);
    expect_near(flat(full.gradients), flat(free.gradients), 1e-14);
  }
}

TEST(Adjoint, SubstepsAreStepsWithHeldSignals) {
  constexpr std::size_t kSubsteps = 4;
  for (const AdjointMode mode : {AdjointMode::kFree, AdjointMode::kFull}) {
    Network network = adjoint_graph(AdjointGraph::kPole, Integrator::kEuler);
    const SineRun run(network, 1, 40);
    const AdjointResult substeps = gradients_of(Dynamics(shared(network), {kSubsteps}), run.signals(), in_mode(mode));
    network.dt /= kSubsteps;
    network.integrator = Integrator::kExponential;
    SineRun held(network, 1, 40 * kSubsteps);
    const std::size_t inputs = run.inputs.size() / 40;
    const std::size_t targets = run.targets.size() / 40;
    for (std::size_t step = 0; step < held.steps; ++step) {
      for (std::size_t i = 0; i < inputs; ++i) {
        held.inputs[step * inputs + i] = run.inputs[step / kSubsteps * inputs + i];
      }
      for (std::size_t i = 0; i < targets; ++i) {
        held.targets[step * targets + i] = run.targets[step / kSubsteps * targets + i];
      }
    }
    const AdjointResult fine = gradients_of(Dynamics(shared(network)), held.signals(), in_mode(mode));
    EXPECT_EQ(substeps.loss, fine.loss);
    EXPECT_EQ(flat(substeps.gradients), flat(fine.gradients));
  }
}

TEST(Adjoint, ABatchGivesTheMeanOfItsTrials) {
  const Network network = adjoint_graph(AdjointGraph::kLayered, Integrator::kExponential);
  const Dynamics dynamics(shared(network));
  constexpr std::size_t kTrials = 6;
  const SineRun run(network, kTrials, 50);
  const AdjointResult together = gradients_of(dynamics, run.signals(), in_mode(AdjointMode::kFull));
  double loss = 0;
  std::vector<double> mean(flat(together.gradients).size(), 0.0);
  for (std::size_t trial = 0; trial < kTrials; ++trial) {
    AdjointSignals one{1, 50, run.inputs, run.targets, nullptr};
    one.inputs = one.inputs.subspan(trial * run.inputs.size() / kTrials, run.inputs.size() / kTrials);
    one.targets = one.targets.subspan(trial * run.targets.size() / kTrials, run.targets.size() / kTrials);
    const AdjointResult alone = gradients_of(dynamics, one, in_mode(AdjointMode::kFull));
    loss += alone.loss / kTrials;
    const std::vector<double> gradients = flat(alone.gradients);
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += gradients[k] / kTrials;
  }
  EXPECT_NEAR(together.loss, loss, 1e-13 * loss);
  expect_near(flat(together.gradients), mean, 1e-13);
}

TEST(Adjoint, ARunGoesOnFromItsFinalState) {
  const Network network = adjoint_graph(AdjointGraph::kRecurrent, Integrator::kExponential);
  const Dynamics dynamics(shared(network));
  const SineRun run(network, 1, 60);
  const auto part = [&run](std::size_t first, std::size_t steps, const State* initial) {
    AdjointSignals signals{1, steps, run.inputs, run.targets, initial};
    signals.inputs = signals.inputs.subspan(first * run.inputs.size() / 60, steps * run.inputs.size() / 60);
    signals.targets = signals.targets.subspan(first * run.targets.size() / 60, steps * run.targets.size() / 60);
    return signals;
  };
  const AdjointOptions full = in_mode(AdjointMode::kFull);
  const AdjointResult whole = gradients_of(dynamics, run.signals(), full);
  const AdjointResult head = gradients_of(dynamics, part(0, 25, nullptr), full);
  const AdjointResult tail = gradients_of(dynamics, part(25, 35, &head.final_state), full);
  EXPECT_NEAR(head.loss + tail.loss, whole.loss, 1e-13 * whole.loss);
  EXPECT_EQ(tail.final_state.populations[0].u, whole.final_state.populations[0].u);
  EXPECT_EQ(tail.final_state.populations[1].backward, whole.final_state.populations[1].backward);
}

// SCIENCE 4 with the exact error signals in place of the local ones: their products add up to the gradients.
TEST(Adjoint, ErrorsTimesLocalSignalsAreTheGradients) {
  for (const Integrator integrator : {Integrator::kEuler, Integrator::kExponential}) {
    Network network = adjoint_graph(AdjointGraph::kLayered, integrator);
    for (Population& population : network.populations) population.gamma = 0;
    const Dynamics dynamics(shared(network));
    constexpr std::size_t kSteps = 50;
    const SineRun run(network, 1, kSteps);
    std::vector<State> states = {dynamics.initial_state(1)};
    const Parameters parameters = dynamics.initial_parameters();
    for (std::size_t step = 0; step < kSteps; ++step) {
      states.push_back(states.back());
      dynamics.step(parameters, states.back(), {&run.inputs[2 * step], 0}, {&run.targets[3 * step], 0});
    }
    AdjointOptions options;
    std::vector<double> weights(12, 0.0);
    std::vector<double> tau_m(3, 0.0);
    std::vector<double> tau_r(3, 0.0);
    const auto slope = [&](double tau) {
      const double x = network.dt / tau;
      return integrator == Integrator::kEuler ? 1 : x / std::expm1(x);
    };
    options.on_step = [&](const AdjointErrors& errors) {
      const PopulationState& b = states[errors.step + 1].populations[1];
      for (std::size_t i = 0; i < 3; ++i) {
        const PopulationParameters& neuron = parameters.populations[1];
        const double du = b.drive[i];
        for (std::size_t j = 0; j < 4; ++j) {
          weights[i * 4 + j] -= errors.e[1][i] * states[errors.step].populations[0].r[j];
        }
        tau_m[i] += errors.e[1][i] * du / neuron.tau_m[i] * slope(neuron.tau_m[i]);
        tau_r[i] -= errors.epsilon[1][i] * neuron.lead_u[i] * du / neuron.tau_r[i] * slope(neuron.tau_r[i]);
      }
    };
    const AdjointResult result = gradients_of(dynamics, run.signals(), options);
    expect_near(weights, result.gradients.projections[1].weights, 1e-13);
    expect_near(tau_m, result.gradients.populations[1].tau_m, 1e-12);
    expect_near(tau_r, result.gradients.populations[1].tau_r, 1e-12);
  }
}

// The last rates that a loss sees are those before the last step, and nothing follows from them but that loss.
TEST(Adjoint, LastErrorIsTheTargetErrorOfTheModel) {
  for (const AdjointGraph graph : {AdjointGraph::kChain, AdjointGraph::kLayered}) {
    const Network network = adjoint_graph(graph, Integrator::kExponential);
    const Dynamics dynamics(shared(network));
    const SineRun run(network, 1, 20);
    AdjointOptions options = in_mode(AdjointMode::kFull);
    const std::size_t output = network.populations.size() - 1;
    std::vector<double> exact;
    options.on_step = [&](const AdjointErrors& errors) {
      if (errors.step == 18) exact = errors.epsilon[output];
    };
    const AdjointResult result = gradients_of(dynamics, run.signals(), options);
    const std::vector<double>& local = result.final_state.populations[output].epsilon;
    ASSERT_EQ(exact.size(), local.size());
    for (std::size_t i = 0; i < local.size(); ++i) EXPECT_NEAR(exact[i], local[i], 1e-15);
  }
}

TEST(Adjoint, SignalsOfTheWrongShapeAreRefused) {
  const Network network = adjoint_graph(AdjointGraph::kChain, Integrator::kEuler);
  const Dynamics dynamics(shared(network));
  const SineRun run(network, 1, 10);
  AdjointSignals short_inputs = run.signals();
  short_inputs.inputs = short_inputs.inputs.first(9);
  AdjointSignals no_targets = run.signals();
  no_targets.targets = {};
  for (const AdjointSignals& signals : {short_inputs, no_targets}) {
    const auto result = adjoint_gradients(dynamics, dynamics.initial_parameters(), signals);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidInput);
    EXPECT_NE(result.error().message.find("1 trials of 10 steps of 1 channels are 10"), std::string::npos)
        << result.error().message;
  }
}

TEST(Adjoint, ADivergingRunIsAnErrorThatNamesIt) {
  const Network network = adjoint_graph(AdjointGraph::kRecurrent, Integrator::kEuler);
  const Dynamics dynamics(shared(network));
  Parameters parameters = dynamics.initial_parameters();
  for (double& weight : parameters.projections[2].weights) weight = 1e200;
  const SineRun run(network, 1, 10);
  const auto result = adjoint_gradients(dynamics, parameters, run.signals());
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(result.error().message.find("the loss is not finite"), std::string::npos) << result.error().message;
}

TEST(Adjoint, NoStepsAreNoLoss) {
  const Network network = adjoint_graph(AdjointGraph::kChain, Integrator::kEuler);
  const AdjointResult result = gradients_of(Dynamics(shared(network)), {1, 0, {}, {}, nullptr});
  EXPECT_EQ(result.loss, 0);
  for (const double gradient : flat(result.gradients)) EXPECT_EQ(gradient, 0);
}

}  // namespace
}  // namespace vle
