#include <vle/digest/digest.hpp>
#include <vle/target/target.hpp>

namespace vle {
namespace {

void add(Digest& digest, const Dac& dac) {
  digest.add(dac.kind).add(dac.format.bits).add(dac.format.is_signed).add(dac.min_code).add(dac.max_code);
  digest.add(dac.scale).add(dac.offset).add(std::span(dac.range_factors)).add(std::span(dac.table)).add(dac.unit_sigma);
}

void add(Digest& digest, const Deviation& deviation) {
  digest.add(deviation.distribution).add(deviation.sigma).add(deviation.scaling).add(deviation.kind);
}

void add(Digest& digest, const Converter& converter) {
  digest.add(converter.bits).add(converter.range).add(converter.clocks);
  const ConverterErrors& errors = converter.errors;
  digest.add(errors.architecture).add(errors.unit_sigma).add(errors.ramp_bow_lsb).add(errors.shared);
  digest.add(errors.skew_seconds).add(std::span(errors.inl_lsb));
}

void add(Digest& digest, const Drift& drift) {
  digest.add(drift.leakage_amperes).add(drift.leakage_doubling_kelvin).add(drift.droop_per_second);
  digest.add(drift.refresh_period_seconds);
  add(digest, drift.leakage);
  add(digest, drift.droop);
  for (const TemperatureCoefficient* coefficient : {&drift.tau, &drift.gain, &drift.offset}) {
    digest.add(coefficient->mean).add(coefficient->sigma);
  }
}

void add(Digest& digest, const Costs& costs) {
  digest.add(costs.synapse_joules).add(costs.neuron_joules).add(costs.adc_joules).add(costs.dac_joules);
  digest.add(costs.link_joules).add(costs.bus_joules).add(costs.static_watts);
  digest.add(costs.bus_word_clocks).add(costs.link_word_clocks);
  digest.add(costs.plasticity_joules).add(costs.row_joules);
  digest.add(costs.router_word_clocks).add(costs.link_lanes).add(costs.link_fifo_words);
}

void add(Digest& digest, const std::optional<PlasticityEngine>& engine) {
  digest.add(engine.has_value());
  if (!engine) return;
  digest.add(engine->accumulator_bits).add(engine->fraction_bits).add(engine->multiplier_bits);
  digest.add(engine->lanes).add(engine->update_clocks).add(engine->row_clocks);
}

}  // namespace

const PhiShape* Target::find_shape(Activation activation) const {
  for (const PhiShape& shape : shapes) {
    if (shape.activation == activation) return &shape;
  }
  return nullptr;
}

std::string hash_of(const Target& target) {
  Digest digest;
  digest.add("vle.target.2").add(std::string_view(target.name));
  digest.add(target.chips).add(target.cores_per_chip).add(target.rows).add(target.columns).add(target.input_channels);
  digest.add(target.signed_weight).add(target.min_speed_up).add(target.max_speed_up);
  digest.add(target.clock_period.value).add(target.substep_clocks);
  digest.add(target.full_scale.value).add(target.rail).add(target.ota_range).add(target.lead_bandwidth.value);
  for (const Dac& dac : target.dacs) add(digest, dac);
  digest.add(target.shapes.size());
  for (const PhiShape& shape : target.shapes) {
    digest.add(shape.activation).add(shape.input_scale).add(shape.amplitude);
  }
  add(digest, target.input_dac);
  add(digest, target.readout_adc);
  digest.add(target.crossing.bits).add(target.crossing.period_substeps);
  digest.add(target.crossing.latency_substeps).add(target.crossing.channels);
  for (const Deviation& deviation : target.mismatch) add(digest, deviation);
  for (const Deviation* offset :
       {&target.offsets.s, &target.offsets.r, &target.offsets.epsilon, &target.offsets.e, &target.offsets.adc}) {
    add(digest, *offset);
  }
  if (target.rate_circuits.deviate()) {  // a chip without them keeps the hash that it has without this field
    add(digest.add("rate_circuits"), target.rate_circuits.slope);
    add(digest, target.rate_circuits.amplitude);
  }
  digest.add(target.noise.capacitance_farads).add(target.noise.temperature_kelvin);
  digest.add(target.noise.noise_factor).add(target.noise.adc_sigma_lsb);
  add(digest, target.drift);
  digest.add(target.defects.dead_neuron).add(target.defects.stuck_bit);
  add(digest, target.costs);
  add(digest, target.plasticity);
  return digest.hex();
}

}  // namespace vle
