#pragma once

#include <concepts>
#include <type_traits>
#include <vle/network/description.hpp>

namespace vle {

/// What a synapse may read: the two ends it touches and its own weight.
struct SynapseSignals {
  double pre_rate = 0;    ///< r_j of the step before, or the external input of this step
  double post_error = 0;  ///< e_i
  double weight = 0;
};

/// What a neuron may read of itself when it learns its bias and time constants.
struct NeuronSignals {
  double e = 0;
  double epsilon = 0;
  double drive = 0;              ///< s + gamma e - u = tau_m du/dt
  double membrane_slope = 0;     ///< membrane_slope() of its own tau_m, 1/s
  double prospective_slope = 0;  ///< prospective_slope() of its own tau_m and tau_r, 1/s
};

/// What an error neuron may read of itself when it learns its gains.
struct ErrorNeuronSignals {
  double epsilon = 0;
  double p_epsilon = 0;  ///< P epsilon: the look-ahead, before the gains
  double f_epsilon = 0;  ///< F epsilon: the error through the neuron's own forward filter
};

/// What a synapse or a neuron may read that keeps a trace F x of what entered it (x: the sender's rate, or the drive).
struct TraceSignals {
  double trace = 0;         ///< F x, with the receiver's own constants
  double post_epsilon = 0;  ///< epsilon_i
};

/// A learning rule: a constexpr function of what its element may read, and of nothing else. It takes no other argument;
/// it keeps nothing, being a template argument; and it reads no variable from elsewhere, being a constant expression. A
/// rule that needs more does not compile.
template <auto rule, class Signals, class Returned = double>
concept LocalRule = requires {
  { rule(Signals{}) } -> std::same_as<Returned>;
  typename std::bool_constant<(static_cast<void>(rule(Signals{})), true)>;
};

// The rules of SCIENCE.md 4. Each is one trial's estimate of the derivative dL/dparameter of the loss per step, so that
// learning moves against it: dW_ij/dt = eta e_i r_j, and so on.

/// -e_i r_j: of W_ij, and of the mirrored B_ji, whose two ends are the same.
constexpr double weight_gradient(const SynapseSignals& synapse) {
  return -(synapse.post_error * synapse.pre_rate);
}

/// -e_i
constexpr double bias_gradient(const NeuronSignals& neuron) {
  return -neuron.e;
}

/// e_i du_i/dt, of the step rather than of the differential equation: see membrane_slope().
constexpr double tau_m_gradient(const NeuronSignals& neuron) {
  return neuron.e * neuron.drive * neuron.membrane_slope;
}

/// -epsilon_i du_i/dt, of the step: see prospective_slope().
constexpr double tau_r_gradient(const NeuronSignals& neuron) {
  return -(neuron.epsilon * neuron.drive * neuron.prospective_slope);
}

// The same with the filter on the other side of the product (Eligibility::kTrace): <r, A epsilon> = <F r, epsilon>.

/// -epsilon_i F_i r_j
constexpr double trace_weight_gradient(const TraceSignals& synapse) {
  return -(synapse.post_epsilon * synapse.trace);
}

/// -epsilon_i: F lets a constant pass.
constexpr double trace_bias_gradient(const TraceSignals& neuron) {
  return -neuron.post_epsilon;
}

/// epsilon_i F_i drive_i, per membrane_slope().
constexpr double trace_tau_m_gradient(const TraceSignals& neuron) {
  return neuron.post_epsilon * neuron.trace;
}

/// Products whose means over time determine the gains of an error neuron (SCIENCE.md 6).
struct GainMoments {
  double ee = 0;  ///< epsilon^2
  double ep = 0;  ///< epsilon P epsilon
  double pp = 0;  ///< (P epsilon)^2
  double fe = 0;  ///< F epsilon epsilon
};

constexpr GainMoments gain_moments(const ErrorNeuronSignals& neuron) {
  return {neuron.epsilon * neuron.epsilon, neuron.epsilon * neuron.p_epsilon, neuron.p_epsilon * neuron.p_epsilon,
          neuron.f_epsilon * neuron.epsilon};
}

/// -(da/dtau_m)/a in 1/s, a being the share of the membrane that a step of `dt` seconds replaces. What a change of
/// tau_m does in a step is what an input of -slope drive does. Euler: 1/tau_m; exponential: 1/tau_m x/(e^x - 1), x =
/// dt/tau_m.
double membrane_slope(Integrator integrator, double dt, double tau_m);

/// d(a/b)/dtau_r in 1/s, a/b being the lead ratio of a step: d(lookahead)/dtau_r = slope drive. Euler: 1/tau_m;
/// exponential: a e^-y y/(tau_r b^2), y = dt/tau_r.
double prospective_slope(Integrator integrator, double dt, double tau_m, double tau_r);

}  // namespace vle
