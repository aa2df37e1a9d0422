#include "network_enums.hpp"
#include "target_proto.hpp"

namespace vle::io {
namespace {

void write_parameter(const Dac& dac, ParameterKind kind, v1::ParameterConverter& out) {
  out.set_kind(to_proto(kind));
  out.set_bits(static_cast<std::uint32_t>(dac.format.bits));
  out.set_signed_(dac.format.is_signed);
  out.set_min_code(dac.min_code);
  out.set_max_code(dac.max_code);
  switch (dac.kind) {
    case Dac::Kind::kLinear:
      out.mutable_linear()->set_scale(dac.scale);
      out.mutable_linear()->set_offset(dac.offset);
      break;
    case Dac::Kind::kReciprocal:
      out.mutable_reciprocal()->set_scale(dac.scale);
      out.mutable_reciprocal()->set_offset(dac.offset);
      break;
    case Dac::Kind::kTable:
      out.mutable_table()->mutable_value()->Assign(dac.table.begin(), dac.table.end());
      break;
  }
  out.set_unit_sigma(dac.unit_sigma);
  out.mutable_range_factor()->Assign(dac.range_factors.begin(), dac.range_factors.end());
}

void write_counts_and_timing(const Target& target, v1::Target& out) {
  v1::Counts& counts = *out.mutable_counts();
  counts.set_chips(static_cast<std::uint32_t>(target.chips));
  counts.set_cores_per_chip(static_cast<std::uint32_t>(target.cores_per_chip));
  counts.set_rows(static_cast<std::uint32_t>(target.rows));
  counts.set_columns(static_cast<std::uint32_t>(target.columns));
  counts.set_input_channels(static_cast<std::uint32_t>(target.input_channels));
  counts.set_signed_weight(target.signed_weight == SignedWeight::kRowPair ? v1::ROW_PAIR : v1::PER_SYNAPSE);
  v1::Timing& timing = *out.mutable_timing();
  timing.set_min_speed_up(target.min_speed_up);
  timing.set_max_speed_up(target.max_speed_up);
  timing.set_clock_period_seconds(target.clock_period.value);
  timing.set_substep_clocks(static_cast<std::uint32_t>(target.substep_clocks));
}

void write_costs(const Costs& costs, v1::Costs& out) {
  out.set_synapse_joules(costs.synapse_joules);
  out.set_neuron_joules(costs.neuron_joules);
  out.set_adc_joules(costs.adc_joules);
  out.set_dac_joules(costs.dac_joules);
  out.set_link_joules(costs.link_joules);
  out.set_bus_joules(costs.bus_joules);
  out.set_static_watts(costs.static_watts);
  out.set_bus_word_clocks(static_cast<std::uint32_t>(costs.bus_word_clocks));
  out.set_link_word_clocks(static_cast<std::uint32_t>(costs.link_word_clocks));
  out.set_plasticity_joules(costs.plasticity_joules);
  out.set_row_joules(costs.row_joules);
  out.set_router_word_clocks(static_cast<std::uint32_t>(costs.router_word_clocks));
  out.set_link_lanes(static_cast<std::uint32_t>(costs.link_lanes));
  out.set_link_fifo_words(static_cast<std::uint32_t>(costs.link_fifo_words));
}

void write_plasticity(const PlasticityEngine& engine, v1::PlasticityEngine& out) {
  out.set_accumulator_bits(static_cast<std::uint32_t>(engine.accumulator_bits));
  out.set_fraction_bits(static_cast<std::uint32_t>(engine.fraction_bits));
  out.set_multiplier_bits(static_cast<std::uint32_t>(engine.multiplier_bits));
  out.set_lanes(static_cast<std::uint32_t>(engine.lanes));
  out.set_update_clocks(static_cast<std::uint32_t>(engine.update_clocks));
  out.set_row_clocks(static_cast<std::uint32_t>(engine.row_clocks));
}

}  // namespace

v1::Target to_proto(const Target& target) {
  v1::Target out;
  out.set_name(target.name);
  out.set_summary(target.summary);
  write_counts_and_timing(target, out);
  out.mutable_analog()->set_full_scale_volts(target.full_scale.value);
  out.mutable_analog()->set_rail(target.rail);
  out.mutable_analog()->set_ota_range(target.ota_range);
  out.mutable_analog()->set_lead_bandwidth_hertz(target.lead_bandwidth.value);
  for (const ParameterRecord& record : kParameterRecords) {
    write_parameter(target.dac(record.kind), record.kind, *out.add_parameter());
  }
  for (const PhiShape& shape : target.shapes) {
    v1::PhiShape& written = *out.add_shape();
    written.set_activation(to_proto(shape.activation));
    written.set_input_scale(shape.input_scale);
    written.set_amplitude(shape.amplitude);
  }
  write_converter(target.input_dac, *out.mutable_input_dac());
  write_converter(target.readout_adc, *out.mutable_readout_adc());
  v1::Crossing& crossing = *out.mutable_crossing();
  crossing.set_bits(static_cast<std::uint32_t>(target.crossing.bits));
  crossing.set_period_substeps(static_cast<std::uint32_t>(target.crossing.period_substeps));
  crossing.set_latency_substeps(static_cast<std::uint32_t>(target.crossing.latency_substeps));
  crossing.set_channels(static_cast<std::uint32_t>(target.crossing.channels));
  write_imperfections(target, out);
  write_costs(target.costs, *out.mutable_costs());
  if (target.plasticity) write_plasticity(*target.plasticity, *out.mutable_plasticity());
  return out;
}

}  // namespace vle::io
