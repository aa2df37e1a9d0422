#include "chip.hpp"

#include <cmath>
#include <limits>
#include <vle/random/reproducible.hpp>

#include "mismatch.hpp"

namespace vle::emulator {
namespace {

constexpr std::size_t kLanes = 16;
constexpr double kBoltzmann = 1.380649e-23;  // J/K

std::size_t padded(std::size_t count) {
  return (count + kLanes - 1) / kLanes * kLanes;
}

/// Decodes one core: register, transfer function, deviation.
class CoreDecoder {
 public:
  CoreDecoder(const RegisterLayout& layout, std::span<const std::uint16_t> image, const Target& target,
              std::uint64_t chip_id, Effects effects, std::uint32_t core)
      : image_(image),
        target_(target),
        layout_(layout),
        effects_(effects),
        core_(core),
        local_core_(core % static_cast<std::uint32_t>(target.cores_per_chip)),
        key_(chip_key(chip_id, core / static_cast<std::uint32_t>(target.cores_per_chip))) {}

  bool in_use(std::uint32_t column) const { return control(column).in_use; }
  NeuronControl control(std::uint32_t column) const {
    return control_from_word(image_[layout_.address(core_, RegisterBlock::kControl, column)]);
  }

  /// The realised value of a neuron parameter.
  double value(ParameterKind kind, std::uint32_t column) const {
    const double nominal = from_word(target_.dac(kind), image_[layout_.address(core_, kind, column)]).value;
    return nominal * factor(kind, {local_core_, 0, column});
  }

  /// The realised signed weight of a physical row.
  double weight(ParameterKind array, std::uint32_t row, std::uint32_t column, std::int64_t& active) const {
    const std::uint16_t word = image_[layout_.address(core_, array, row, column)];
    if (word == 0) return 0;
    ++active;
    const double size = from_word(target_.dac(array), word).value * factor(array, {local_core_, row, column});
    return target_.signed_weight == SignedWeight::kRowPair && row % 2 == 1 ? -size : size;
  }

  double offset(const Mismatch& mismatch, Stream stream, std::uint32_t column) const {
    return effects_.mismatch ? frozen_offset(mismatch, key_, stream, {local_core_, 0, column}) : 0.0;
  }

  std::uint16_t word(RegisterBlock block, std::int64_t index) const {
    return image_[layout_.address(core_, block, index)];
  }
  RowSource row_source(bool backward, std::int64_t row) const {
    return layout_.row_source_from_word(
        word(backward ? RegisterBlock::kBackwardRowSource : RegisterBlock::kRowSource, row));
  }

 private:
  double factor(ParameterKind kind, Element element) const {
    if (!effects_.mismatch) return 1;
    return frozen_factor(target_.mismatch[static_cast<std::size_t>(kind)], key_, stream_of(kind), element);
  }

