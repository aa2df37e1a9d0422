#pragma once

#include <string>
#include <vle/network/network.hpp>

namespace vle {

/// A layer of a network, with tau_m = 0.1 and tau_r = 0.05.
inline PopulationDescription layer(const std::string& name, std::int64_t size) {
  PopulationDescription population;
  population.name = name;
  population.size = size;
  population.tau_m.values = {0.1};
  population.tau_r.values = {0.05};
  return population;
}

/// All of a layer to all of the next, by random weights.
inline ProjectionDescription connect(const std::string& from, const std::string& to, BackwardRule backward) {
  ProjectionDescription projection;
  projection.from = from;
  projection.to = to;
  projection.backward = backward;
  projection.weights.distribution = Distribution{Distribution::Kind::kFanInNormal, 1, 0, std::nullopt};
  return projection;
}

}  // namespace vle
