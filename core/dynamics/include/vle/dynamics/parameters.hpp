#pragma once

#include <vector>
#include <vle/network/network.hpp>

namespace vle {

/// What learning changes of a population, one element a neuron, and the step coefficients that follow from it.
struct PopulationParameters {
  std::vector<double> tau_m;  ///< seconds
  std::vector<double> tau_r;  ///< seconds
  std::vector<double> tau_v;  ///< seconds; empty: tau_r
  std::vector<double> bias;
  std::vector<double> g0;
  std::vector<double> g1;

  // Follow from the time constants (SCIENCE.md 5): Dynamics::update_coefficients().
  std::vector<double> a;       ///< share of the membrane that a step replaces
  std::vector<double> b;       ///< the same of the error's low pass
  std::vector<double> lead_u;  ///< lookahead = u + lead_u drive
  std::vector<double> lead_v;  ///< P epsilon = v + lead_v (epsilon - v)
};

/// What learning changes of a projection; ordered as Synapses::values.
struct ProjectionParameters {
  std::vector<double> weights;   ///< W
  std::vector<double> backward;  ///< B; empty: W^T, or none (Projection::backward)
};

/// The parameters of a network while it runs and learns. A copy of them and of the State is a checkpoint.
struct Parameters {
  std::vector<PopulationParameters> populations;
  std::vector<ProjectionParameters> projections;
};

}  // namespace vle
