#include <vle/dynamics/energy.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "allocation_count.hpp"
#include "networks.hpp"

namespace vle {
namespace {

TEST(Energy, UndisturbedMembranesMissTheirInputByGammaTimesTheError) {
  for (const Integrator integrator : {Integrator::kEuler, Integrator::kExponential}) {
    NetworkDescription description = mixed_network();
    description.integrator = integrator;
    Runner runner(built(description), 2);
    const std::vector<double> signals = sines(2, 60, 2);
    ProspectiveEnergy energy;
    for (std::size_t step = 0; step < 60; ++step) {
      const SignalView targets{&signals[step * 2], 120};
      runner.dynamics.step(runner.parameters, runner.state, targets, targets);
      measure_energy(runner.dynamics, runner.parameters, runner.state, targets, energy);
      for (std::size_t trial = 0; trial < 2; ++trial) {
        for (std::size_t p = 0; p < 3; ++p) {
          double expected = 0;
          const double gamma = runner.dynamics.network().populations[p].gamma;
          const std::vector<double>& e = runner.state.populations[p].e;
          for (std::size_t k = trial; k < e.size(); k += 2) expected += 0.5 * std::pow(gamma * e[k], 2);
          EXPECT_NEAR(energy.mismatch[p * 2 + trial], expected, 1e-14);
        }
        double cost = 0;
        const std::vector<double>& r = runner.state.populations[2].r;
        for (std::size_t i = 0; i < 2; ++i) {
          cost += 0.5 * 0.2 * std::pow(targets.first[trial * 120 + i] - r[i * 2 + trial], 2);
        }
        EXPECT_NEAR(energy.cost[trial], cost, 1e-15);
        EXPECT_NEAR(energy.total(trial),
                    energy.mismatch[trial] + energy.mismatch[2 + trial] + energy.mismatch[4 + trial] + cost, 1e-15);
      }
    }
    EXPECT_GT(energy.mismatch[0], 0);
  }
}

TEST(Energy, ADisturbedMembraneShows) {
  Runner runner(built(mixed_network()));
  runner.dynamics.step(runner.parameters, runner.state, {}, {});
  runner.state.populations[1].u[1] += 0.25;
  ProspectiveEnergy energy;
  measure_energy(runner.dynamics, runner.parameters, runner.state, {}, energy);
  EXPECT_NEAR(energy.mismatch[0], 0, 1e-15);
  EXPECT_NEAR(energy.mismatch[1], 0.5 * 0.25 * 0.25, 1e-15);
  EXPECT_EQ(energy.cost[0], 0);
}

TEST(Energy, AllocatesNothingAfterItsFirstUse) {
  Runner runner(built(mixed_network()));
  ProspectiveEnergy energy;
  measure_energy(runner.dynamics, runner.parameters, runner.state, {}, energy);
  const long before = allocation_count();
  measure_energy(runner.dynamics, runner.parameters, runner.state, {}, energy);
  EXPECT_EQ(allocation_count(), before);
}

}  // namespace
}  // namespace vle
