#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vle/dynamics/parameters.hpp>
#include <vle/dynamics/state.hpp>
#include <vle/network/network.hpp>

namespace vle {

/// Signals from outside at one step: value(trial, channel) = first[trial * stride + channel].
struct SignalView {
  const double* first = nullptr;  ///< null: no signal
  std::size_t stride = 0;         ///< from one trial to the next
};

struct DynamicsOptions {
  /// Above 0: `exponential` at dt / substeps, inputs and targets held over the step: the ideal twin of a chip run. 0:
  /// one step of the network's own integrator.
  std::int64_t substeps = 0;
};

/// The float64 reference: the equations of SCIENCE.md 2 and 4 in the steps of SCIENCE.md 5, GLE (Ellenberger, Haider et
/// al., Nature Communications 2025) extended by error gains and backward weights of their own (VLE, Brandt et al.
/// 2026).
///
///     s_i = sum_j W_ij r_j + b_i                                  synaptic input
///     tau_m du_i/dt = -u_i + s_i + gamma e_i                      membrane
///     r_i = phi(u_i + tau_r du_i/dt)                              prospective rate
///     epsilon_i = phi' (sum_k B_ik e_k + beta target error)       local error
///     tau_r dv_i/dt = -v_i + epsilon_i                            error low pass
///     e_i = g0 epsilon_i + g1 (v_i + tau_m dv_i/dt)               prospective error
///
/// Time constants are seconds, everything else has no dimension. With a lead bandwidth f, a pole of tau_l = 1/(2 pi f)
/// stands behind both lead elements. The model is const; State and Parameters are the caller's, made for one network.
/// Sums run in the order of the synapses, so a trial's numbers do not depend on the batch it is in.
class Dynamics {
 public:
  explicit Dynamics(std::shared_ptr<const Network> network, DynamicsOptions options = {});

  const Network& network() const { return *network_; }
  /// Seconds between integration steps: dt, or dt / substeps.
  double integration_dt() const { return dt_; }
  std::int64_t substeps() const { return substeps_; }
  /// The scheme of the integration steps: the network's own, or exponential where they are sub-steps.
  Integrator integrator() const { return integrator_; }
  /// Share of the distance that the pole behind the leads goes in an integration step; 1 without a pole.
  double lead_pole_share() const { return pole_share_; }
  /// Share of the distance that a low pass of this constant (seconds) goes in an integration step: dt/tau, or
  /// 1 - exp(-dt/tau).
  double step_share(double tau) const;

  /// The network's own parameters, with coefficients.
  Parameters initial_parameters() const;
  /// Recomputes the step coefficients; needed after any change of a time constant from outside.
  void update_coefficients(Parameters& parameters) const;
  /// Everything at 0, rates and slopes included.
  State initial_state(std::size_t batch) const;

  /// Takes one step of `dt` without learning. `targets.first` may be null: no target error. Allocates nothing.
  void step(const Parameters& parameters, State& state, SignalView inputs, SignalView targets) const {
    step(parameters, state, inputs, targets, [] {});
  }
  /// The same, with `learn()` called once per integration step, where step 5 of the schedule stands (dynamics.cpp): it
  /// sees e and drive of this step, and r of the step before. vle/dynamics/learner.hpp says what is learned there.
  template <class Learn>
  void step(const Parameters& parameters, State& state, SignalView inputs, SignalView targets, Learn&& learn) const {
    read_inputs(state, inputs);
    for (std::int64_t substep = 0; substep < substeps_; ++substep) {
      advance(parameters, state, targets);
      learn();
      fire(state);
    }
  }

 private:
  void read_inputs(State& state, SignalView inputs) const;
  void sum_inputs(const Parameters& parameters, State& state) const;
  void nudge_outputs(State& state, SignalView targets) const;
  void integrate(const PopulationParameters& parameters, double gamma, PopulationState& state, std::size_t batch) const;
  void advance(const Parameters& parameters, State& state, SignalView targets) const;
  void send_errors_back(const Parameters& parameters, State& state) const;
  void fire(State& state) const;
  void update_coefficients(const Population& population, PopulationParameters& parameters) const;

  std::shared_ptr<const Network> network_;
  Integrator integrator_;
  std::int64_t substeps_;
  double dt_;
  bool has_pole_;
  double pole_share_;  ///< share of the distance that the lead pole goes in a step
};

}  // namespace vle
