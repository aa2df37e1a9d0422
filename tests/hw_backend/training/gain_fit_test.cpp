#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vle/training/gain_fit.hpp>
#include <vle/training/rules.hpp>

#include "small_networks.hpp"

namespace vle::training {
namespace {

Dynamics dynamics_with(const Network& network, std::string_view rule) {
  return Dynamics(std::make_shared<const Network>(*with_rule(network, *find_rule(rule), 0)));
}

TEST(FitGains, LeavesRulesWithoutLearnedGainsAlone) {
  const Dynamics dynamics = dynamics_with(small_network(0.5, 0.1), "gle");
  Parameters parameters = dynamics.initial_parameters();
  EXPECT_EQ(fit_gains(dynamics, SmallSignals(500).view(), 100, parameters), 0U);
  EXPECT_EQ(parameters.populations[0].g1, dynamics.initial_parameters().populations[0].g1);
}

TEST(FitGains, StandsAfterOnePassMoreThanThereAreLayers) {
  const SmallSignals signals(2000);
  Network network = small_network(0.5, 0.1);
  network.populations[0].gamma = 0;
  for (const char* rule : {"single", "pair"}) {
    const Dynamics dynamics = dynamics_with(network, rule);
    Parameters parameters = dynamics.initial_parameters();
    EXPECT_LE(fit_gains(dynamics, signals.view(), 500, parameters), 3U) << rule;
    Parameters again = parameters;
    fit_gains(dynamics, signals.view(), 500, again);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(again.populations[0].g0[i], parameters.populations[0].g0[i], 1e-9) << rule;
      EXPECT_NEAR(again.populations[0].g1[i], parameters.populations[0].g1[i], 1e-9) << rule;
    }
  }
}

// For slow errors both filters are near 1, and the gains add up to 1.
TEST(FitGains, AddUpToOneForSlowErrors) {
  const Dynamics dynamics = dynamics_with(small_network(0.2, 0.1), "pair");
  SmallSignals signals(4000);
  for (std::size_t step = 0; step < 4000; ++step) {
    signals.inputs[step] = 0.3 * std::sin(0.001 * static_cast<double>(step));
    signals.targets[step] = 1 + 0.3 * std::cos(0.0013 * static_cast<double>(step));
  }
  Parameters parameters = dynamics.initial_parameters();
  fit_gains(dynamics, signals.view(), 1000, parameters);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(parameters.populations[0].g0[i] + parameters.populations[0].g1[i], 1, 5e-3);
  }
}

}  // namespace
}  // namespace vle::training
