#pragma once

#include <cstdint>
#include <span>
#include <vector>
#include <vle/network/learning.hpp>
#include <vle/network/network.hpp>

namespace vle {

/// What the optimiser remembers beside each parameter of an array; empty where its kind needs none.
struct Moments {
  std::vector<double> first;   ///< running mean of the gradient
  std::vector<double> second;  ///< running mean of its square
};

/// Moments at 0 for `count` parameters.
Moments initial_moments(const OptimiserDescription& optimiser, std::size_t count);

/// The constants of one update, the same for all parameters of a kind.
struct UpdateStep {
  OptimiserDescription optimiser;
  double rate = 0;               ///< what multiplies the (normalised) gradient
  double first_correction = 1;   ///< kAdam: 1/(1 - beta1^n) at update n = 1, 2, ...
  double second_correction = 1;  ///< kAdam: 1/(1 - beta2^n)
};

/// `seconds` of model time since the last update: plain steps and momentum move by eta seconds, Adam by eta. `update`
/// counts from 1.
UpdateStep make_update_step(const OptimiserDescription& optimiser, double eta, double seconds, std::int64_t update);

/// Turns each gradient into the step that its parameter takes: -rate g, -rate m, or -rate m'/(sqrt(v') + epsilon).
/// Reads and writes the moments of that parameter alone.
void turn_into_steps(const UpdateStep& update, std::span<double> gradients, Moments& moments);

/// Scales gradients by `scale` (1 over the number of steps summed) and bounds each to +-clip.parameter.
void clip_parameters(const ClipDescription& clip, double scale, std::span<double> gradients);

/// Where the norm of the gradients over the synapses onto one neuron exceeds clip.neuron, scales them down to it: local
/// to the neuron that receives.
void clip_neurons(const ClipDescription& clip, const Synapses& synapses, std::span<double> gradients);

}  // namespace vle
