#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <vle/dynamics/adjoint.hpp>
#include <vle/dynamics/dynamics.hpp>
#include <vle/dynamics/eligibility.hpp>
#include <vle/dynamics/gain.hpp>
#include <vle/dynamics/optimiser.hpp>
#include <vle/dynamics/optimiser_schedule.hpp>

namespace vle {

struct LearnerOptions {
  /// In place of the network's own plasticity settings. Must be as valid as build_network() asks.
  std::optional<PlasticityDescription> plasticity;
  /// Gather the gradients of all parameters, and not only of those that have a learning rate.
  bool gathers_all = false;
  /// Errors lag by a step a hop, as in Dynamics, and traces wait for them. False: they come at once, as where the
  /// signals are those of a chip, whose hops are sub-steps.
  bool errors_lag = true;
};

/// What takes place in a step besides the dynamics.
struct LearningParts {
  bool gains = true;      ///< learned error gains follow their statistics
  bool gradients = true;  ///< local gradients are summed up
  bool updates = true;    ///< parameters move every `update_every` integration steps; needs gradients
};

struct PopulationMoments {
  Moments bias, tau_m, tau_r;
};

/// Everything that learning remembers besides the parameters. A copy of it, of the State and of the Parameters is a
/// checkpoint that goes on bit for bit.
struct LearnerState {
  std::size_t batch = 1;
  std::int64_t steps = 0;     ///< integration steps with updates: the time of the schedules
  std::int64_t updates = 0;   ///< taken by the optimiser
  std::int64_t gathered = 0;  ///< integration steps in `gradients`
  /// Local estimates of dL/dparameter, averaged over the batch and summed over the steps since the last update, L being
  /// the loss of adjoint_gradients(). Arrays of what is not gathered are empty.
  Gradients gradients;
  std::vector<GainState> gains;  ///< per population
  EligibilityState eligibility;  ///< Eligibility::kTrace; otherwise without arrays
  std::vector<PopulationMoments> population_moments;
  std::vector<Moments> projection_moments;  ///< of W, and of B where it mirrors: both take the same step
  ScheduleState eta_schedule;
  ScheduleState lambda_schedule;
};

/// Runs a network that learns, by the local rules of SCIENCE.md 4 and 6 alone:
///
///     gradients   dL/dW_ij ~ -e_i r_j, and so on (vle/dynamics/rule.hpp), averaged over the batch and `update_every`
///     steps steps       of the optimiser, times eta and its schedule (vle/dynamics/optimiser.hpp) W  += step - share W
///     share = lambda dt update_every, times its schedule: apart from the optimiser B  += step - share B      where it
///     mirrors: the same step, so B - W^T decays as exp(-lambda t) (Kolen & Pollack) b, tau_m, tau_r += step   time
///     constants stay in [tau_min, tau_max]; tied neurons have tau_r = tau_m g0, g1                    from the
///     statistics of epsilon, P epsilon and F epsilon (vle/dynamics/gain.hpp)
///
/// All of it happens where the schedule of a step has learning: with e of the step and r of the step before; the new
/// values act in the next step. Const; LearnerState is the caller's. Nothing allocates after initial_state().
class Learner {
 public:
  explicit Learner(Dynamics dynamics, LearnerOptions options = {});

  const Dynamics& dynamics() const { return dynamics_; }
  const PlasticityDescription& plasticity() const { return plasticity_; }
  LearnerState initial_state(std::size_t batch) const;

  /// One step of dt of the network with learning; see Dynamics::step().
  void step(Parameters& parameters, State& state, LearnerState& learning, SignalView inputs, SignalView targets,
            LearningParts parts = {}) const;

  /// The learning of one integration step alone, for signals that something else than these dynamics made, a chip, say:
  /// `state` holds e, epsilon, drive, error_lead and inputs of the step, and r of the step before.
  void learn(Parameters& parameters, const State& state, LearnerState& learning, LearningParts parts) const;

  /// Moves the parameters by what was gathered so far; nothing where nothing was.
  void update(Parameters& parameters, LearnerState& learning) const;

  /// Forgets what was gathered since the last update; filters and traces go on.
  void discard_gradients(LearnerState& learning) const;

  /// For a trial that starts from rest: the error neurons' own filters and the traces go to rest too. What was learned
  /// stays.
  void start_trial(LearnerState& learning) const;

  /// Tells plateau schedules the loss of a trial, an epoch or a validation.
  void report_loss(double loss, LearnerState& learning) const;

 private:
  void add_gradients(const Parameters& parameters, const State& state, LearnerState& learning) const;
  void move_weights(std::size_t projection, double eta, double decay, Parameters& parameters,
                    LearnerState& learning) const;
  void move_neurons(std::size_t population, double eta_factor, PopulationParameters& parameters,
                    LearnerState& learning) const;
  void move_taus(std::size_t population, double eta_factor, PopulationParameters& parameters,
                 LearnerState& learning) const;
  /// Turns the gathered sums of one array into the steps of its parameters, in place.
  void make_steps(double eta, const Synapses* synapses, std::vector<double>& gradients, Moments& moments,
                  const LearnerState& learning) const;

  Dynamics dynamics_;
  PlasticityDescription plasticity_;
  bool gathers_all_;
  std::vector<double> gain_shares_;        ///< per population: 1 - exp(-dt/time constant)
  std::vector<std::size_t> error_delays_;  ///< per population: error_delays(), or 0
};

/// A run that learns, at the end of a step.
struct Checkpoint {
  Parameters parameters;
  State state;
  LearnerState learning;
};

/// The checkpoint as bytes: a version, the network's hash, the batch, and every number as it is in memory,
/// little-endian.
std::string checkpoint_to_bytes(const Learner& learner, const Checkpoint& checkpoint);

/// Reads it back. Errors: kInvalidInput for bytes that are no checkpoint, of another version, of another network, of
/// another optimiser, or cut short.
[[nodiscard]] Result<Checkpoint> checkpoint_from_bytes(const Learner& learner, std::string_view bytes);

}  // namespace vle
