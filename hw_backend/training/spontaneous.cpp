#include <vle/training/spontaneous.hpp>

#include <algorithm>
#include <cmath>

#include "draws.hpp"

namespace vle::training {
namespace {

double activity(std::uint64_t seed, std::int64_t population, std::int64_t size, std::size_t step, std::int64_t neuron) {
  const Draws draws(seed, DrawPurpose::kSpontaneous, static_cast<std::uint32_t>(population));
  return draws.normal(step * static_cast<std::size_t>(size) + static_cast<std::size_t>(neuron));
}

void align(const Projection& projection, std::uint64_t seed, ProjectionParameters& parameters) {
  const Synapses& synapses = projection.synapses;
  const double share = -std::expm1(-kSpontaneousDecay / static_cast<double>(kSpontaneousSteps));
  std::vector<double> pre(static_cast<std::size_t>(synapses.pre_size));
  for (std::size_t step = 0; step < kSpontaneousSteps; ++step) {
    for (std::size_t j = 0; j < pre.size(); ++j) {
      pre[j] = activity(seed, projection.from.index, synapses.pre_size, step, static_cast<std::int64_t>(j));
    }
    for (std::int64_t i = 0; i < synapses.post_size; ++i) {
      const double variance = share * (2 - share) / static_cast<double>(std::max<std::int64_t>(synapses.fan_in(i), 1));
      const double post = std::sqrt(variance) * activity(seed, projection.to, synapses.post_size, step, i);
      synapses.for_each_of(i, [&](std::int64_t, std::int64_t j, std::size_t k) {
        const double product = post * pre[static_cast<std::size_t>(j)];
        parameters.weights[k] += product - share * parameters.weights[k];
        if (projection.backward != BackwardRule::kMirror) return;
        parameters.backward[k] += product - share * parameters.backward[k];
      });
    }
  }
}

}  // namespace

void align_by_spontaneous_activity(const Network& network, std::uint64_t seed, Parameters& parameters) {
  for (std::size_t q = 0; q < network.projections.size(); ++q) {
    const Projection& projection = network.projections[q];
    if (projection.from.is_input || !projection.plastic) continue;
    align(projection, seed, parameters.projections[q]);
  }
}

}  // namespace vle::training
