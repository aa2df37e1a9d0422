#include <vle/dynamics/rule.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vle/dynamics/state.hpp>

namespace vle {
namespace {

// What must not compile as a rule: more arguments, other signals, a variable of the outside, anything not constexpr.
constexpr double reads_the_network(const SynapseSignals& synapse, const State& state) {
  return synapse.weight * static_cast<double>(state.batch);
}
constexpr double reads_a_population(const PopulationState& population) {
  return population.r[0];
}
constexpr double reads_the_error_neuron(const ErrorNeuronSignals& neuron) {
  return neuron.f_epsilon;
}
double global_reward = 1;
double reads_a_global(const SynapseSignals& synapse) {
  return synapse.weight * global_reward;
}
constexpr double oja(const SynapseSignals& synapse) {
  return synapse.post_error * (synapse.pre_rate - synapse.post_error * synapse.weight);
}

static_assert(LocalRule<oja, SynapseSignals>);
static_assert(LocalRule<[](const SynapseSignals& s) { return s.weight; }, SynapseSignals>);
static_assert(!LocalRule<reads_the_network, SynapseSignals>);
static_assert(!LocalRule<reads_a_population, SynapseSignals>);
static_assert(!LocalRule<reads_the_error_neuron, SynapseSignals>);
static_assert(!LocalRule<reads_a_global, SynapseSignals>);
static_assert(!LocalRule<weight_gradient, NeuronSignals>);
static_assert(!LocalRule<weight_gradient, TraceSignals>);
static_assert(!LocalRule<bias_gradient, ErrorNeuronSignals>);

TEST(Rule, ARuleThatReadsMoreThanItsOwnDoesNotCompile) {
  // The static_asserts above are the test; the rule that they refuse for its global would run as any function does.
  EXPECT_EQ(reads_a_global({0, 0, 2}), 2);
}

double share(Integrator integrator, double dt, double tau) {
  return integrator == Integrator::kEuler ? dt / tau : -std::expm1(-dt / tau);
}

TEST(Rule, SlopesAreTheDerivativesOfTheStep) {
  for (const Integrator integrator : {Integrator::kEuler, Integrator::kExponential}) {
    for (const double tau_m : {0.012, 0.1, 1.5}) {
      for (const double tau_r : {0.011, 0.2}) {
        const double h = 1e-6;
        const double a = share(integrator, 0.01, tau_m);
        const double b = share(integrator, 0.01, tau_r);
        const double da =
            (share(integrator, 0.01, tau_m * (1 + h)) - share(integrator, 0.01, tau_m * (1 - h))) / (2 * h * tau_m);
        EXPECT_NEAR(membrane_slope(integrator, 0.01, tau_m), -da / a, 1e-7 / tau_m);
        const double dlead =
            a * (1 / share(integrator, 0.01, tau_r * (1 + h)) - 1 / share(integrator, 0.01, tau_r * (1 - h))) /
            (2 * h * tau_r);
        EXPECT_NEAR(prospective_slope(integrator, 0.01, tau_m, tau_r), dlead, 1e-7 * a / (b * tau_r));
      }
    }
  }
}

TEST(Rule, GradientsAreThoseOfTheEquations) {
  EXPECT_EQ(weight_gradient({2, 3, 9}), -6);
  EXPECT_EQ(bias_gradient({3, 0, 0, 0, 0}), -3);
  EXPECT_EQ(tau_m_gradient({3, 5, 2, 10, 7}), 60);
  EXPECT_EQ(tau_r_gradient({3, 5, 2, 10, 7}), -70);
  EXPECT_EQ(trace_weight_gradient({2, 3}), -6);
  EXPECT_EQ(trace_tau_m_gradient({2, 3}), 6);
  EXPECT_EQ(trace_bias_gradient({1, 3}), -3);
}

}  // namespace
}  // namespace vle
