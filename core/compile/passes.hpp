#pragma once

#include <cstdint>
#include <vector>
#include <vle/compile/compile.hpp>
#include <vle/parameter_map/parameter_map.hpp>

#include "sources.hpp"

// The passes of the compiler, in the order in which compile() runs them.
namespace vle {

/// Refuses what no placement can help: a rate circuit that the target lacks, a loss it cannot form, a neuron whose own
/// fan-in or fan-out exceeds a core.
[[nodiscard]] Result<> check_fit(const Network& network, const Target& target, const Sources& sources);

/// Where every neuron sits, and what drives the rows of every core. Rows are in order of source.
struct Placement {
  struct Core {
    std::vector<std::int64_t> forward;   ///< sources of the forward array
    std::vector<std::int64_t> backward;  ///< sources of the backward array
    std::int64_t columns = 0;            ///< up to the last one with a neuron
  };
  std::vector<std::vector<Site>> sites;  ///< of each population's neurons
  std::vector<Core> cores;
};
[[nodiscard]] Result<Placement> place(const Network& network, const Target& target, const Sources& sources,
                                      const ChipConverters& converters);

/// Speed-up and sub-steps: the slowest speed-up at which every time constant is reached, rounded so that a step is a
/// whole number of sub-steps.
[[nodiscard]] Result<Timing> choose_timing(const Network& network, const Target& target, const Placement& placement,
                                           const ChipConverters& converters, const CompileOptions& options);

/// Full scales per model unit of every signal.
struct Scales {
  std::vector<SignalScales> populations;
  std::vector<double> inputs;
};
[[nodiscard]] Scales choose_scales(const Network& network, const Target& target, const SignalRanges& ranges,
                                   double headroom);

/// Fills geometry, row sources, link channels and target channels of the map; the image has its size afterwards.
[[nodiscard]] Result<> route(const Network& network, const Sources& sources, const Placement& placement,
                             ParameterMap& map);

/// Codes of everything that each neuron has one of, column gains excepted, with their ledger.
void quantise_neurons(const Network& network, const Scales& scales, const ChipConverters& converters,
                      ParameterMap& map);

/// Model units per chip unit of a neuron parameter.
[[nodiscard]] double model_per_chip(ParameterKind kind, const SignalScales& scales, double speed_up);

/// Takes up in the biases what offsets of other elements add to a membrane: rates of the senders, and the error that
/// rests on it. The last step of coding, since it goes by the weights as they were coded.
void absorb_offsets(const ChipConverters& converters, ParameterMap& map);

/// Column gains and synapse codes of both arrays, with their ledger.
void quantise_synapses(const Network& network, const Sources& sources, const Placement& placement, const Scales& scales,
                       const ChipConverters& converters, double weight_headroom, ParameterMap& map);

/// The registers of the plasticity engines, from the network's plasticity settings, with the ledger of realised rates.
/// Where the target has no engine, or the network asks for what none can do, the chip does not learn and remarks say
/// so.
void program_plasticity(const Network& network, const Scales& scales, ParameterMap& map);

/// Derives the network back from the register image and compares it with the ledger and the description, value by value
/// and synapse by synapse. A difference is a bug of the compiler and aborts.
void verify(const Network& network, const ChipConverters& converters, const ParameterMap& map);

}  // namespace vle
