#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include <vle/network/network.hpp>
#include <vle/parameter_map/ledger.hpp>
#include <vle/result/result.hpp>
#include <vle/target/register_layout.hpp>

namespace vle {

/// Where a neuron lives.
struct Site {
  std::uint32_t core = 0;
  std::uint32_t column = 0;
  bool operator==(const Site&) const = default;
};

/// Full scales per model unit of a population's signals: chip value = scale * model value.
struct SignalScales {
  double membrane = 1;  ///< s, u, lookahead
  double rate = 1;      ///< r, and the target
  double error = 1;     ///< epsilon, v, e
};

/// A linear map between a converter's codes and model values: model = scale * code + offset.
struct CodeScale {
  double scale = 1;
  double offset = 0;
};

struct PlacedPopulation {
  std::string name;
  Activation activation = Activation::kTanh;
  std::vector<Site> sites;  ///< of each neuron
  SignalScales scales;
  /// r of each neuron over what `scales` says, since its rate circuit gives more or less (CalibratedRateCircuit); a
  /// target takes the same. Empty: 1.
  std::vector<double> rate_factors{};
  bool is_output = false;
  Loss loss = Loss::kMeanSquaredError;
  std::int64_t first_target_channel = 0;  ///< outputs: in the target

  /// Full scales of r per model unit of one neuron.
  double rate_scale(std::size_t neuron) const {
    return rate_factors.empty() ? scales.rate : scales.rate * rate_factors[neuron];
  }
};

/// An input with the range of its DAC. Channel c of the stimulus is DAC channel c of every core whose rows use it.
struct PlacedInput {
  std::string name;
  std::int64_t size = 0;
  std::int64_t first_channel = 0;
  CodeScale dac;          ///< model value of a DAC code
  double chip_scale = 1;  ///< full scales per model unit
};

/// A projection's shape, so that a network can be read back from the registers.
struct PlacedProjection {
  std::string name;
  Source from;
  std::int64_t to = 0;
  BackwardRule backward = BackwardRule::kTranspose;
  bool is_dense = true;
  std::vector<std::uint32_t> row_start;  ///< as in Synapses; empty when dense
  std::vector<std::uint32_t> column;
};

/// Model time against chip time.
struct Timing {
  double dt = 0;                       ///< network step, seconds of model time
  std::int64_t substeps_per_step = 1;  ///< K
  double speed_up = 1;                 ///< model time / chip time
  double substep_model_seconds() const { return dt / static_cast<double>(substeps_per_step); }
};

/// What a crossing between cores costs: for the ledger's page.
struct CrossingUse {
  std::int64_t rate_channels = 0;
  std::int64_t error_channels = 0;
  std::int64_t latency_substeps = 0;
};

/// One learning rate of one projection or population: what the network asks for and what the engine's registers give.
struct RealisedRate {
  std::string owner;     ///< name of the projection or the population
  std::string quantity;  ///< W, B, bias, gains or decay
  std::string unit;      ///< 1/s of model time
  double target = 0;
  double least = 0;  ///< over the elements that learn; shifts and shared rows make them differ
  double largest = 0;
};

/// What the plasticity engine was told.
struct LearningProgram {
  double period = 0;                 ///< seconds of model time from one update to the next; 0: the chip does not learn
  std::vector<RealisedRate> rates;   ///< the ledger of learning
  std::vector<std::string> remarks;  ///< what the network asks for and the engine does not do, a sentence each
};

/// The result of compiling: a register image, and everything needed to read it back in the network's own terms.
struct ParameterMap {
  std::string tool_version;
  std::string network_name;
  std::string network_hash;
  std::string calibration_hash;                     ///< empty: compiled for the nominal chip
  std::optional<std::uint64_t> calibrated_chip_id;  ///< of the calibration: no other chip may run this map
  Target target;
  Geometry geometry;
  Timing timing;
  double lead_bandwidth = 0;  ///< hertz of model time; 0: none
  std::vector<PlacedInput> inputs;
  std::vector<PlacedPopulation> populations;
  std::vector<PlacedProjection> projections;
  CrossingUse crossings;
  std::vector<std::uint16_t> image;
  std::vector<LedgerBlock> ledger;
  LearningProgram learning;

  std::int64_t input_channels() const;
  std::int64_t target_channels() const;
  std::int64_t neuron_count() const;
  std::int64_t synapse_count() const;  ///< of W; B has its own
};

/// The network that a register image realises, read back through the nominal transfer functions: per-neuron analog
/// constants, quantised weights (forward and backward), biases and gains. It runs on the reference as the ideal twin of
/// the programmed chip. Its integrator is exponential; run it at Timing::substep_model_seconds with held inputs.
/// An image whose registers contradict each other (a row driven by two signals, say) is an error that names the
/// register.
[[nodiscard]] Result<Network> recover_network(const ParameterMap& map);

/// A difference between two maps, as a line for people.
[[nodiscard]] std::vector<std::string> diff_maps(const ParameterMap& a, const ParameterMap& b, std::size_t max_lines);

}  // namespace vle
