#include "small_networks.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace vle::training {
namespace {

PopulationDescription population(const char* name, std::int64_t size, Activation activation, double tau_m,
                                 double tau_r) {
  PopulationDescription result;
  result.name = name;
  result.size = size;
  result.activation = activation;
  result.tau_m.values = {tau_m};
  result.tau_r.values = {tau_r};
  return result;
}

ProjectionDescription projection(const char* from, const char* to, std::vector<double> weights) {
  ProjectionDescription result;
  result.from = from;
  result.to = to;
  result.weights.values = std::move(weights);
  return result;
}

Network built(const NetworkDescription& description) {
  auto network = build_network(description);
  if (network) return std::move(*network);
  for (const Diagnostic& diagnostic : network.error()) ADD_FAILURE() << diagnostic.message;
  return {};
}

}  // namespace

Network small_network(double tau_m, double tau_r) {
  NetworkDescription description;
  description.name = "small";
  description.dt = 0.01;
  description.inputs.push_back({"x", 1, -1, 1});
  description.populations = {population("a", 3, Activation::kTanh, tau_m, tau_r),
                             population("y", 1, Activation::kLinear, 0.1, 0.1)};
  description.populations[0].gamma = 0.2;
  description.projections = {projection("x", "a", {0.9, -0.6, 0.4}), projection("a", "y", {0.5, 0.8, -0.7})};
  description.outputs = {{"y", Loss::kMeanSquaredError, 1}};
  return built(description);
}

Network recurrent_network() {
  NetworkDescription description;
  description.name = "loop";
  description.dt = 0.01;
  description.inputs.push_back({"x", 1, -1, 1});
  description.populations = {population("a", 2, Activation::kTanh, 1, 0.1)};
  description.populations[0].gain = GainRule::kInstantaneous;
  description.projections = {projection("x", "a", {1, 1}), projection("a", "a", {0, 0.5, -0.5, 0})};
  description.outputs = {{"a", Loss::kMeanSquaredError, 1}};
  return built(description);
}

SmallSignals::SmallSignals(std::size_t steps) {
  for (std::size_t step = 0; step < steps; ++step) {
    const double t = 0.01 * static_cast<double>(step);
    inputs.push_back(std::sin(1.3 * t) + 0.5 * std::sin(3.1 * t + 1));
    targets.push_back(0.6 * std::sin(1.3 * t + 0.4) + 0.3 * std::cos(3.1 * t));
  }
}

AdjointSignals SmallSignals::view() const {
  AdjointSignals signals;
  signals.steps = inputs.size();
  signals.inputs = inputs;
  signals.targets = targets;
  return signals;
}

}  // namespace vle::training
