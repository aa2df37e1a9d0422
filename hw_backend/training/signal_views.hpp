#pragma once

#include <vle/dynamics/adjoint.hpp>

namespace vle::training {

/// The signals of one step of all trials.
inline SignalView input_view(const Network& network, const AdjointSignals& signals, std::size_t step) {
  const auto channels = static_cast<std::size_t>(network.input_channels());
  return {signals.inputs.data() + step * channels, signals.steps * channels};
}

inline SignalView target_view(const Network& network, const AdjointSignals& signals, std::size_t step) {
  if (signals.targets.empty()) return {};
  const auto channels = static_cast<std::size_t>(network.target_channels());
  return {signals.targets.data() + step * channels, signals.steps * channels};
}

}  // namespace vle::training
