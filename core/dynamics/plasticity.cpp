#include "plasticity.hpp"

#include <span>
#include <vle/dynamics/rule.hpp>

namespace vle {
namespace {

constexpr std::size_t kLanes = 8;

/// Sum over the trials of a synapse's rule. Lanes side by side, added in a fixed order, let the compiler use vectors.
template <auto rule>
requires LocalRule<rule, SynapseSignals>
double sum_synapse(const double* post, const double* pre, double weight, std::size_t batch) {
  double sum = 0;
  std::size_t trial = 0;
  if (batch >= kLanes) {
    double lanes[kLanes] = {};
    for (; trial + kLanes <= batch; trial += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        lanes[lane] += rule(SynapseSignals{pre[trial + lane], post[trial + lane], weight});
      }
    }
    for (const double lane : lanes) sum += lane;
  }
  for (; trial < batch; ++trial) sum += rule(SynapseSignals{pre[trial], post[trial], weight});
  return sum;
}

template <auto rule>
void add_synapse_gradients(const Synapses& synapses, const State& state, std::span<const double> pre,
                           std::span<const double> post, std::span<const double> weights, std::span<double> gradients) {
  const std::size_t batch = state.batch;
  const double scale = 1 / static_cast<double>(batch);
  for (std::int64_t i = 0; i < synapses.post_size; ++i) {
    const double* error = post.data() + static_cast<std::size_t>(i) * batch;
    if (batch == 1) {
      synapses.for_each_of(i, [&](std::int64_t, std::int64_t j, std::size_t k) {
        gradients[k] += rule(SynapseSignals{pre[static_cast<std::size_t>(j)], *error, weights[k]});
      });
      continue;
    }
    synapses.for_each_of(i, [&](std::int64_t, std::int64_t j, std::size_t k) {
      const double* rate = pre.data() + static_cast<std::size_t>(j) * batch;
      gradients[k] += scale * sum_synapse<rule>(error, rate, weights[k], batch);
    });
  }
}

/// The signals that neuron i may read, without those of the single trial.
NeuronSignals own_constants(const Dynamics& dynamics, const PopulationParameters& parameters, std::size_t i) {
  NeuronSignals neuron;
  const double dt = dynamics.integration_dt();
  neuron.membrane_slope = membrane_slope(dynamics.integrator(), dt, parameters.tau_m[i]);
  neuron.prospective_slope = prospective_slope(dynamics.integrator(), dt, parameters.tau_m[i], parameters.tau_r[i]);
  return neuron;
}

template <auto rule>
requires LocalRule<rule, NeuronSignals>
void add_neuron_gradients(const Dynamics& dynamics, const PopulationParameters& parameters,
                          const PopulationState& state, std::size_t batch, std::span<double> gradients) {
  const double scale = 1 / static_cast<double>(batch);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    NeuronSignals neuron = own_constants(dynamics, parameters, i);
    double sum = 0;
    for (std::size_t k = i * batch; k < (i + 1) * batch; ++k) {
      neuron.e = state.e[k];
      neuron.epsilon = state.epsilon[k];
      neuron.drive = state.drive[k];
      sum += rule(neuron);
    }
    gradients[i] += scale * sum;
  }
}

std::span<const double> rates_before(const Network& network, const Projection& projection, const State& state) {
  const auto from = static_cast<std::size_t>(projection.from.index);
  if (!projection.from.is_input) return state.populations[from].r;
  const auto first = static_cast<std::size_t>(network.inputs[from].first_channel);
  return std::span<const double>(state.inputs).subspan(first * state.batch);
}

}  // namespace

void add_local_gradients(const Dynamics& dynamics, const Parameters& parameters, const State& state,
                         Gradients& gradients) {
  const Network& network = dynamics.network();
  for (std::size_t q = 0; q < network.projections.size(); ++q) {
    std::vector<double>& weights = gradients.projections[q].weights;
    if (weights.empty()) continue;
    const Projection& projection = network.projections[q];
    const std::vector<double>& e = state.populations[static_cast<std::size_t>(projection.to)].e;
    add_synapse_gradients<weight_gradient>(projection.synapses, state, rates_before(network, projection, state), e,
                                           parameters.projections[q].weights, weights);
  }
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    const PopulationState& population = state.populations[p];
    const PopulationParameters& own = parameters.populations[p];
    PopulationGradients& sums = gradients.populations[p];
    add_neuron_gradients<bias_gradient>(dynamics, own, population, state.batch, sums.bias);
    add_neuron_gradients<tau_m_gradient>(dynamics, own, population, state.batch, sums.tau_m);
    add_neuron_gradients<tau_r_gradient>(dynamics, own, population, state.batch, sums.tau_r);
  }
}

}  // namespace vle
