#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "networks.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using emulator::Effects;

constexpr double kBoltzmann = 1.380649e-23;

/// u of two silent linear neurons without a synapse that conducts.
Network silent_network() {
  NetworkDescription description;
  description.name = "silent";
  description.dt = 0.01;
  description.inputs = {{"x", 1, -1, 1}};
  description.populations.resize(1);
  description.populations[0].name = "n";
  description.populations[0].size = 6;
  description.populations[0].activation = Activation::kTanh;
  description.populations[0].tau_m.values = {0.05};
  description.projections.resize(1);
  description.projections[0].from = "x";
  description.projections[0].to = "n";
  description.projections[0].weights.values = {0};
  return build_network(description).value();
}

/// A target with nothing but thermal noise, loud enough to be read.
Target noisy_target() {
  Target target = fine_target();
  target.noise = {1e-12, 300, 1e6, 0};
  target.hash = hash_of(target);
  return target;
}

Traces run_noise(std::int64_t batch) {
  const Network network = silent_network();
  Stimulus stimulus{batch, 500, 1, 0, std::vector<double>(static_cast<std::size_t>(batch * 500), 0.0), {}};
  RunOptions options;
  options.recordings = {{"n", Signal::kU}, {"n", Signal::kV}};
  options.settle_steps = 50;
  const Effects noise = Effects::named("noise");
  return run_on_chip(compile_for(network, noisy_target(), stimulus), 3, noise, stimulus, options);
}

// Stationary variance noise_factor k T / C of both compartments, and the autocorrelation exp(-t / tau) of an
// Ornstein-Uhlenbeck process. Samples of one neuron are correlated over tau = 5 steps, so about every tenth counts.
TEST(ThermalNoise, HasTheStatedVarianceAndCorrelation) {
  const Traces traces = run_noise(20);
  const Target target = noisy_target();
  const double variance = target.noise.noise_factor * kBoltzmann * target.noise.temperature_kelvin /
                          target.noise.capacitance_farads / (target.full_scale.value * target.full_scale.value);
  for (const SignalTrace& trace : traces.signals) {
    const double scale = trace.signal == Signal::kU ? 0.25 : 1.0;  // full scales per model unit
    double square = 0;
    double lagged = 0;
    double count = 0;
    const auto neurons = static_cast<std::size_t>(trace.neurons);
    for (std::size_t i = 0; i + 5 * neurons < trace.size(); ++i) {
      if (i / neurons % 500 >= 495) continue;  // the next trial
      const double x = trace.value(i) * scale;
      square += x * x;
      lagged += x * trace.value(i + 5 * neurons) * scale;
      ++count;
    }
    const double independent = count / 10;
    EXPECT_NEAR(square / count / variance, 1, 5 * std::sqrt(2 / independent)) << name_of(trace.signal);
    EXPECT_NEAR(lagged / count / variance, std::exp(-1), 5 * std::sqrt(2 / independent)) << name_of(trace.signal);
  }
}

TEST(ThermalNoise, IsIndependentBetweenNeuronsCompartmentsAndTrials) {
  const Traces traces = run_noise(20);
  const SignalTrace& u = traces.signals[0];
  const SignalTrace& v = traces.signals[1];
  const auto neurons = static_cast<std::size_t>(u.neurons);
  const std::size_t trial = static_cast<std::size_t>(u.samples) * neurons;
  double own = 0, neighbour = 0, compartment = 0, other_trial = 0, own_v = 0;
  for (std::size_t i = 0; i + trial < u.size(); ++i) {
    own += u.value(i) * u.value(i);
    own_v += v.value(i) * v.value(i);
    if (i % neurons + 1 < neurons) neighbour += u.value(i) * u.value(i + 1);
    compartment += u.value(i) * v.value(i);
    other_trial += u.value(i) * u.value(i + trial);
  }
  const double bound = 5 / std::sqrt(static_cast<double>(u.size() - trial) / 10);
  EXPECT_NEAR(neighbour / own, 0, bound);
  EXPECT_NEAR(compartment / std::sqrt(own * own_v), 0, bound);
  EXPECT_NEAR(other_trial / own, 0, bound);
}

}  // namespace
}  // namespace vle
