#include "core_decoder.hpp"

#include "imperfections/defects.hpp"
#include "imperfections/deviations.hpp"
#include "imperfections/drift.hpp"
#include "imperfections/parameter_dac.hpp"
#include "imperfections/rate_circuits.hpp"

namespace vle::emulator {
double CoreDecoder::value(ParameterKind kind, std::uint32_t column) const {
  const Dac& dac = target().dac(kind);
  const std::uint16_t written = image_[layout_.address(core_, kind, column)];
  const std::uint16_t word = with_stuck_bit(silicon_, kind, 0, column, dac.register_bits(), written);
  double value = converted(silicon_, kind, from_word(dac, word), column);
  const Deviation& mismatch = target().mismatch[static_cast<std::size_t>(kind)];
  if (mismatch.kind == Deviation::Kind::kFrozen && silicon_.effects.has(effect_of(kind))) {
    value = deviated(value, mismatch, silicon_.key, stream_of(kind), {silicon_.core, 0, column});
  }
  return value * temperature_factor(silicon_, kind, column);
}

double CoreDecoder::weight(ParameterKind array, std::uint32_t row, std::uint32_t column, std::int64_t& active) const {
  const Dac& dac = target().dac(array);
  const std::uint16_t written = image_[layout_.address(core_, array, row, column)];
  const std::uint16_t word = with_stuck_bit(silicon_, array, row, column, dac.register_bits(), written);
  if (word == 0) return 0;
  ++active;
  double size = from_word(dac, word).value;
  if (silicon_.effects.has(effect_of(array))) {
    size *= drawn_factor(target().mismatch[static_cast<std::size_t>(array)], silicon_.key, stream_of(array),
                         {silicon_.core, row, column});
  }
  return target().signed_weight == SignedWeight::kRowPair && row % 2 == 1 ? -size : size;
}

double CoreDecoder::offset(OffsetKind kind, std::uint32_t column) const {
  const Deviation& deviation = offset_of(target(), kind);
  const Effect effect = kind == OffsetKind::kAdc ? Effect::kAdcOffset : Effect::kOffset;
  const bool is_drawn = deviation.kind == Deviation::Kind::kFrozen && silicon_.effects.has(effect);
  const double frozen =
      is_drawn ? drawn_offset(deviation, silicon_.key, stream_of(kind), {silicon_.core, 0, column}) : 0.0;
  return frozen + temperature_offset(silicon_, kind, column);
}

NeuronValues CoreDecoder::neuron(std::uint32_t column) const {
  NeuronValues values;
  if (!control(column).in_use) return values;
  values.of(OffsetKind::kAdc) = offset(OffsetKind::kAdc, column);
  values.in_use = !is_dead(silicon_, column);
  if (!values.in_use) return values;
  values.has_pole = control(column).lead_pole;
  values.has_target = word(RegisterBlock::kTargetSource, column) > 0;
  for (const ParameterRecord& record : kParameterRecords) {
    if (record.per_synapse) continue;
    values.of(record.kind) = value(record.kind, column);
    values.droop_rate[static_cast<std::size_t>(record.kind)] = droop_rate(silicon_, record.kind, column);
  }
  for (const OffsetKind kind : kEveryOffset) values.of(kind) = offset(kind, column);
  values.circuit = rate_circuit(silicon_, column);
  values.leakage_u = leakage_rate(silicon_, Compartment::kRepresentation, column);
  values.leakage_v = leakage_rate(silicon_, Compartment::kError, column);
  return values;
}

}  // namespace vle::emulator
