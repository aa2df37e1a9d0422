#include "descriptions.hpp"

#include <gtest/gtest.h>

namespace vle {

ParameterDescription all(double value) {
  return {{value}, std::nullopt};
}

ParameterDescription list(std::initializer_list<double> values) {
  return {values, std::nullopt};
}

ParameterDescription drawn(Distribution::Kind kind, double first, double second) {
  return {{}, Distribution{kind, first, second, std::nullopt}};
}

NetworkDescription layered() {
  NetworkDescription description;
  description.name = "layered";
  description.dt = 1e-3;
  description.inputs = {{"x", 2, -1, 1}};
  description.populations.resize(2);
  description.populations[0].name = "hidden";
  description.populations[0].size = 3;
  description.populations[0].tau_m = all(0.1);
  description.populations[1].name = "out";
  description.populations[1].size = 2;
  description.populations[1].activation = Activation::kLinear;
  description.populations[1].tau_m = all(0.1);
  description.projections.resize(2);
  description.projections[0].from = "x";
  description.projections[0].to = "hidden";
  description.projections[0].weights = drawn(Distribution::Kind::kFanInNormal, 1);
  description.projections[1].from = "hidden";
  description.projections[1].to = "out";
  description.projections[1].weights = drawn(Distribution::Kind::kFanInNormal, 1);
  description.outputs = {{"out", Loss::kMeanSquaredError, 1}};
  return description;
}

NetworkDescription recurrent(std::int64_t size, std::initializer_list<double> weights, double rho) {
  NetworkDescription description;
  description.dt = 1e-3;
  description.integrator = Integrator::kEuler;
  description.populations.resize(1);
  description.populations[0].name = "pool";
  description.populations[0].size = size;
  description.populations[0].activation = Activation::kLinear;
  description.populations[0].tau_m = all(0.1);
  description.populations[0].tau_r = all(0.1 * rho);
  description.projections.resize(1);
  description.projections[0].from = "pool";
  description.projections[0].to = "pool";
  description.projections[0].weights = list(weights);
  return description;
}

Network built(const NetworkDescription& description) {
  auto network = build_network(description);
  if (!network) {
    ADD_FAILURE() << mistakes_of(description);
    return {};
  }
  return std::move(*network);
}

std::string mistakes_of(const NetworkDescription& description) {
  const auto network = build_network(description);
  std::string lines;
  if (network) return lines;
  for (const Diagnostic& diagnostic : network.error()) lines += diagnostic.path + ": " + diagnostic.message + "\n";
  return lines;
}

}  // namespace vle
