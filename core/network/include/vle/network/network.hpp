#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>
#include <vle/network/description.hpp>
#include <vle/result/result.hpp>

namespace vle {

/// Synapses of one projection with their weights. Dense: `values` is post x pre, row-major, and the index arrays are
/// empty. Otherwise compressed rows: synapses of receiving neuron i are [row_start[i], row_start[i + 1]), with the
/// sender in `column`, senders ascending.
struct Synapses {
  std::int64_t post_size = 0;
  std::int64_t pre_size = 0;
  std::vector<std::uint32_t> row_start;
  std::vector<std::uint32_t> column;
  std::vector<double> values;

  bool is_dense() const { return row_start.empty(); }
  std::int64_t count() const { return static_cast<std::int64_t>(values.size()); }
  std::int64_t fan_in(std::int64_t post) const {
    return is_dense() ? pre_size
                      : row_start[static_cast<std::size_t>(post) + 1] - row_start[static_cast<std::size_t>(post)];
  }

  /// Calls visit(post, pre, k) for every synapse, where values[k] is its weight; rows ascending, then columns.
  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (std::int64_t i = 0; i < post_size; ++i) for_each_of(i, visit);
  }
  /// The same for the synapses of receiving neuron `post` alone.
  template <class Visitor>
  void for_each_of(std::int64_t post, Visitor&& visit) const {
    const auto i = static_cast<std::size_t>(post);
    if (is_dense()) {
      std::size_t k = i * static_cast<std::size_t>(pre_size);
      for (std::int64_t j = 0; j < pre_size; ++j, ++k) visit(post, j, k);
    } else {
      for (std::size_t k = row_start[i]; k < row_start[i + 1]; ++k) visit(post, std::int64_t{column[k]}, k);
    }
  }
};

struct Input {
  std::string name;
  std::int64_t size = 0;
  std::int64_t first_channel = 0;  ///< of this input in a stimulus
  double low = -1;
  double high = 1;
};

/// Every array has `size` elements.
struct Population {
  std::string name;
  std::int64_t size = 0;
  Activation activation = Activation::kTanh;
  std::vector<double> tau_m;  ///< seconds
  std::vector<double> tau_r;  ///< seconds
  bool tied = false;          ///< tau_r was declared as tau_m: instantaneous, and both learn together
  std::vector<double> bias;
  double gamma = 0;
  GainRule gain = GainRule::kNone;
  GainLearning gain_learning;  ///< kSingle, kPair; its time constant is set
  std::vector<double> g0;      ///< where learned: the start, instantaneous for kPair, (0, tau_r/tau_m) for kSingle
  std::vector<double> g1;

  // The error constant and the lead ratios of a neuron whose compartments are set apart, as on a chip that it was
  // recovered from. Empty in a designed network: tau_v = tau_r, and the ratios make the leads the inverse of the low
  // passes.
  std::vector<double> tau_v;   ///< seconds
  std::vector<double> lead_u;  ///< lookahead = u + lead_u * drive
  std::vector<double> lead_v;  ///< P epsilon = v + lead_v * (epsilon - v)
};

/// Where a projection starts: inputs[index] or populations[index].
struct Source {
  bool is_input = false;
  std::int64_t index = 0;
  bool operator==(const Source&) const = default;
};

struct Projection {
  std::string name;  ///< "from->to"
  Source from;
  std::int64_t to = 0;
  Synapses synapses;  ///< W
  BackwardRule backward = BackwardRule::kTranspose;
  std::vector<double> backward_values;  ///< B of each synapse, ordered as synapses.values; empty for kTranspose, kNone
  bool plastic = true;

  /// B of synapse k, whatever the rule (0 for kNone).
  double backward_value(std::size_t k) const {
    if (backward == BackwardRule::kTranspose) return synapses.values[k];
    return backward == BackwardRule::kNone ? 0.0 : backward_values[k];
  }
};

struct Output {
  std::int64_t population = 0;
  Loss loss = Loss::kMeanSquaredError;
  double beta = 1;
  std::int64_t first_channel = 0;  ///< of this output's population in a target
};

/// Bounds on the spectral radii of the instantaneous loops (SCIENCE.md 2, last paragraph), each the largest over the
/// strongly connected components, computed for the matrix of absolute values with the largest phi'. 0: no loop. Learned
/// gains count as the worse of instantaneous errors and GLE; they may pass beyond both.
struct LoopRadii {
  double forward = 0;   ///< of phi' W tau_r/tau_m
  double backward = 0;  ///< of phi' B (|g0| + |g1| tau_m/tau_r)
  double joint = 0;     ///< of both with the paths between them (gamma e into u, beta r into epsilon)
  double largest() const { return std::max({forward, backward, joint}); }
};

/// A validated network with every parameter drawn. Immutable by convention: learning changes copies of its parameters.
struct Network {
  std::string name;
  double dt = 0;  ///< seconds
  Integrator integrator = Integrator::kExponential;
  double lead_bandwidth = 0;  ///< hertz; 0: none
  std::vector<Input> inputs;
  std::vector<Population> populations;
  std::vector<Projection> projections;
  std::vector<Output> outputs;
  PlasticityDescription plasticity;
  LoopRadii loop_radii;
  std::string hash;  ///< hash_network() of the above

  std::int64_t input_channels() const;
  std::int64_t target_channels() const;
  std::int64_t neuron_count() const;
  std::int64_t synapse_count() const;
  std::optional<std::int64_t> find_population(std::string_view population_name) const;
};

/// Largest numbers a description may ask for; beyond them it is refused before memory is taken.
inline constexpr std::int64_t kMaxPopulationSize = 1 << 20;
inline constexpr std::int64_t kMaxNeurons = std::int64_t{1} << 24;
inline constexpr std::int64_t kMaxSynapses = std::int64_t{1} << 28;

/// Checks a description, draws its parameters, bounds its loops. Returns every mistake found, in field order; of the
/// bad values of one array, the first 20.
[[nodiscard]] tl::expected<Network, Diagnostics> build_network(const NetworkDescription& description);

/// SHA-256 over every field but the hash itself and the loop bounds (which follow from the others), hexadecimal.
[[nodiscard]] std::string hash_network(const Network& network);

/// The loop bounds of a network whose other fields are complete. Where the step ratio of the exponential integrator,
/// (1 - exp(-dt/tau_m)) / (1 - exp(-dt/tau_r)), exceeds tau_r/tau_m (or its inverse tau_m/tau_r), it takes its place:
/// the bounds hold for the continuous network and for its steps.
[[nodiscard]] LoopRadii bound_loop_radii(const Network& network);

}  // namespace vle
