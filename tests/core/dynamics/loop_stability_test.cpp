#include <gtest/gtest.h>

#include <cmath>

#include "networks.hpp"

namespace vle {
namespace {

// A recurrent linear pool that is nudged once and left alone; tau_m/tau_r is `lead`.
NetworkDescription pool(double gain, double lead, Integrator integrator) {
  NetworkDescription description;
  description.dt = 0.01;
  description.integrator = integrator;
  add_population(description, "pool", 8, Activation::kLinear, 0.1 * lead).tau_r = all(0.1);
  add_projection(description, "pool", "pool", fan_in(gain));
  description.outputs = {{"pool", Loss::kMeanSquaredError, 1e-3}};
  return description;
}

double radius_of_unit_gain(double lead, Integrator integrator) {
  NetworkDescription description = pool(1, lead, integrator);
  description.lead_bandwidth = 1;  // only to have it built
  return built(description)->loop_radii.backward;
}

// Largest |e| in the last tenth of 3,000 steps, after a kick in the first.
double late_error(const std::shared_ptr<const Network>& network) {
  Runner runner(network);
  double largest = 0;
  for (int step = 0; step < 3000; ++step) {
    std::vector<double> target(8, step == 0 ? 1.0 : 0.0);
    runner.dynamics.step(runner.parameters, runner.state, {}, {target.data(), 8});
    if (step < 2700) continue;
    for (const double e : runner.state.populations[0].e) largest = std::max(largest, std::abs(e));
  }
  return largest;
}

TEST(LoopStability, ErrorsOfANetworkJustBelowTheLimitDieAway) {
  for (const Integrator integrator : {Integrator::kEuler, Integrator::kExponential}) {
    for (const double lead : {1.0, 4.0, 10.0}) {
      const auto network = built(pool(0.98 / radius_of_unit_gain(lead, integrator), lead, integrator));
      EXPECT_NEAR(network->loop_radii.backward, 0.98, 1e-6);
      EXPECT_LT(late_error(network), 1e-3) << "lead " << lead;
    }
  }
}

// The self-weight of 0.5 with tau_m/tau_r = 10 that SCIENCE names: refused, and rightly so.
TEST(LoopStability, TheExplodingExampleIsRefusedAndExplodes) {
  NetworkDescription description;
  description.dt = 0.01;
  description.integrator = Integrator::kEuler;
  add_population(description, "a", 1, Activation::kLinear, 1).tau_r = all(0.1);
  add_projection(description, "a", "a", all(0.5));
  description.outputs = {{"a", Loss::kMeanSquaredError, 1}};
  EXPECT_FALSE(build_network(description).has_value());

  description.lead_bandwidth = 1;
  Network unguarded = *built(description);
  unguarded.lead_bandwidth = 0;
  EXPECT_NEAR(unguarded.loop_radii.backward, 5, 1e-9);
  Runner runner(std::make_shared<const Network>(unguarded));
  for (int step = 0; step < 10; ++step) {
    // The first step has no slope yet; the kick comes with the second.
    const double target = step == 1 ? 1e-3 : runner.state.populations[0].r[0];
    runner.dynamics.step(runner.parameters, runner.state, {}, {&target, 1});
  }
  EXPECT_GT(std::abs(runner.state.populations[0].e[0]), 1e3);
}

}  // namespace
}  // namespace vle
