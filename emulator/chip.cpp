#include "chip.hpp"

#include <algorithm>
#include <limits>

#include "core_decoder.hpp"

namespace vle::emulator {
namespace {

constexpr std::size_t kLanes = 16;

std::size_t padded(std::size_t count) {
  return (count + kLanes - 1) / kLanes * kLanes;
}

/// Rows up to the last one that anything drives; the others conduct nothing.
std::uint32_t driven_rows(const CoreDecoder& decoder, bool backward, std::int64_t rows) {
  std::int64_t driven = rows;
  while (driven > 0 && decoder.row_source(backward, driven - 1).kind == RowSource::Kind::kOff) --driven;
  return static_cast<std::uint32_t>(driven);
}

/// Columns up to the last one in use, at least one.
std::uint32_t used_columns(const CoreDecoder& decoder, std::int64_t columns) {
  std::int64_t used = columns;
  while (used > 1 && !decoder.control(static_cast<std::uint32_t>(used - 1)).in_use) --used;
  return static_cast<std::uint32_t>(used);
}

void decode_neurons(const CoreDecoder& decoder, std::uint32_t columns, CoreArrays& core) {
  const Silicon& silicon = core.silicon;
  const std::size_t width = padded(columns);
  const bool fades = silicon.effects.has(Effect::kDroop) && silicon.target->drift.droop_per_second > 0;
  core.neurons.resize(width);
  core.constants = ConstantBlock(width);
  if (fades) core.slopes = ConstantBlock(width);
  core.target_channel.assign(width, -1);
  for (std::uint32_t i = 0; i < columns; ++i) {
    core.neurons[i] = decoder.neuron(i);
    core.constants.at(Constant::kAdcOffset, i) = static_cast<float>(core.neurons[i].of(OffsetKind::kAdc));
    if (!core.neurons[i].in_use) continue;
    fold(core.neurons[i], silicon, i, core.constants);
    if (fades) fold_droop(core.neurons[i], silicon, i, core.slopes);
    core.target_channel[i] = static_cast<std::int32_t>(decoder.word(RegisterBlock::kTargetSource, i)) - 1;
  }
}

/// The first column is sampled first, the last one when the sub-step ends.
std::vector<float> skew_of(const Silicon& silicon, std::int64_t columns, std::size_t width) {
  const double seconds = silicon.target->readout_adc.errors.skew_seconds;
  if (seconds == 0 || !silicon.effects.has(Effect::kSkew)) return {};
  std::vector<float> skew(width, 0.0f);
  for (std::int64_t i = 0; i < std::min(columns, static_cast<std::int64_t>(width)); ++i) {
    const double early = static_cast<double>(columns - 1 - i) * seconds / silicon.target->substep().value;
    skew[static_cast<std::size_t>(i)] = static_cast<float>(std::min(early, 1.0));
  }
  return skew;
}

void decode_runs(const CoreDecoder& decoder, const Target& target, std::uint32_t columns, CoreArrays& core) {
  for (std::uint32_t i = 0; i < columns; ++i) {
    const NeuronControl control = decoder.control(i);
    const PhiShape* shape = core.neurons[i].in_use ? target.find_shape(control.activation) : nullptr;
    if (shape == nullptr) continue;
    ++core.active_neurons;
    const auto activation = static_cast<std::uint32_t>(control.activation);
    if (!core.runs.empty() && core.runs.back().end == i && core.runs.back().activation == activation) {
      ++core.runs.back().end;
      continue;
    }
    core.runs.push_back(
        {i, i + 1, activation, static_cast<float>(1 / shape->input_scale), static_cast<float>(shape->amplitude)});
  }
}

/// The place on the bus that drives each row of one array; crossings that it meets get a place of their own.
std::vector<std::uint32_t> connect_rows(const CoreDecoder& decoder, std::uint32_t core, bool backward, Chip& chip) {
  const Geometry& geometry = chip.geometry;
  const auto sites = static_cast<std::size_t>(geometry.cores * geometry.columns);
  const std::size_t first_site = backward ? chip.error_of_site(0) : chip.rate_of_site(0);
  std::vector<LinkChannel>& links = backward ? chip.error_links : chip.rate_links;
  std::vector<std::uint32_t> place_of_link(static_cast<std::size_t>(geometry.link_channels), 0);
  const std::uint32_t rows = driven_rows(decoder, backward, geometry.rows);
  std::vector<std::uint32_t> bus(rows, 0);
  for (std::uint32_t row = 0; row < rows; ++row) {
    const RowSource source = decoder.row_source(backward, row);
    const auto index = static_cast<std::size_t>(source.index);
    if (source.kind == RowSource::Kind::kInput && !backward) bus[row] = static_cast<std::uint32_t>(1 + index);
    if (source.kind == RowSource::Kind::kNeuron) {
      bus[row] = static_cast<std::uint32_t>(first_site + core * static_cast<std::size_t>(geometry.columns) + index);
    }
    if (source.kind != RowSource::Kind::kLink) continue;
    const std::uint16_t from =
        decoder.word(backward ? RegisterBlock::kBackwardLinkSource : RegisterBlock::kLinkSource, source.index);
    if (from == 0 || from > sites) continue;
    if (place_of_link[index] == 0) {
      place_of_link[index] = static_cast<std::uint32_t>(first_site + sites + links.size());
      links.push_back({static_cast<std::uint32_t>(from - 1)});
    }
    bus[row] = place_of_link[index];
  }
  return bus;
}

}  // namespace

CoreTables Chip::tables(std::size_t index, const ConstantBlock& constants) const {
  const CoreArrays& core = cores[index];
  CoreTables tables;
  tables.columns = static_cast<std::uint32_t>(core.width());
  tables.forward_rows = static_cast<std::uint32_t>(core.forward.inputs.size());
  tables.backward_rows = static_cast<std::uint32_t>(core.backward.inputs.size());
  tables.forward = core.forward.weights.data();
  tables.backward = core.backward.weights.data();
  tables.bias = constants.row(Constant::kBias);
  tables.a = constants.row(Constant::kA);
  tables.lead_u = constants.row(Constant::kLeadU);
  tables.b = constants.row(Constant::kB);
  tables.lead_v = constants.row(Constant::kLeadV);
  tables.g0 = constants.row(Constant::kG0);
  tables.g1 = constants.row(Constant::kG1);
  tables.gamma = constants.row(Constant::kGamma);
  tables.beta = constants.row(Constant::kBeta);
  tables.pole = constants.row(Constant::kPole);
  tables.offset_epsilon = constants.row(Constant::kOffsetEpsilon);
  tables.offset_r = constants.row(Constant::kOffsetR);
  tables.offset_e = constants.row(Constant::kOffsetE);
  if (has_rate_deviations(core.silicon)) {
    tables.rate_slope = constants.row(Constant::kRateSlope);
    tables.rate_amplitude = constants.row(Constant::kRateAmplitude);
  }
  if (has(Effect::kMembraneNoise)) tables.noise_u = constants.row(Constant::kNoiseU);
  if (has(Effect::kErrorNoise)) tables.noise_v = constants.row(Constant::kNoiseV);
  if (has(Effect::kLeakage) && target->drift.leakage_amperes > 0) {
    tables.leak_u = constants.row(Constant::kLeakU);
    tables.leak_v = constants.row(Constant::kLeakV);
  }
  if (fades() || redraws()) {
    tables.forward_gain = constants.row(Constant::kForwardGain);
    tables.backward_gain = constants.row(Constant::kBackwardGain);
  }
  tables.runs = core.runs.data();
  tables.run_count = static_cast<std::uint32_t>(core.runs.size());
  tables.rail = rail;
  tables.ota_range = ota_range;
  return tables;
}

bool Chip::has_temporal_offsets() const {
  const Offsets& offsets = target->offsets;
  const auto changes = [](const Deviation& offset) {
    return offset.kind == Deviation::Kind::kTemporal && offset.sigma > 0;
  };
  return has(Effect::kOffset) &&
         (changes(offsets.s) || changes(offsets.r) || changes(offsets.epsilon) || changes(offsets.e));
}

Chip::Chip(const Geometry& image_geometry, std::span<const std::uint16_t> image, const Target& chip_target,
           std::uint64_t id, Effects chip_effects, double temperature_kelvin)
    : target(&chip_target),
      chip_id(id),
      effects(chip_effects),
      geometry(image_geometry),
      layout(chip_target, image_geometry),
      input_channels(static_cast<std::size_t>(geometry.input_channels)),
      input_dac(silicon_of(chip_target, chip_effects, id, 0, temperature_kelvin), Stream::kInputDac, input_channels),
      target_dac(silicon_of(chip_target, chip_effects, id, 0, temperature_kelvin), Stream::kTargetDac,
                 static_cast<std::size_t>(geometry.target_channels)) {
  groups_per_core = static_cast<std::uint32_t>(padded(static_cast<std::size_t>(geometry.columns)) / 4);
  substeps_per_step = image[RegisterLayout::kSubstepsAddress];
  rail = target->rail > 0 ? static_cast<float>(target->rail) : std::numeric_limits<float>::max();
  ota_range = has(Effect::kSaturation) ? static_cast<float>(target->ota_range) : 0.0f;
  for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(geometry.cores); ++c) {
    const Silicon silicon = silicon_of(*target, effects, chip_id, c, temperature_kelvin);
    const CoreDecoder decoder(layout, image, silicon, c);
    const std::uint32_t columns = used_columns(decoder, geometry.columns);
    CoreArrays& core = cores.emplace_back(silicon);
    decode_neurons(decoder, columns, core);
    core.adc = ReadoutAdc(silicon, core.width());
    core.skew = skew_of(silicon, geometry.columns, core.width());
    decode_runs(decoder, *target, columns, core);
    for (const bool backward : {false, true}) {
      const std::vector<LinkChannel>& links = backward ? error_links : rate_links;
      const std::size_t links_before = links.size();
      (backward ? core.backward : core.forward) = decode_array(
          decoder, backward, connect_rows(decoder, c, backward, *this), core.neurons, core.active_synapses);
      core.link_channels += static_cast<std::int64_t>(links.size() - links_before);
    }
  }
}

void Chip::decode_learned(std::span<const std::uint16_t> image, std::uint32_t c, ParameterKind kind, std::uint32_t row,
                          std::uint32_t column) {
  CoreArrays& core = cores[c];
  const CoreDecoder decoder(layout, image, core.silicon, c);
  if (column >= core.width() || !core.neurons[column].in_use) return;
  if (!record_of(kind).per_synapse) {
    core.neurons[column].of(kind) = decoder.value(kind, column);
    fold(core.neurons[column], core.silicon, column, core.constants);
    if (fades()) fold_droop(core.neurons[column], core.silicon, column, core.slopes);
    return;
  }
  const bool backward = kind == ParameterKind::kBackwardWeight;
  decode_cells(decoder, backward, row, static_cast<std::uint32_t>(target->rows_per_source()), column,
               core.neurons[column], backward ? core.backward : core.forward, core.active_synapses);
}

}  // namespace vle::emulator
