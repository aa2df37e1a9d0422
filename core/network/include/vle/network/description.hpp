#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include <vle/network/activation.hpp>
#include <vle/network/learning.hpp>

namespace vle {

/// How the differential equations become steps (SCIENCE.md 5; docs/dynamics.md).
enum class Integrator { kExponential, kEuler };

/// The loss at an output; its target error is r* - r (MSE) or onehot - softmax(r) (cross entropy).
enum class Loss { kMeanSquaredError, kCrossEntropy };

/// Where the backward weights B of a projection come from (SCIENCE.md 4).
enum class BackwardRule {
  kTranspose,    ///< B = W^T at every step: GLE, the weight-transport reference
  kFixedRandom,  ///< feedback alignment: B stays as initialised
  kMirror,       ///< VLE: B learns beside W by the same local product (Kolen-Pollack)
  kNone,         ///< no error travels back over this projection
};

/// How the error neuron weighs epsilon and its prospective error (SCIENCE.md 6): e = g0 epsilon + g1 P epsilon.
enum class GainRule {
  kNone,           ///< g0 = 0, g1 = 1: GLE
  kInstantaneous,  ///< g0 = 1, g1 = 0
  kFixed,          ///< g0 and g1 as given
  kSingle,         ///< g0 = 0, g1 learned
  kPair,           ///< g0 and g1 learned
};

/// True where the error neuron learns its gains.
inline bool learns_gains(GainRule rule) {
  return rule == GainRule::kSingle || rule == GainRule::kPair;
}

/// A seeded distribution that parameters are drawn from.
struct Distribution {
  enum class Kind {
    kUniform,      ///< first = low, second = high
    kLogUniform,   ///< first = low, second = high, both above 0
    kNormal,       ///< first = mean, second = standard deviation
    kLogNormal,    ///< first = median, second = standard deviation of the logarithm
    kFanInNormal,  ///< weights only: mean 0, standard deviation first / sqrt(fan-in of the target neuron)
  };
  Kind kind = Kind::kUniform;
  double first = 0;
  double second = 0;
  std::optional<std::uint64_t> seed;  ///< of this parameter alone; without it, the network's seed
};

/// A parameter of n elements as a user gives it: one value for all, n values, or a distribution. Files are read into
/// `values` before. Neither values nor distribution: the field was left out.
struct ParameterDescription {
  std::vector<double> values;
  std::optional<Distribution> distribution;

  bool is_given() const { return !values.empty() || distribution.has_value(); }
};

/// A named source of signals from outside. Stimuli hold its channels side by side, inputs in order of declaration.
struct InputDescription {
  std::string name;
  std::int64_t size = 0;
  double low = -1;  ///< least value that the stimulus takes; sets the range of the input DAC where nothing is profiled
  double high = 1;  ///< largest value
};

struct PopulationDescription {
  std::string name;
  std::int64_t size = 0;
  Activation activation = Activation::kTanh;
  ParameterDescription tau_m;  ///< membrane time constant, seconds
  ParameterDescription tau_r;  ///< prospective time constant, seconds; left out: tau_m, and tied to it (instantaneous)
  ParameterDescription bias;   ///< left out: 0
  double gamma = 0;            ///< error coupling into the membrane, 0..1
  GainRule gain = GainRule::kNone;
  ParameterDescription g0;     ///< kFixed only
  ParameterDescription g1;     ///< kFixed only
  GainLearning gain_learning;  ///< kSingle, kPair
  // The compartments set apart, as in Population; left out: they mirror each other.
  ParameterDescription tau_v;   ///< seconds
  ParameterDescription lead_u;  ///< of the membrane
  ParameterDescription lead_v;  ///< of the error
  bool is_set_apart() const { return tau_v.is_given() || lead_u.is_given() || lead_v.is_given(); }
};

/// Which synapses of a projection exist. Sparse: either coordinates or a probability.
struct ConnectivityDescription {
  enum class Kind { kDense, kOneToOne, kSparse };
  Kind kind = Kind::kDense;
  std::vector<std::int64_t> pre;   ///< sparse: index of the sending neuron or channel of each synapse
  std::vector<std::int64_t> post;  ///< sparse: index of the receiving neuron of each synapse
  std::optional<double> probability;
  std::optional<std::uint64_t> seed;  ///< of the sparse draw
};

/// Synapses from one input or population to one population (itself included). At most one per ordered pair.
struct ProjectionDescription {
  std::string from;
  std::string to;
  ConnectivityDescription connectivity;
  ParameterDescription weights;  ///< dense: post x pre, row by row; one-to-one: size; sparse: one each, as listed
  BackwardRule backward = BackwardRule::kTranspose;
  ParameterDescription backward_weights;  ///< kFixedRandom, kMirror: same order as `weights`; left out: fan-in normal
  bool plastic = true;
};

struct OutputDescription {
  std::string population;
  Loss loss = Loss::kMeanSquaredError;
  double beta = 1;  ///< nudging strength: scales the target error only
};

/// A network as its author writes it, before anything is checked or drawn. Plain data; build_network() makes a Network.
struct NetworkDescription {
  std::string name;
  double dt = 0;  ///< seconds: period of inputs, targets and recordings
  Integrator integrator = Integrator::kExponential;
  double lead_bandwidth = 0;  ///< hertz; 0: the lead elements have no pole
  std::uint64_t seed = 0;
  std::vector<InputDescription> inputs;
  std::vector<PopulationDescription> populations;
  std::vector<ProjectionDescription> projections;
  std::vector<OutputDescription> outputs;
  PlasticityDescription plasticity;
};

}  // namespace vle
