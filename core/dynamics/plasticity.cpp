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

/// One trial, dense: plain loops over rows.
template <auto rule>
void add_dense_single(const Synapses& synapses, const double* pre, const double* post, const double* weights,
                      double* gradients) {
  const auto columns = static_cast<std::size_t>(synapses.pre_size);
  for (std::size_t i = 0; i < static_cast<std::size_t>(synapses.post_size); ++i) {
    const double error = post[i];
    for (std::size_t j = 0; j < columns; ++j) gradients[j] += rule(SynapseSignals{pre[j], error, weights[j]});
    gradients += columns;
    weights += columns;
  }
}

template <auto rule>
void add_synapse_gradients(const Synapses& synapses, const State& state, std::span<const double> pre,
                           std::span<const double> post, std::span<const double> weights, std::span<double> gradients) {
  const std::size_t batch = state.batch;
  if (batch == 1 && synapses.is_dense()) {
    return add_dense_single<rule>(synapses, pre.data(), post.data(), weights.data(), gradients.data());
  }
  const double scale = 1 / static_cast<double>(batch);
  synapses.for_each([&](std::int64_t i, std::int64_t j, std::size_t k) {
    gradients[k] += scale * sum_synapse<rule>(post.data() + static_cast<std::size_t>(i) * batch,
                                              pre.data() + static_cast<std::size_t>(j) * batch, weights[k], batch);
  });
}

/// Adds a rule of every neuron; `slopes(i, neuron)` fills in what the rule reads of the neuron's own constants.
template <auto rule, class Slopes>
requires LocalRule<rule, NeuronSignals>
void add_neuron_gradients(const PopulationState& state, std::size_t batch, std::span<double> gradients, Slopes slopes) {
  const double scale = 1 / static_cast<double>(batch);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    NeuronSignals neuron;
    slopes(i, neuron);
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

void add_population_gradients(const Dynamics& dynamics, const PopulationParameters& own, const PopulationState& state,
                              std::size_t batch, PopulationGradients& sums) {
  const Integrator integrator = dynamics.integrator();
  const double dt = dynamics.integration_dt();
  add_neuron_gradients<bias_gradient>(state, batch, sums.bias, [](std::size_t, NeuronSignals&) {});
  add_neuron_gradients<tau_m_gradient>(state, batch, sums.tau_m, [&](std::size_t i, NeuronSignals& neuron) {
    neuron.membrane_slope = membrane_slope(integrator, dt, own.tau_m[i]);
  });
  add_tau_r_gradients(dynamics, own, state, batch, sums.tau_r);
}

}  // namespace

void add_tau_r_gradients(const Dynamics& dynamics, const PopulationParameters& own, const PopulationState& state,
                         std::size_t batch, std::span<double> sums) {
  const Integrator integrator = dynamics.integrator();
  const double dt = dynamics.integration_dt();
  add_neuron_gradients<tau_r_gradient>(state, batch, sums, [&](std::size_t i, NeuronSignals& neuron) {
    neuron.prospective_slope = prospective_slope(integrator, dt, own.tau_m[i], own.tau_r[i]);
  });
}

std::span<const double> rates_before(const Network& network, const Projection& projection, const State& state) {
  const auto from = static_cast<std::size_t>(projection.from.index);
  if (!projection.from.is_input) return state.populations[from].r;
  const auto first = static_cast<std::size_t>(network.inputs[from].first_channel);
  return std::span<const double>(state.inputs).subspan(first * state.batch);
}

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
    add_population_gradients(dynamics, parameters.populations[p], state.populations[p], state.batch,
                             gradients.populations[p]);
  }
}

}  // namespace vle
