#include "networks.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace vle {

ParameterDescription all(double value) {
  return {{value}, std::nullopt};
}

ParameterDescription fan_in(double gain) {
  return {{}, Distribution{Distribution::Kind::kFanInNormal, gain, 0, std::nullopt}};
}

void add_input(NetworkDescription& description, const std::string& name, std::int64_t size) {
  description.inputs.push_back({name, size, -1, 1});
}

PopulationDescription& add_population(NetworkDescription& description, const std::string& name, std::int64_t size,
                                      Activation activation, double tau_m) {
  PopulationDescription population;
  population.name = name;
  population.size = size;
  population.activation = activation;
  population.tau_m = all(tau_m);
  description.populations.push_back(population);
  return description.populations.back();
}

ProjectionDescription& add_projection(NetworkDescription& description, const std::string& from, const std::string& to,
                                      const ParameterDescription& weights) {
  ProjectionDescription projection;
  projection.from = from;
  projection.to = to;
  projection.weights = weights;
  description.projections.push_back(projection);
  return description.projections.back();
}

NetworkDescription mixed_network() {
  NetworkDescription description;
  description.dt = 0.01;
  description.seed = 3;
  add_input(description, "x", 2);
  PopulationDescription& a = add_population(description, "a", 4, Activation::kTanh, 0.1);
  a.tau_r = all(0.05);
  a.bias = all(0.1);
  a.gamma = 0.3;
  PopulationDescription& b = add_population(description, "b", 3, Activation::kSigmoid, 0.2);
  b.tau_r = all(0.1);
  b.gamma = 0.3;
  b.gain = GainRule::kFixed;
  b.g0 = all(0.4);
  b.g1 = all(0.5);
  add_population(description, "c", 2, Activation::kLinear, 0.1);
  add_projection(description, "x", "a", fan_in(1));
  add_projection(description, "a", "b", fan_in(1));
  add_projection(description, "b", "b", fan_in(0.5));
  add_projection(description, "b", "c", fan_in(1)).backward = BackwardRule::kMirror;
  add_projection(description, "x", "c", fan_in(1));
  description.outputs = {{"c", Loss::kMeanSquaredError, 0.2}};
  return description;
}

std::shared_ptr<const Network> built(const NetworkDescription& description) {
  auto network = build_network(description);
  if (network) return std::make_shared<const Network>(std::move(*network));
  for (const Diagnostic& diagnostic : network.error()) ADD_FAILURE() << diagnostic.path << ": " << diagnostic.message;
  return std::make_shared<const Network>();
}

std::vector<double> sines(std::size_t trials, std::size_t steps, std::size_t channels) {
  std::vector<double> values;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    for (std::size_t step = 0; step < steps; ++step) {
      for (std::size_t channel = 0; channel < channels; ++channel) {
        const auto phase = static_cast<double>(trial + 2 * channel);
        values.push_back(std::sin(0.05 * static_cast<double>(step) * (1 + 0.3 * phase) + phase));
      }
    }
  }
  return values;
}

}  // namespace vle
