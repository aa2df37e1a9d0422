#include "probe.hpp"

namespace vle::calibration {
namespace {

std::shared_ptr<ParameterMap> make_map(const Target& target, std::int64_t substeps, std::int64_t input_channels,
                                       std::int64_t target_channels) {
  auto map = std::make_shared<ParameterMap>();
  map->tool_version = VLE_VERSION;
  map->network_name = "calibration";
  map->target = target;
  map->geometry = {target.max_cores(), target.rows,
                   target.columns,     std::max(target.input_channels, input_channels),
                   target_channels,    target.crossing.channels};
  map->timing = {static_cast<double>(substeps) * target.substep().value * target.min_speed_up, substeps,
                 target.min_speed_up};
  const double dac_lsb = target.input_dac.range / CodeFormat{target.input_dac.bits, true}.maximum();
  map->inputs.push_back({"stimulus", input_channels, 0, {dac_lsb, 0}, 1});
  PlacedPopulation first{kFirstNeurons, Activation::kLinear, {}, {}};
  first.is_output = true;
  PlacedPopulation others{kOtherNeurons, Activation::kLinear, {}, {}};
  for (std::uint32_t core = 0; core < static_cast<std::uint32_t>(target.max_cores()); ++core) {
    for (std::uint32_t column = 0; column < static_cast<std::uint32_t>(target.columns); ++column) {
      const bool is_first = static_cast<std::int64_t>(first.sites.size()) < target_channels;
      (is_first ? first : others).sites.push_back({core, column});
    }
  }
  map->populations = {std::move(first), std::move(others)};
  return map;
}

}  // namespace

Probe::Probe(const Target& target, std::int64_t substeps, std::int64_t input_channels, std::int64_t target_channels)
    : map_(make_map(target, substeps, input_channels, target_channels)), layout_(target, map_->geometry) {
  map_->image.assign(layout_.size(), 0);
  map_->image[RegisterLayout::kVersionAddress] = RegisterLayout::kVersion;
  map_->image[RegisterLayout::kSubstepsAddress] = static_cast<std::uint16_t>(substeps);
  use_shape(Activation::kLinear);
  for (const ParameterRecord& record : kParameterRecords) {
    if (!record.per_synapse) set_near(record.kind, 0);
  }
}

void Probe::set(ParameterKind kind, Lsb code, int range) {
  for (std::int64_t column = 0; column < columns(); ++column) set(kind, column, code, range);
}

void Probe::set(ParameterKind kind, std::int64_t column, Lsb code, int range) {
  for (std::int64_t core = 0; core < cores(); ++core) {
    map_->image[layout_.address(core, kind, column)] = to_word(map_->target.dac(kind), code, range);
  }
}

void Probe::set_near(ParameterKind kind, double value) {
  const DacSetting setting = nearest_setting(map_->target.dac(kind), value);
  set(kind, setting.code, setting.range);
}

void Probe::drive_row(std::int64_t row, std::int64_t input_channel) {
  for (std::int64_t core = 0; core < cores(); ++core) {
    map_->image[layout_.address(core, RegisterBlock::kRowSource, row)] = layout_.input_source(input_channel);
  }
}

void Probe::drive_backward_row(std::int64_t row, std::int64_t column) {
  for (std::int64_t core = 0; core < cores(); ++core) {
    map_->image[layout_.address(core, RegisterBlock::kBackwardRowSource, row)] = layout_.neuron_source(column);
  }
}

void Probe::set_row(ParameterKind array, std::int64_t row, Lsb code) {
  for (std::int64_t column = 0; column < columns(); ++column) set_synapse(array, row, column, code);
}

void Probe::set_synapse(ParameterKind array, std::int64_t row, std::int64_t column, Lsb code) {
  for (std::int64_t core = 0; core < cores(); ++core) {
    map_->image[layout_.address(core, array, row, column)] = to_word(map_->target.dac(array), code, 0);
  }
}

void Probe::use_shape(Activation activation) {
  set_control({true, activation, false});
}

void Probe::use_lead_pole() {
  set_control({true, Activation::kLinear, true});
}

void Probe::set_control(const NeuronControl& control) {
  for (std::int64_t core = 0; core < cores(); ++core) {
    for (std::int64_t column = 0; column < columns(); ++column) {
      map_->image[layout_.address(core, RegisterBlock::kControl, column)] = to_word(control);
    }
  }
}

void Probe::listen_to_target(std::int64_t column, std::int64_t channel) {
  for (std::int64_t core = 0; core < cores(); ++core) {
    map_->image[layout_.address(core, RegisterBlock::kTargetSource, column)] = static_cast<std::uint16_t>(1 + channel);
  }
}

}  // namespace vle::calibration
