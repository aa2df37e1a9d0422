#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>
#include <vle/emulator/emulator.hpp>
#include <vle/parameter_map/parameter_map.hpp>

#include "imperfections/readout_adc.hpp"
#include "imperfections/signal_dac.hpp"
#include "kernels/core_step.hpp"
#include "neuron_constants.hpp"
#include "synapse_array.hpp"

namespace vle::emulator {

/// What a core is made of: one element per column up to the last one in use, padded to 16.
struct CoreArrays {
  explicit CoreArrays(const Silicon& core_silicon) : silicon(core_silicon), adc(core_silicon.target->readout_adc) {}

  std::size_t width() const { return constants.width(); }

  Silicon silicon;
  SynapseArray forward, backward;
  std::vector<NeuronValues> neurons;
  ConstantBlock constants;
  ConstantBlock slopes;  ///< what constants lose per second since the refresh; empty: nothing fades
  ReadoutAdc adc;
  std::vector<float> skew;  ///< sub-steps by which the read-out samples a column early; empty: all at once
  std::vector<ShapeRun> runs;
  std::vector<std::int32_t> target_channel;  ///< of each column; -1: none
  std::int64_t active_synapses = 0;          ///< with a code that is not 0
  std::int64_t active_neurons = 0;
  std::int64_t link_channels = 0;  ///< crossings into this core that are used, of rates and of errors
};

/// One crossing between cores: the neuron (core * columns + column) whose signal an incoming channel carries.
struct LinkChannel {
  std::uint32_t source = 0;
};

/// A programmed chip, frozen: decoded from the register image through the transfer functions of its target and the
/// deviations of its id. Everything that a trial reads and nothing that it writes.
///
/// Buses: place 0 is silent; then input channels (rate bus only), neurons by site, and link channels core by core.
struct Chip {
  /// `image`: the registers of a map with this geometry, as they are now.
  Chip(const Geometry& geometry, std::span<const std::uint16_t> image, const Target& target, std::uint64_t chip_id,
       Effects effects, double temperature_kelvin = 0);

  /// Decodes one register anew that learning has changed: a bias, an error gain, or the synapse of one source, whose
  /// first row is `row`.
  void decode_learned(std::span<const std::uint16_t> image, std::uint32_t core, ParameterKind kind, std::uint32_t row,
                      std::uint32_t column);

  /// What the kernels see of a core whose constants are `constants`: its own, or those of a trial.
  CoreTables tables(std::size_t core, const ConstantBlock& constants) const;
  bool has(Effect effect) const { return effects.has(effect); }
  /// Whether cells fade, constants are redrawn for every trial, or offsets change with every sub-step.
  bool fades() const { return !cores.empty() && cores.front().slopes.size() > 0; }
  bool redraws() const { return !cores.empty() && varies_per_run(cores.front().silicon); }
  bool has_temporal_offsets() const;

  std::uint32_t rate_of_site(std::size_t site) const { return static_cast<std::uint32_t>(1 + input_channels + site); }
  std::uint32_t error_of_site(std::size_t site) const { return static_cast<std::uint32_t>(1 + site); }

  const Target* target;
  std::uint64_t chip_id;
  Effects effects;
  Geometry geometry;
  RegisterLayout layout;
  std::size_t input_channels = 0;     ///< on the bus
  std::uint32_t groups_per_core = 0;  ///< of four columns each, in the random streams; padded like the columns
  std::int64_t substeps_per_step = 1;
  std::vector<CoreArrays> cores;
  std::vector<LinkChannel> rate_links;  ///< in order of their places on the bus
  std::vector<LinkChannel> error_links;
  SignalDac input_dac;
  SignalDac target_dac;
  float rail = 0;
  float ota_range = 0;
};

}  // namespace vle::emulator