  std::span<const std::uint16_t> image_;
  const Target& target_;
  const RegisterLayout& layout_;
  Effects effects_;
  std::uint32_t core_;
  std::uint32_t local_core_;
  std::uint64_t key_;
};

/// Share of the distance that a low pass goes in one sub-step: exact for inputs that are held over it.
double share(double substep, double tau) {
  return 1 - reproducible_exp(-substep / tau);
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
  while (used > 1 && !decoder.in_use(static_cast<std::uint32_t>(used - 1))) --used;
  return static_cast<std::uint32_t>(used);
}

void decode_array(const CoreDecoder& decoder, bool backward, std::uint32_t columns, std::uint32_t rows,
                  std::vector<float>& weights, std::int64_t& active) {
  const ParameterKind array = backward ? ParameterKind::kBackwardWeight : ParameterKind::kWeight;
  const ParameterKind gain = backward ? ParameterKind::kBackwardColumnGain : ParameterKind::kColumnGain;
  const std::size_t padded_rows = padded(rows);
  weights.assign(padded(columns) * padded_rows, 0);
  for (std::uint32_t column = 0; column < columns; ++column) {
    if (!decoder.in_use(column)) continue;
    const double column_gain = decoder.value(gain, column);
    for (std::uint32_t row = 0; row < rows; ++row) {
      weights[column * padded_rows + row] =
          static_cast<float>(column_gain * decoder.weight(array, row, column, active));
    }
  }
}

void decode_neuron(const CoreDecoder& decoder, const Target& target, std::uint32_t i, CoreArrays& core) {
  const double substep = target.substep().value;
  const Offsets& offsets = target.offsets;
  const auto put = [i](std::vector<float>& array, double value) { array[i] = static_cast<float>(value); };
  const double a = share(substep, decoder.value(ParameterKind::kTauU, i));
  const double b = share(substep, decoder.value(ParameterKind::kTauV, i));
  put(core.a, a);
  put(core.b, b);
  put(core.bias, decoder.value(ParameterKind::kBias, i) + decoder.offset(offsets.s, Stream::kOffsetS, i));
  put(core.lead_u, decoder.value(ParameterKind::kLeadU, i));
  put(core.lead_v, decoder.value(ParameterKind::kLeadV, i));
  put(core.g0, decoder.value(ParameterKind::kG0, i));
  put(core.g1, decoder.value(ParameterKind::kG1, i));
  put(core.gamma, decoder.value(ParameterKind::kGamma, i));
  put(core.pole, decoder.control(i).lead_pole ? share(substep, decoder.value(ParameterKind::kLeadPole, i)) : 1.0);
  put(core.offset_epsilon, decoder.offset(offsets.epsilon, Stream::kOffsetEpsilon, i));
  put(core.offset_r, decoder.offset(offsets.r, Stream::kOffsetR, i));
  put(core.offset_e, decoder.offset(offsets.e, Stream::kOffsetE, i));
  put(core.adc_offset, decoder.offset(offsets.adc, Stream::kAdcOffset, i));
  // Ornstein-Uhlenbeck: what one sub-step must add so that the variance stays at noise_factor k T / C.
  const ThermalNoise& noise = target.noise;
  const double variance = noise.noise_factor * kBoltzmann * noise.temperature_kelvin / noise.capacitance_farads;
  const double sigma = std::sqrt(variance) / target.full_scale.value;
  put(core.noise_u, sigma * std::sqrt(a * (2 - a)));
  put(core.noise_v, sigma * std::sqrt(b * (2 - b)));
  const std::uint16_t channel = decoder.word(RegisterBlock::kTargetSource, i);
  core.target_channel[i] = static_cast<std::int32_t>(channel) - 1;
  if (channel > 0) put(core.beta, decoder.value(ParameterKind::kBeta, i));
}

void decode_runs(const CoreDecoder& decoder, const Target& target, std::uint32_t columns, CoreArrays& core) {
  for (std::uint32_t i = 0; i < columns; ++i) {
    const NeuronControl control = decoder.control(i);
    const PhiShape* shape = control.in_use ? target.find_shape(control.activation) : nullptr;
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
std::vector<std::uint32_t> connect_rows(const CoreDecoder& decoder, std::uint32_t core, bool backward,
                                        std::uint32_t rows, Chip& chip) {
  const Geometry& geometry = chip.geometry;
  const auto sites = static_cast<std::size_t>(geometry.cores * geometry.columns);
  const std::size_t first_site = backward ? chip.error_of_site(0) : chip.rate_of_site(0);
  std::vector<LinkChannel>& links = backward ? chip.error_links : chip.rate_links;
  std::vector<std::uint32_t> place_of_link(static_cast<std::size_t>(geometry.link_channels), 0);
  std::vector<std::uint32_t> bus(padded(rows), 0);
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

CoreTables CoreArrays::tables(float rail, float ota_range, bool noisy) const {
  CoreTables tables;
  tables.columns = static_cast<std::uint32_t>(a.size());
  tables.forward_rows = static_cast<std::uint32_t>(forward.size() / a.size());
  tables.backward_rows = static_cast<std::uint32_t>(backward.size() / a.size());
  tables.forward = forward.data();
  tables.backward = backward.data();
  tables.bias = bias.data();
  tables.a = a.data();
  tables.lead_u = lead_u.data();
  tables.b = b.data();
  tables.lead_v = lead_v.data();
  tables.g0 = g0.data();
  tables.g1 = g1.data();
  tables.gamma = gamma.data();
  tables.beta = beta.data();
  tables.pole = pole.data();
  tables.offset_epsilon = offset_epsilon.data();
  tables.offset_r = offset_r.data();
  tables.offset_e = offset_e.data();
  tables.noise_u = noisy ? noise_u.data() : nullptr;
  tables.noise_v = noisy ? noise_v.data() : nullptr;
  tables.runs = runs.data();
  tables.run_count = static_cast<std::uint32_t>(runs.size());
  tables.rail = rail;
  tables.ota_range = ota_range;
  return tables;
}

Chip::Chip(const Geometry& image_geometry, std::span<const std::uint16_t> image, const Target& chip_target,
           std::uint64_t id, Effects chip_effects)
    : target(&chip_target),
      chip_id(id),
      effects(chip_effects),
      geometry(image_geometry),
      layout(chip_target, image_geometry) {
  input_channels = static_cast<std::size_t>(geometry.input_channels);
  groups_per_core = static_cast<std::uint32_t>(padded(static_cast<std::size_t>(geometry.columns)) / 4);
  substeps_per_step = image[RegisterLayout::kSubstepsAddress];
  rail = target->rail > 0 ? static_cast<float>(target->rail) : std::numeric_limits<float>::max();
  ota_range = effects.saturation ? static_cast<float>(target->ota_range) : 0.0f;
  for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(geometry.cores); ++c) {
    const CoreDecoder decoder(layout, image, *target, chip_id, effects, c);
    const std::uint32_t columns = used_columns(decoder, geometry.columns);
    const std::size_t width = padded(columns);
    CoreArrays& core = cores.emplace_back();
    for (auto* array : {&core.bias, &core.a, &core.lead_u, &core.b, &core.lead_v, &core.g0, &core.g1, &core.gamma,
                        &core.beta, &core.pole, &core.offset_epsilon, &core.offset_r, &core.offset_e, &core.noise_u,
                        &core.noise_v, &core.adc_offset}) {
      array->assign(width, 0.0f);
    }
    core.target_channel.assign(width, -1);
    for (std::uint32_t i = 0; i < columns; ++i) {
      if (decoder.in_use(i)) decode_neuron(decoder, *target, i, core);
    }
    decode_runs(decoder, *target, columns, core);
    for (const bool backward : {false, true}) {
      const std::uint32_t rows = driven_rows(decoder, backward, geometry.rows);
      (backward ? core.backward_rows : core.forward_rows) = rows;
      decode_array(decoder, backward, columns, rows, backward ? core.backward : core.forward, core.active_synapses);
      const std::vector<LinkChannel>& links = backward ? error_links : rate_links;
      const std::size_t links_before = links.size();
      (backward ? core.backward_bus : core.forward_bus) = connect_rows(decoder, c, backward, rows, *this);
      core.link_channels += static_cast<std::int64_t>(links.size() - links_before);
    }
  }
}

void Chip::decode_learned(std::span<const std::uint16_t> image, std::uint32_t c, ParameterKind kind, std::uint32_t row,
                          std::uint32_t column) {
  const CoreDecoder decoder(layout, image, *target, chip_id, effects, c);
  CoreArrays& core = cores[c];
  if (column >= core.width()) return;
  if (kind == ParameterKind::kBias) {
    const double offset = decoder.offset(target->offsets.s, Stream::kOffsetS, column);
    core.bias[column] = static_cast<float>(decoder.value(kind, column) + offset);
    return;
  }
  if (kind == ParameterKind::kG0 || kind == ParameterKind::kG1) {
    (kind == ParameterKind::kG0 ? core.g0 : core.g1)[column] = static_cast<float>(decoder.value(kind, column));
    return;
  }
  const bool backward = kind == ParameterKind::kBackwardWeight;
  const std::size_t padded_rows = (backward ? core.backward_bus : core.forward_bus).size();
  const ParameterKind gain = backward ? ParameterKind::kBackwardColumnGain : ParameterKind::kColumnGain;
  const double column_gain = decoder.value(gain, column);
  for (std::uint32_t k = row; k < row + static_cast<std::uint32_t>(target->rows_per_source()); ++k) {
    if (k >= padded_rows) return;
    float& weight = (backward ? core.backward : core.forward)[column * padded_rows + k];
    std::int64_t active = weight != 0 ? -1 : 0;
    weight = static_cast<float>(column_gain * decoder.weight(kind, k, column, active));
    core.active_synapses += active;
  }
}

}  // namespace vle::emulator
