#include <vle/dynamics/optimiser.hpp>

#include <algorithm>
#include <cmath>

namespace vle {

using Kind = OptimiserDescription::Kind;

Moments initial_moments(const OptimiserDescription& optimiser, std::size_t count) {
  Moments moments;
  if (optimiser.kind != Kind::kPlain) moments.first.assign(count, 0.0);
  if (optimiser.kind == Kind::kAdam) moments.second.assign(count, 0.0);
  return moments;
}

UpdateStep make_update_step(const OptimiserDescription& optimiser, double eta, double seconds, std::int64_t update) {
  UpdateStep step{optimiser, eta * seconds};
  if (optimiser.kind != Kind::kAdam) return step;
  const auto count = static_cast<double>(update);
  step.rate = eta;
  step.first_correction = 1 / (1 - std::pow(optimiser.beta1, count));
  step.second_correction = 1 / (1 - std::pow(optimiser.beta2, count));
  return step;
}

void turn_into_steps(const UpdateStep& update, std::span<double> gradients, Moments& moments) {
  const OptimiserDescription& optimiser = update.optimiser;
  switch (optimiser.kind) {
    case Kind::kPlain:
      for (double& gradient : gradients) gradient *= -update.rate;
      return;
    case Kind::kMomentum:
      for (std::size_t k = 0; k < gradients.size(); ++k) {
        double& first = moments.first[k];
        first += (1 - optimiser.momentum) * (gradients[k] - first);
        gradients[k] = -update.rate * first;
      }
      return;
    case Kind::kAdam:
      for (std::size_t k = 0; k < gradients.size(); ++k) {
        double& first = moments.first[k];
        double& second = moments.second[k];
        first += (1 - optimiser.beta1) * (gradients[k] - first);
        second += (1 - optimiser.beta2) * (gradients[k] * gradients[k] - second);
        const double spread = std::sqrt(second * update.second_correction) + optimiser.epsilon;
        gradients[k] = -update.rate * (first * update.first_correction) / spread;
      }
      return;
  }
}

void clip_parameters(const ClipDescription& clip, double scale, std::span<double> gradients) {
  if (scale != 1) {
    for (double& gradient : gradients) gradient *= scale;
  }
  if (!(clip.parameter > 0)) return;
  for (double& gradient : gradients) gradient = std::clamp(gradient, -clip.parameter, clip.parameter);
}

void clip_neurons(const ClipDescription& clip, const Synapses& synapses, std::span<double> gradients) {
  if (!(clip.neuron > 0)) return;
  for (std::int64_t i = 0; i < synapses.post_size; ++i) {
    double square = 0;
    synapses.for_each_of(i, [&](std::int64_t, std::int64_t, std::size_t k) { square += gradients[k] * gradients[k]; });
    const double norm = std::sqrt(square);
    if (!(norm > clip.neuron)) continue;
    const double factor = clip.neuron / norm;
    synapses.for_each_of(i, [&](std::int64_t, std::int64_t, std::size_t k) { gradients[k] *= factor; });
  }
}

}  // namespace vle
