#include <vle/compile/compile.hpp>

#include "passes.hpp"

namespace vle {
namespace {

// What the map keeps of the network's own terms.
void describe(const Network& network, const Placement& placement, const Scales& scales, ParameterMap& map) {
  map.network_name = network.name;
  map.network_hash = network.hash;
  map.lead_bandwidth = network.lead_bandwidth;
  const double full_code = CodeFormat{map.target.input_dac.bits, true}.maximum();
  for (std::size_t i = 0; i < network.inputs.size(); ++i) {
    const Input& input = network.inputs[i];
    const CodeScale dac{map.target.input_dac.range / full_code / scales.inputs[i], 0};
    map.inputs.push_back({input.name, input.size, input.first_channel, dac, scales.inputs[i]});
  }
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const Population& population = network.populations[p];
    map.populations.push_back({population.name, population.activation, placement.sites[p], scales.populations[p]});
  }
  for (const Output& output : network.outputs) {
    PlacedPopulation& placed = map.populations[static_cast<std::size_t>(output.population)];
    placed.is_output = true;
    placed.loss = output.loss;
    placed.first_target_channel = output.first_channel;
  }
  for (const Projection& projection : network.projections) {
    const Synapses& synapses = projection.synapses;
    map.projections.push_back({projection.name, projection.from, projection.to, projection.backward,
                               synapses.is_dense(), synapses.row_start, synapses.column});
  }
}

// What a read-out and a target of each neuron have to be scaled by.
void keep_amplitudes(const ChipConverters& converters, ParameterMap& map) {
  for (PlacedPopulation& population : map.populations) {
    for (const Site site : population.sites) {
      population.rate_factors.push_back(converters.rate_amplitude(site.core, site.column));
    }
  }
}

}  // namespace

Result<ParameterMap> compile(const Network& network, const Target& target, const SignalRanges& ranges,
                             const CompileOptions& options) {
  VLE_CHECK(ranges.populations.size() == network.populations.size() && ranges.inputs.size() == network.inputs.size(),
            "ranges of {} populations and {} inputs for a network of {} and {}", ranges.populations.size(),
            ranges.inputs.size(), network.populations.size(), network.inputs.size());
  if (options.calibration != nullptr) {
    if (Result<> own = check_calibration_of(*options.calibration, target, std::nullopt); !own) {
      return tl::unexpected(own.error());
    }
  }
  const ChipConverters converters(target, options.calibration);
  const Sources sources(network);
  if (Result<> fits = check_fit(network, target, sources); !fits) return tl::unexpected(fits.error());
  const Result<Placement> placement = place(network, target, sources, converters);
  if (!placement) return tl::unexpected(placement.error());
  const Result<Timing> timing = choose_timing(network, target, *placement, converters, options);
  if (!timing) return tl::unexpected(timing.error());

  ParameterMap map;
  map.tool_version = VLE_VERSION;
  map.target = target;
  map.timing = *timing;
  if (options.calibration != nullptr) {
    map.calibration_hash = hash_of(*options.calibration);
    map.calibrated_chip_id = options.calibration->chip_id;
  }
  const Scales scales = choose_scales(network, target, ranges, options.headroom);
  describe(network, *placement, scales, map);
  if (Result<> routed = route(network, sources, *placement, map); !routed) return tl::unexpected(routed.error());
  quantise_neurons(network, scales, converters, map);
  quantise_synapses(network, sources, *placement, scales, converters, options.weight_headroom, map);
  if (converters.has_rate_circuits()) keep_amplitudes(converters, map);
  if (converters.is_calibrated()) absorb_offsets(converters, map);
  program_plasticity(network, scales, map);
  verify(network, converters, map);
  return map;
}

}  // namespace vle
