#pragma once

#include <cstdint>
#include <string>
#include <vector>
#include <vle/network/network.hpp>
#include <vle/result/result.hpp>

namespace vle::training {

/// Layers of tanh neurons, one after the other, and linear instantaneous outputs.
struct LayersDescription {
  std::string name;
  double dt = 0;
  std::uint64_t seed = 0;
  std::int64_t inputs = 1;
  std::vector<std::int64_t> hidden;  ///< neurons of each layer
  std::int64_t outputs = 1;
  double tau_r = 0.1;       ///< seconds
  double tau_m_low = 0.1;   ///< tau_m is log-uniform
  double tau_m_high = 1.0;  ///< seconds
};

/// Inputs `x`, layers `h1`, `h2`, ... and outputs `y`, weights fan-in normal with gain 1. Every third hidden neuron is
/// instantaneous: tau_r = tau_m.
NetworkDescription describe_layers(const LayersDescription& layers);

/// build_network(), with the mistakes as one error.
[[nodiscard]] Result<Network> build(const NetworkDescription& description);

/// One value for all.
ParameterDescription all(double value);

}  // namespace vle::training
