#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vle/dynamics/adjoint.hpp>

#include "networks.hpp"

namespace vle {
namespace {

using Complex = std::complex<double>;

struct Neuron {
  double tau_m;
  double tau_r;
  double cycles_per_tau;  // frequency in units of 1/tau_m
};

// One linear output neuron without input: its rate stays 0, so its target is its target error.
std::shared_ptr<const Network> lone_neuron(const Neuron& neuron, double dt, Integrator integrator) {
  NetworkDescription description;
  description.dt = dt;
  description.integrator = integrator;
  add_population(description, "a", 1, Activation::kLinear, neuron.tau_m).tau_r = all(neuron.tau_r);
  description.outputs = {{"a", Loss::kMeanSquaredError, 1}};
  return built(description);
}

// Amplitudes of e and epsilon at the frequency of a target, over whole periods in the middle of a run. The adjoint
// runs backwards, so its transient lies at the end.
struct Response {
  Complex e;
  Complex epsilon;
};

Response respond(const Dynamics& dynamics, std::size_t period, double tau_m) {
  const double dt = dynamics.integration_dt();
  const auto transient = static_cast<std::size_t>(40 * tau_m / dt);
  const std::size_t steps = period + transient;
  std::vector<double> target(steps);
  const double w = 2 * std::numbers::pi / static_cast<double>(period);  // per step
  for (std::size_t n = 0; n < steps; ++n) target[n] = std::sin(w * static_cast<double>(n));
  Response response;
  AdjointOptions options;
  options.on_step = [&](const AdjointErrors& errors) {
    if (errors.step >= period) return;
    const Complex wave = std::polar(1.0, -w * static_cast<double>(errors.step));
    response.e += errors.e[0][0] * wave;
    response.epsilon += errors.epsilon[0][0] * wave;
  };
  const auto result = adjoint_gradients(dynamics, dynamics.initial_parameters(), {1, steps, {}, target}, options);
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
  return response;
}

class AdjointOfANeuron : public testing::TestWithParam<Neuron> {};
INSTANTIATE_TEST_SUITE_P(Frequencies, AdjointOfANeuron,
                         testing::Values(Neuron{0.5, 0.1, 0.05}, Neuron{0.5, 0.1, 0.5}, Neuron{0.1, 0.3, 0.2},
                                         Neuron{0.2, 0.2, 0.3}, Neuron{1, 0.1, 2}));

// H(w) = (1 - i w tau_r)/(1 - i w tau_m), to 3e-3 in gain and phase at dt = min(tau)/500: the step's own share of error
// is dt/(2 tau) at most.
TEST_P(AdjointOfANeuron, HasTheTransferFunctionOfTheContinuousAdjoint) {
  const Neuron neuron = GetParam();
  const double dt = std::min(neuron.tau_m, neuron.tau_r) / 500;
  for (const Integrator integrator : {Integrator::kEuler, Integrator::kExponential}) {
    const Dynamics dynamics(lone_neuron(neuron, dt, integrator));
    const auto period = static_cast<std::size_t>(std::lround(neuron.tau_m / neuron.cycles_per_tau / dt));
    const double w = 2 * std::numbers::pi / (static_cast<double>(period) * dt);
    const Complex exact = Complex(1, -w * neuron.tau_r) / Complex(1, -w * neuron.tau_m);
    const Response response = respond(dynamics, period, neuron.tau_m);
    const Complex measured = response.e / response.epsilon;
    EXPECT_NEAR(std::abs(measured) / std::abs(exact), 1, 3e-3);
    EXPECT_NEAR(std::arg(measured / exact), 0, 3e-3);
  }
}

// In steps the adjoint of a neuron's forward filter F is its conjugate, at any dt: F(z) = lead + (1 - lead) u(z), with
// u(z) = a / (z - (1 - a)) the membrane before the step.
TEST_P(AdjointOfANeuron, IsTheConjugateOfTheForwardFilterInEitherIntegrator) {
  const Neuron neuron = GetParam();
  const double dt = std::min(neuron.tau_m, neuron.tau_r) / 6;
  for (const Integrator integrator : {Integrator::kEuler, Integrator::kExponential}) {
    const Dynamics dynamics(lone_neuron(neuron, dt, integrator));
    const auto period = static_cast<std::size_t>(std::lround(neuron.tau_m / neuron.cycles_per_tau / dt));
    const double a = dynamics.step_share(neuron.tau_m);
    const double lead = a / dynamics.step_share(neuron.tau_r);
    const Complex z = std::polar(1.0, 2 * std::numbers::pi / static_cast<double>(period));
    const Complex forward = lead + (1 - lead) * a / (z - (1 - a));
    const Response response = respond(dynamics, period, neuron.tau_m);
    EXPECT_NEAR(std::abs(response.e / response.epsilon - std::conj(forward)), 0, 1e-10);
  }
}

TEST(AdjointErrors, EqualConstantsPassTheErrorAsItIs) {
  const Dynamics dynamics(lone_neuron({0.2, 0.2, 1}, 0.01, Integrator::kExponential));
  AdjointOptions options;
  std::size_t steps_seen = 0;
  options.on_step = [&](const AdjointErrors& errors) {
    EXPECT_NEAR(errors.e[0][0], errors.epsilon[0][0], 1e-14);
    ++steps_seen;
  };
  const std::vector<double> target = sines(1, 50, 1);
  ASSERT_TRUE(adjoint_gradients(dynamics, dynamics.initial_parameters(), {1, 50, {}, target}, options).has_value());
  EXPECT_EQ(steps_seen, 50U);
}

}  // namespace
}  // namespace vle
