#pragma once

#include <cstdint>

namespace vle {

/// How learned error gains (GainRule::kSingle, kPair) follow the statistics of the error neuron's own signals.
enum class GainMethod {
  kStatistics,  ///< running means, solved in every step
  kLms,         ///< normalised least mean squares: what a plasticity engine does
};

/// Learned error gains of one population (SCIENCE.md 6).
struct GainLearning {
  GainMethod method = GainMethod::kStatistics;
  double time_constant = 0;  ///< seconds, of the running means and of the LMS; left out (0): 50 times the largest tau_m
  /// Weight of the pull of kPair towards kSingle, relative to the mean squares; what makes the pair well-posed where
  /// epsilon and P epsilon look alike. 0: plain least squares.
  double ridge = 1e-4;
};

/// A factor on learning rates over the model time since learning began.
struct ScheduleDescription {
  enum class Kind {
    kConstant,  ///< 1
    kCosine,    ///< from 1 to `floor` along half a cosine over `duration`, then `floor`
    kStep,      ///< times `factor` after every `duration`, down to `floor`
    kPlateau,   ///< times `factor` whenever `patience` reported losses in a row were no improvement, down to `floor`
  };
  Kind kind = Kind::kConstant;
  double duration = 0;         ///< seconds, above 0 for kCosine and kStep
  double factor = 0.5;         ///< kStep, kPlateau: at least 0, below 1
  double floor = 0;            ///< 0..1
  std::int64_t patience = 10;  ///< kPlateau: at least 1
  double min_improvement = 0;  ///< kPlateau: share of the best loss by which a loss must be lower to count, 0..1
};

/// How a parameter moves along its learning direction. Its state lies beside the parameter and is read by nothing else.
struct OptimiserDescription {
  enum class Kind {
    kPlain,     ///< eta dt direction
    kMomentum,  ///< eta dt m, with m the running mean of the direction: m += (1 - momentum)(direction - m)
    kAdam,      ///< eta m/(sqrt(v) + epsilon), bias corrected (Kingma & Ba 2015). eta is per update, not per second
  };
  Kind kind = Kind::kPlain;
  double momentum = 0.9;  ///< kMomentum, 0..1
  double beta1 = 0.9;     ///< kAdam, 0..1: of the mean
  double beta2 = 0.999;   ///< kAdam, 0..1: of the mean square
  double epsilon = 1e-8;  ///< kAdam, above 0
};

/// What a synapse multiplies, and what carries the filter of the receiving neuron.
enum class Eligibility {
  kRate,   ///< the sender's rate with the prospective error: e_i r_j
  kTrace,  ///< a trace of the sender's rate with the error as received: epsilon_i F_i r_j
};

/// Bounds on the learning direction before the optimiser sees it.
struct ClipDescription {
  double parameter = 0;  ///< largest magnitude of one parameter's direction; 0: no bound
  double neuron = 0;     ///< largest norm over the synapses of one projection onto one neuron, which all scale; 0: none
};

/// Rates of the local updates (SCIENCE.md 4); all 0: nothing learns. An eta is per second, except under kAdam, where it
/// is per update.
struct PlasticityDescription {
  double eta_weights = 0;  ///< 1/s, W and mirrored B
  double eta_bias = 0;     ///< 1/s
  double eta_tau = 0;      ///< s/s per unit of e du/dt: tau_m
  double lambda = 0;       ///< 1/s, decay of W and mirrored B, apart from the optimiser whatever it is
  double tau_min = 0;      ///< seconds; left out (0): dt
  double tau_max = 0;      ///< seconds; left out (0): no limit
  double eta_tau_r = 0;    ///< s/s per unit of epsilon du/dt: tau_r of neurons that are not tied
  OptimiserDescription optimiser;
  ClipDescription clip;
  ScheduleDescription eta_schedule;     ///< of every eta
  ScheduleDescription lambda_schedule;  ///< of lambda, which biases W and therefore ends at 0
  std::int64_t update_every = 1;        ///< integration steps whose mean direction makes one update
  Eligibility eligibility = Eligibility::kRate;
};

}  // namespace vle
