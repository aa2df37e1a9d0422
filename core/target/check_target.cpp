#include <cmath>
#include <vle/target/target.hpp>

#include "findings.hpp"

namespace vle {
namespace {

constexpr int kRegisterBits = 16;

void check_curve(Findings& findings, const Dac& dac, const ParameterRecord& record) {
  const std::string path = fmt::format("parameter.{}", record.name);
  switch (dac.kind) {
    case Dac::Kind::kLinear:
      findings.require(std::isfinite(dac.scale) && dac.scale != 0 && std::isfinite(dac.offset), path,
                       "parameter {}: linear.scale = {} must be finite and not 0", record.name, dac.scale);
      return;
    case Dac::Kind::kReciprocal:
      findings.require(is_positive(dac.scale), path, "parameter {}: reciprocal.scale = {} must be above 0", record.name,
                       dac.scale);
      findings.require(dac.min_code + dac.offset > 0, path,
                       "parameter {}: min_code + offset = {} must be above 0, or the value has no limit", record.name,
                       dac.min_code + dac.offset);
      return;
    case Dac::Kind::kTable:
      findings.require(static_cast<int>(dac.table.size()) > dac.max_code && dac.min_code >= 0, path,
                       "parameter {}: the table has {} values, but codes go from {} to {}", record.name,
                       dac.table.size(), dac.min_code, dac.max_code);
      for (const double value : dac.table) {
        findings.require(std::isfinite(value), path, "parameter {}: the table holds {}", record.name, value);
      }
      return;
  }
}

void check_dac(Findings& findings, const Target& target, const ParameterRecord& record) {
  const Dac& dac = target.dac(record.kind);
  const std::string path = fmt::format("parameter.{}", record.name);
  if (dac.format.bits < 1 || dac.register_bits() > kRegisterBits) {
    findings.require(false, path, "parameter {}: {} bits and {} of its range switch; a register holds 1..{}",
                     record.name, dac.format.bits, dac.range_bits(), kRegisterBits);
    return;
  }
  findings.require(
      dac.min_code <= dac.max_code && dac.min_code >= dac.format.minimum() && dac.max_code <= dac.format.maximum(),
      path, "parameter {}: codes {}..{} are not within the {}..{} of {} bits", record.name, dac.min_code, dac.max_code,
      dac.format.minimum(), dac.format.maximum(), dac.format.bits);
  for (const double factor : dac.range_factors) {
    findings.require(is_positive(factor), path, "parameter {}: range_factor {} must be above 0", record.name, factor);
  }
  check_curve(findings, dac, record);
  if (record.per_synapse) {
    const bool row_pair = target.signed_weight == SignedWeight::kRowPair;
    findings.require(dac.format.is_signed != row_pair, path, "parameter {}: codes must be {} with signed_weight {}",
                     record.name, row_pair ? "unsigned" : "signed", row_pair ? "ROW_PAIR" : "PER_SYNAPSE");
    findings.require(dac.kind == Dac::Kind::kLinear && dac.offset == 0 && dac.range_factors.size() == 1, path,
                     "parameter {}: a synapse needs a linear curve without offset and without a range switch",
                     record.name);
  }
}

void check_counts(Findings& findings, const Target& target) {
  findings.require(target.chips >= 1 && target.cores_per_chip >= 1, "counts",
                   "counts: {} chips of {} cores; both must be at least 1", target.chips, target.cores_per_chip);
  findings.require((target.rows == 0) == (target.columns == 0), "counts",
                   "counts: rows = {} and columns = {}; give both, or neither for an elastic target", target.rows,
                   target.columns);
  findings.require(!target.is_elastic() || target.max_cores() == 1, "counts",
                   "counts: an elastic target has one core, not {}", target.max_cores());
  findings.require(target.signed_weight != SignedWeight::kRowPair || target.rows % 2 == 0, "counts.rows",
                   "counts.rows = {} must be even with ROW_PAIR", target.rows);
  findings.require(target.max_cores() * target.columns <= 0xFFFF && target.columns + target.input_channels < 0xFFFF,
                   "counts", "counts: {} neurons; source registers of 16 bits reach {}",
                   target.max_cores() * target.columns, 0xFFFF);
}

void check_timing(Findings& findings, const Target& target) {
  findings.require(is_positive(target.min_speed_up) && std::isfinite(target.max_speed_up) &&
                       target.max_speed_up >= target.min_speed_up,
                   "timing", "timing: speed-up from {} to {} is not a range above 0", target.min_speed_up,
                   target.max_speed_up);
  findings.require(is_positive(target.clock_period.value), "timing.clock_period_seconds",
                   "timing.clock_period_seconds = {} must be above 0", target.clock_period.value);
  findings.require(target.substep_clocks >= 1, "timing.substep_clocks", "timing.substep_clocks = {} must be at least 1",
                   target.substep_clocks);
}

void check_converter(Findings& findings, const Converter& converter, const std::string& name) {
  findings.require(converter.bits >= 2 && converter.bits <= 24, name, "{}.bits = {} must be 2..24", name,
                   converter.bits);
  findings.require(is_positive(converter.range), name, "{}.range = {} must be above 0", name, converter.range);
  findings.require(converter.clocks >= 1, name, "{}.clocks = {} must be at least 1", name, converter.clocks);
}

void check_analog(Findings& findings, const Target& target) {
  findings.require(is_positive(target.full_scale.value), "analog.full_scale_volts",
                   "analog.full_scale_volts = {} must be above 0", target.full_scale.value);
  findings.require(is_non_negative(target.rail), "analog.rail", "analog.rail = {} must not be negative", target.rail);
  findings.require(is_non_negative(target.ota_range), "analog.ota_range", "analog.ota_range = {} must not be negative",
                   target.ota_range);
  findings.require(!target.shapes.empty(), "shape", "a target needs at least one rate circuit (shape)");
  for (std::size_t i = 0; i < target.shapes.size(); ++i) {
    const PhiShape& shape = target.shapes[i];
    findings.require(is_positive(shape.input_scale) && is_positive(shape.amplitude), fmt::format("shape[{}]", i),
                     "shape {}: input_scale = {} and amplitude = {} must be above 0", name_of(shape.activation),
                     shape.input_scale, shape.amplitude);
    findings.require(target.find_shape(shape.activation) == &shape, fmt::format("shape[{}]", i),
                     "shape {} is there twice", name_of(shape.activation));
  }
  check_converter(findings, target.input_dac, "input_dac");
  check_converter(findings, target.readout_adc, "readout_adc");
  const Crossing& crossing = target.crossing;
  findings.require(crossing.bits >= 2 && crossing.bits <= 24 && crossing.period_substeps >= 1 &&
                       crossing.latency_substeps >= 0 && crossing.channels >= 0,
                   "crossing", "crossing: bits = {} must be 2..24, period_substeps = {} at least 1", crossing.bits,
                   crossing.period_substeps);
}

void check_costs(Findings& findings, const Costs& costs) {
  for (const double joules :
       {costs.synapse_joules, costs.neuron_joules, costs.adc_joules, costs.dac_joules, costs.link_joules,
        costs.bus_joules, costs.static_watts, costs.plasticity_joules, costs.row_joules}) {
    findings.require(is_non_negative(joules), "costs", "costs: {} must not be negative", joules);
  }
  findings.require(costs.bus_word_clocks >= 0 && costs.link_word_clocks >= 0, "costs",
                   "costs: clocks must not be negative");
}

}  // namespace

Diagnostics check_target(const Target& target) {
  Findings findings;
  findings.require(!target.name.empty(), "name", "a target needs a name");
  check_counts(findings, target);
  check_timing(findings, target);
  check_analog(findings, target);
  for (const ParameterRecord& record : kParameterRecords) check_dac(findings, target, record);
  check_costs(findings, target.costs);
  Diagnostics mistakes = findings.take();
  for (Diagnostic& mistake : check_imperfections(target)) mistakes.push_back(std::move(mistake));
  for (Diagnostic& mistake : check_plasticity(target)) mistakes.push_back(std::move(mistake));
  return mistakes;
}

}  // namespace vle
