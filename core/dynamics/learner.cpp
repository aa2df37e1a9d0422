#include <vle/dynamics/learner.hpp>

#include <cmath>
#include <utility>
#include <vle/result/check.hpp>

#include "plasticity.hpp"

namespace vle {

Learner::Learner(Dynamics dynamics, LearnerOptions options)
    : dynamics_(std::move(dynamics)),
      plasticity_(options.plasticity.value_or(dynamics_.network().plasticity)),
      gathers_all_(options.gathers_all),
      error_delays_(error_delays(dynamics_.network())) {
  if (!options.errors_lag) error_delays_.assign(error_delays_.size(), 0);
  for (const Population& population : dynamics_.network().populations) {
    const double time_constant = population.gain_learning.time_constant;
    VLE_CHECK(!learns_gains(population.gain) || time_constant > 0,
              "population {} has learned gains, but no time constant", population.name);
    gain_shares_.push_back(time_constant > 0 ? -std::expm1(-dynamics_.integration_dt() / time_constant) : 0);
  }
}

LearnerState Learner::initial_state(std::size_t batch) const {
  VLE_CHECK(batch > 0, "a batch of {} trials", batch);
  LearnerState state;
  state.batch = batch;
  const Network& network = dynamics_.network();
  const auto start = [this](bool learns, std::size_t size, std::vector<double>& gradients, Moments& moments) {
    if (learns || gathers_all_) gradients.assign(size, 0.0);
    if (learns) moments = initial_moments(plasticity_.optimiser, size);
  };
  for (const Population& population : network.populations) {
    const auto size = static_cast<std::size_t>(population.size);
    PopulationGradients& gradients = state.gradients.populations.emplace_back();
    PopulationMoments& moments = state.population_moments.emplace_back();
    start(plasticity_.eta_bias > 0, size, gradients.bias, moments.bias);
    start(plasticity_.eta_tau > 0, size, gradients.tau_m, moments.tau_m);
    start(plasticity_.eta_tau_r > 0 && !population.tied, size, gradients.tau_r, moments.tau_r);
    state.gains.push_back(initial_gain_state(population, batch));
  }
  for (const Projection& projection : network.projections) {
    start(plasticity_.eta_weights > 0 && projection.plastic, projection.synapses.values.size(),
          state.gradients.projections.emplace_back().weights, state.projection_moments.emplace_back());
  }
  if (plasticity_.eligibility == Eligibility::kTrace) {
    state.eligibility = initial_eligibility(network, error_delays_, batch, state.gradients);
  }
  return state;
}

void Learner::step(Parameters& parameters, State& state, LearnerState& learning, SignalView inputs, SignalView targets,
                   LearningParts parts) const {
  VLE_CHECK(learning.batch == state.batch, "a learner of {} trials beside a state of {}", learning.batch, state.batch);
  dynamics_.step(parameters, state, inputs, targets, [&] { learn(parameters, state, learning, parts); });
}

void Learner::add_gradients(const Parameters& parameters, const State& state, LearnerState& learning) const {
  if (plasticity_.eligibility == Eligibility::kTrace) {
    add_trace_gradients(dynamics_, parameters, state, error_delays_, learning.eligibility, learning.gradients);
  } else {
    add_local_gradients(dynamics_, parameters, state, learning.gradients);
  }
}

void Learner::learn(Parameters& parameters, const State& state, LearnerState& learning, LearningParts parts) const {
  if (parts.gradients) {
    add_gradients(parameters, state, learning);
    ++learning.gathered;
  }
  for (std::size_t p = 0; parts.gains && p < state.populations.size(); ++p) {
    adapt_gains(dynamics_.network().populations[p], gain_shares_[p], state.populations[p], state.batch,
                parameters.populations[p], learning.gains[p]);
  }
  if (!parts.updates) return;
  ++learning.steps;
  if (learning.gathered >= plasticity_.update_every) update(parameters, learning);
}

void Learner::start_trial(LearnerState& learning) const {
  for (GainState& gains : learning.gains) gains.low_pass.assign(gains.low_pass.size(), 0.0);
  learning.eligibility.steps = 0;
  for (auto* traces : {&learning.eligibility.projections, &learning.eligibility.populations}) {
    for (DelayedTrace& trace : *traces) {
      for (std::vector<double>* values : {&trace.line, &trace.low_pass}) values->assign(values->size(), 0.0);
    }
  }
}

void Learner::report_loss(double loss, LearnerState& learning) const {
  vle::report_loss(plasticity_.eta_schedule, loss, learning.eta_schedule);
  vle::report_loss(plasticity_.lambda_schedule, loss, learning.lambda_schedule);
}

}  // namespace vle
