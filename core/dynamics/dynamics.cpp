#include <vle/dynamics/dynamics.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vle/dynamics/target_error.hpp>
#include <vle/result/check.hpp>

#include "projection_sums.hpp"

namespace vle {
namespace {

std::span<const double> backward_values(const Projection& projection, const ProjectionParameters& parameters) {
  return projection.backward == BackwardRule::kTranspose ? parameters.weights : parameters.backward;
}

}  // namespace

Dynamics::Dynamics(std::shared_ptr<const Network> network, DynamicsOptions options)
    : network_(std::move(network)),
      integrator_(options.substeps > 0 ? Integrator::kExponential : network_->integrator),
      substeps_(std::max<std::int64_t>(options.substeps, 1)),
      dt_(network_->dt / static_cast<double>(substeps_)),
      has_pole_(network_->lead_bandwidth > 0),
      pole_share_(has_pole_ ? step_share(1 / (2 * std::numbers::pi * network_->lead_bandwidth)) : 1) {}

State Dynamics::initial_state(std::size_t batch) const {
  VLE_CHECK(batch > 0, "a batch of {} trials", batch);
  State state;
  state.batch = batch;
  for (const Population& population : network_->populations) {
    const std::vector<double> zeros(static_cast<std::size_t>(population.size) * batch, 0.0);
    state.populations.push_back({zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros, zeros});
  }
  state.inputs.assign(static_cast<std::size_t>(network_->input_channels()) * batch, 0.0);
  return state;
}

void Dynamics::read_inputs(State& state, SignalView inputs) const {
  const std::size_t channels = state.inputs.size() / state.batch;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t trial = 0; trial < state.batch; ++trial) {
      state.inputs[channel * state.batch + trial] = inputs.first ? inputs.first[trial * inputs.stride + channel] : 0;
    }
  }
}

void Dynamics::sum_inputs(const Parameters& parameters, State& state) const {
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    const std::vector<double>& bias = parameters.populations[p].bias;
    std::vector<double>& s = state.populations[p].s;
    for (std::size_t k = 0; k < s.size(); ++k) s[k] = bias[k / state.batch];
  }
  for (std::size_t q = 0; q < network_->projections.size(); ++q) {
    const Projection& projection = network_->projections[q];
    const auto from = static_cast<std::size_t>(projection.from.index);
    std::span<const double> pre;
    if (projection.from.is_input) {
      const Input& input = network_->inputs[from];
      pre = std::span<const double>(state.inputs)
                .subspan(static_cast<std::size_t>(input.first_channel) * state.batch,
                         static_cast<std::size_t>(input.size) * state.batch);
    } else {
      pre = state.populations[from].r;
    }
    add_forward(projection.synapses, parameters.projections[q].weights, pre,
                state.populations[static_cast<std::size_t>(projection.to)].s, state.batch);
  }
}

void Dynamics::nudge_outputs(State& state, SignalView targets) const {
  if (!targets.first) return;
  for (const Output& output : network_->outputs) {
    for (std::size_t trial = 0; trial < state.batch; ++trial) {
      PopulationState& population = state.populations[static_cast<std::size_t>(output.population)];
      add_target_error(output, targets, trial, state.batch, population.r, population.backward);
    }
  }
}

// The right-hand sides are the values before the step; each signal then moves by its share of the distance.
void Dynamics::integrate(const PopulationParameters& parameters, double gamma, PopulationState& state,
                         std::size_t batch) const {
  const auto behind_pole = [this](double before, double lead) {
    return has_pole_ ? before + pole_share_ * (lead - before) : lead;
  };
  for (std::size_t k = 0; k < state.u.size(); ++k) {
    const std::size_t i = k / batch;
    const double epsilon = state.backward[k] * state.phi_prime[k];
    const double behind = epsilon - state.v[k];
    const double error_lead = state.v[k] + parameters.lead_v[i] * behind;
    state.v[k] += parameters.b[i] * behind;
    state.error_lead[k] = behind_pole(state.error_lead[k], error_lead);
    const double e = parameters.g0[i] * epsilon + parameters.g1[i] * state.error_lead[k];

    const double drive = state.s[k] + gamma * e - state.u[k];
    const double lookahead = state.u[k] + parameters.lead_u[i] * drive;
    state.u[k] += parameters.a[i] * drive;
    state.lookahead[k] = behind_pole(state.lookahead[k], lookahead);
    state.epsilon[k] = epsilon;
    state.e[k] = e;
    state.drive[k] = drive;
  }
}

void Dynamics::send_errors_back(const Parameters& parameters, State& state) const {
  for (PopulationState& population : state.populations)
    std::fill(population.backward.begin(), population.backward.end(), 0.0);
  for (std::size_t q = 0; q < network_->projections.size(); ++q) {
    const Projection& projection = network_->projections[q];
    if (projection.backward == BackwardRule::kNone) continue;
    add_backward(projection.synapses, backward_values(projection, parameters.projections[q]),
                 state.populations[static_cast<std::size_t>(projection.to)].e,
                 state.populations[static_cast<std::size_t>(projection.from.index)].backward, state.batch);
  }
}

void Dynamics::fire(State& state) const {
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    PopulationState& population = state.populations[p];
    const Activation activation = network_->populations[p].activation;
    for (std::size_t k = 0; k < population.r.size(); ++k) {
      population.r[k] = phi(activation, population.lookahead[k]);
      population.phi_prime[k] = phi_prime(activation, population.lookahead[k]);
    }
  }
}

// Schedule of one integration step (SCIENCE.md 5), synchronous over all populations:
//   1. s = W r + b             r of the step before, the external input of this step
//   2. epsilon, v, e           from the errors sent back in the step before, the target of this step and r of the one
//   before
//   3. u, lookahead            from s and gamma e
//   4. backward = B e          for the next step, with the weights as they are
//   5. learning                with e of this step and r of the step before
//   6. r, phi'                 from the lookahead
void Dynamics::advance(const Parameters& parameters, State& state, SignalView targets) const {
  sum_inputs(parameters, state);
  nudge_outputs(state, targets);
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    integrate(parameters.populations[p], network_->populations[p].gamma, state.populations[p], state.batch);
  }
  send_errors_back(parameters, state);
}

}  // namespace vle
