#include <algorithm>
#include <cmath>
#include <span>
#include <vle/dynamics/dynamics.hpp>

#include "projection_sums.hpp"

namespace vle {

// dW_ij/dt = eta_W e_i r_j - lambda W_ij, and the same product at the mirrored backward synapse:
// dB_ji/dt = eta_W r_j e_i - lambda B_ji, so that B - W^T decays (Kolen & Pollack).
void Dynamics::learn_weights(const Projection& projection, ProjectionParameters& parameters, const State& state) const {
  const PlasticityDescription& rates = network_->plasticity;
  const bool mirrors = projection.backward == BackwardRule::kMirror;
  const auto from = static_cast<std::size_t>(projection.from.index);
  std::span<const double> pre;
  if (projection.from.is_input) {
    const auto first = static_cast<std::size_t>(network_->inputs[from].first_channel);
    pre = std::span<const double>(state.inputs).subspan(first * state.batch);
  } else {
    pre = state.populations[from].r;
  }
  const std::span<const double> post = state.populations[static_cast<std::size_t>(projection.to)].e;
  const double rate = dt_ * rates.eta_weights / static_cast<double>(state.batch);
  const double decay = dt_ * rates.lambda;
  projection.synapses.for_each([&](std::int64_t i, std::int64_t j, std::size_t k) {
    const double growth =
        rate * trial_product(post, static_cast<std::size_t>(i), pre, static_cast<std::size_t>(j), state.batch);
    if (mirrors) parameters.backward[k] += growth - decay * parameters.backward[k];
    parameters.weights[k] += growth - decay * parameters.weights[k];
  });
}

// dtau_m/dt = -eta_tau e du/dt. Under the exponential integrator the gradient carries x/(e^x - 1), x = dt/tau_m.
void Dynamics::learn_tau(const Population& population, PopulationParameters& parameters, const PopulationState& state,
                         std::size_t batch) const {
  const PlasticityDescription& rates = network_->plasticity;
  const double low = rates.tau_min > 0 ? rates.tau_min : network_->dt;
  for (std::size_t i = 0; i < parameters.tau_m.size(); ++i) {
    double& tau_m = parameters.tau_m[i];
    const double x = dt_ / tau_m;
    const double slope = (integrator_ == Integrator::kEuler ? 1 : x / std::expm1(x)) / tau_m;
    const double product = trial_product(state.e, i, state.drive, i, batch) / static_cast<double>(batch);
    tau_m = std::max(tau_m - dt_ * rates.eta_tau * product * slope, low);
    if (rates.tau_max > 0) tau_m = std::min(tau_m, rates.tau_max);
    if (population.tied) parameters.tau_r[i] = tau_m;
  }
  update_coefficients(population, parameters);
}

void Dynamics::learn(Parameters& parameters, const State& state) const {
  const PlasticityDescription& rates = network_->plasticity;
  if (rates.eta_weights > 0 || rates.lambda > 0) {
    for (std::size_t q = 0; q < network_->projections.size(); ++q) {
      if (network_->projections[q].plastic) learn_weights(network_->projections[q], parameters.projections[q], state);
    }
  }
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    const PopulationState& population = state.populations[p];
    std::vector<double>& bias = parameters.populations[p].bias;
    const double rate = dt_ * rates.eta_bias / static_cast<double>(state.batch);
    for (std::size_t i = 0; rate > 0 && i < bias.size(); ++i) {
      for (std::size_t trial = 0; trial < state.batch; ++trial) bias[i] += rate * population.e[i * state.batch + trial];
    }
    if (rates.eta_tau > 0) learn_tau(network_->populations[p], parameters.populations[p], population, state.batch);
  }
}

}  // namespace vle
