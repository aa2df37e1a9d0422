#include <algorithm>
#include <limits>
#include <vle/dynamics/learner.hpp>

namespace vle {
namespace {

void add(const std::vector<double>& steps, std::vector<double>& values) {
  for (std::size_t k = 0; k < values.size(); ++k) values[k] += steps[k];
}

void add_with_decay(const std::vector<double>& steps, double decay, std::vector<double>& values) {
  for (std::size_t k = 0; k < values.size(); ++k) values[k] += steps[k] - decay * values[k];
}

void clear(std::vector<double>& values) {
  std::fill(values.begin(), values.end(), 0.0);
}

}  // namespace

void Learner::make_steps(double eta, const Synapses* synapses, std::vector<double>& gradients, Moments& moments,
                         const LearnerState& learning) const {
  const auto gathered = static_cast<double>(learning.gathered);
  clip_parameters(plasticity_.clip, 1 / gathered, gradients);
  if (synapses) clip_neurons(plasticity_.clip, *synapses, gradients);
  const double seconds = gathered * dynamics_.integration_dt();
  turn_into_steps(make_update_step(plasticity_.optimiser, eta, seconds, learning.updates), gradients, moments);
}

void Learner::move_weights(std::size_t projection, double eta, double decay, Parameters& parameters,
                           LearnerState& learning) const {
  const Projection& described = dynamics_.network().projections[projection];
  if (!described.plastic) return;
  ProjectionParameters& own = parameters.projections[projection];
  const bool mirrors = described.backward == BackwardRule::kMirror;
  if (plasticity_.eta_weights > 0) {
    std::vector<double>& steps = learning.gradients.projections[projection].weights;
    make_steps(eta, &described.synapses, steps, learning.projection_moments[projection], learning);
    if (mirrors) add_with_decay(steps, decay, own.backward);
    add_with_decay(steps, decay, own.weights);
  } else if (decay > 0) {
    if (mirrors) {
      for (double& value : own.backward) value -= decay * value;
    }
    for (double& value : own.weights) value -= decay * value;
  }
}

void Learner::move_taus(std::size_t population, double eta_factor, PopulationParameters& parameters,
                        LearnerState& learning) const {
  const Population& described = dynamics_.network().populations[population];
  PopulationGradients& gradients = learning.gradients.populations[population];
  PopulationMoments& moments = learning.population_moments[population];
  const double low = plasticity_.tau_min > 0 ? plasticity_.tau_min : dynamics_.network().dt;
  const double high = plasticity_.tau_max > 0 ? plasticity_.tau_max : std::numeric_limits<double>::max();
  const auto move = [&](double eta, std::vector<double>& steps, Moments& own, std::vector<double>& taus) {
    make_steps(eta_factor * eta, nullptr, steps, own, learning);
    add(steps, taus);
    for (double& tau : taus) tau = std::clamp(tau, low, high);
  };
  if (plasticity_.eta_tau > 0) move(plasticity_.eta_tau, gradients.tau_m, moments.tau_m, parameters.tau_m);
  if (described.tied) {
    std::copy(parameters.tau_m.begin(), parameters.tau_m.end(), parameters.tau_r.begin());
  } else if (plasticity_.eta_tau_r > 0) {
    move(plasticity_.eta_tau_r, gradients.tau_r, moments.tau_r, parameters.tau_r);
  }
}

void Learner::move_neurons(std::size_t population, double eta_factor, PopulationParameters& parameters,
                           LearnerState& learning) const {
  if (plasticity_.eta_bias > 0) {
    std::vector<double>& steps = learning.gradients.populations[population].bias;
    make_steps(eta_factor * plasticity_.eta_bias, nullptr, steps, learning.population_moments[population].bias,
               learning);
    add(steps, parameters.bias);
  }
  if (plasticity_.eta_tau > 0 || plasticity_.eta_tau_r > 0) move_taus(population, eta_factor, parameters, learning);
}

void Learner::update(Parameters& parameters, LearnerState& learning) const {
  if (learning.gathered == 0) return;
  ++learning.updates;
  const double now = static_cast<double>(learning.steps) * dynamics_.integration_dt();
  const double eta_factor = schedule_factor(plasticity_.eta_schedule, learning.eta_schedule, now);
  const double lambda =
      plasticity_.lambda * schedule_factor(plasticity_.lambda_schedule, learning.lambda_schedule, now);
  const double decay = static_cast<double>(learning.gathered) * dynamics_.integration_dt() * lambda;
  for (std::size_t q = 0; q < parameters.projections.size(); ++q) {
    move_weights(q, eta_factor * plasticity_.eta_weights, decay, parameters, learning);
  }
  for (std::size_t p = 0; p < parameters.populations.size(); ++p) {
    move_neurons(p, eta_factor, parameters.populations[p], learning);
  }
  if (plasticity_.eta_tau > 0 || plasticity_.eta_tau_r > 0) dynamics_.update_coefficients(parameters);
  discard_gradients(learning);
}

void Learner::discard_gradients(LearnerState& learning) const {
  for (ProjectionGradients& gradients : learning.gradients.projections) clear(gradients.weights);
  for (PopulationGradients& gradients : learning.gradients.populations) {
    for (std::vector<double>* sums : {&gradients.bias, &gradients.tau_m, &gradients.tau_r}) clear(*sums);
  }
  learning.gathered = 0;
}

}  // namespace vle
