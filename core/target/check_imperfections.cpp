#include <algorithm>
#include <cmath>
#include <vle/target/target.hpp>

#include "findings.hpp"

namespace vle {
namespace {

/// A cell may lose this much between two refreshes: the emulator follows the tangent of what it sets.
constexpr double kMostDroop = 0.1;
/// Above it, registers with two stuck bits, which are not drawn, would count.
constexpr double kMostStuck = 0.01;

void check_deviation(Findings& findings, const Deviation& deviation, const std::string& path) {
  findings.require(is_non_negative(deviation.sigma), path, "{}: sigma = {} must not be negative", path,
                   deviation.sigma);
  findings.require(deviation.distribution != Deviation::Distribution::kLogNormal ||
                       deviation.scaling == Deviation::Scaling::kProportional,
                   path, "{}: a LOG_NORMAL deviation is a factor, so it cannot be ADDITIVE", path);
}

void check_mismatch(Findings& findings, const Target& target) {
  for (const ParameterRecord& record : kParameterRecords) {
    const Deviation& deviation = target.mismatch[static_cast<std::size_t>(record.kind)];
    const std::string path = fmt::format("mismatch.{}", record.name);
    findings.require(is_non_negative(deviation.sigma), path, "mismatch of {}: sigma = {} must not be negative",
                     record.name, deviation.sigma);
    findings.require(deviation.distribution != Deviation::Distribution::kLogNormal ||
                         deviation.scaling == Deviation::Scaling::kProportional,
                     path, "mismatch of {}: a LOG_NORMAL deviation is a factor, so it cannot be ADDITIVE", record.name);
    findings.require(deviation.kind != Deviation::Kind::kTemporal, path,
                     "mismatch of {}: cells do not change from sub-step to sub-step; TEMPORAL is for offsets, thermal "
                     "noise stands in `noise`",
                     record.name);
    findings.require(!record.per_synapse || (deviation.kind == Deviation::Kind::kFrozen &&
                                             deviation.scaling == Deviation::Scaling::kProportional),
                     path, "mismatch of {}: of synapses it must be FROZEN and PROPORTIONAL", record.name);
  }
}

void check_offsets(Findings& findings, const Offsets& offsets) {
  const std::pair<const char*, const Deviation*> named[] = {{"offsets.s", &offsets.s},
                                                            {"offsets.r", &offsets.r},
                                                            {"offsets.epsilon", &offsets.epsilon},
                                                            {"offsets.e", &offsets.e},
                                                            {"offsets.adc", &offsets.adc}};
  for (const auto& [path, offset] : named) {
    findings.require(is_non_negative(offset->sigma), path, "{}: sigma = {} must not be negative", path, offset->sigma);
    findings.require(
        offset->scaling == Deviation::Scaling::kAdditive && offset->distribution != Deviation::Distribution::kLogNormal,
        path, "{}: an offset is ADDITIVE, NORMAL or UNIFORM", path);
    findings.require(
        offset->kind != Deviation::Kind::kTemporal || offset->distribution == Deviation::Distribution::kNormal, path,
        "{}: what changes with every sub-step is NORMAL", path);
    findings.require(offset != &offsets.adc || offset->kind != Deviation::Kind::kTemporal, path,
                     "{}: noise of the read-out is noise.adc_sigma_lsb, not a TEMPORAL offset", path);
  }
}

void check_rate_circuits(Findings& findings, const RateCircuits& circuits) {
  for (const auto& [path, deviation] :
       {std::pair{"rate_circuits.slope", &circuits.slope}, std::pair{"rate_circuits.amplitude", &circuits.amplitude}}) {
    check_deviation(findings, *deviation, path);
    findings.require(
        deviation->kind == Deviation::Kind::kFrozen && deviation->scaling == Deviation::Scaling::kProportional, path,
        "{}: must be FROZEN and PROPORTIONAL", path);
  }
}

void check_noise(Findings& findings, const ThermalNoise& noise) {
  findings.require(is_positive(noise.capacitance_farads), "noise.capacitance_farads",
                   "noise.capacitance_farads = {} must be above 0", noise.capacitance_farads);
  findings.require(is_non_negative(noise.temperature_kelvin) && is_non_negative(noise.noise_factor) &&
                       is_non_negative(noise.adc_sigma_lsb),
                   "noise", "noise: temperature, noise_factor and adc_sigma_lsb must not be negative");
}

void check_drift(Findings& findings, const Drift& drift) {
  findings.require(is_non_negative(drift.leakage_amperes), "drift.leakage_amperes",
                   "drift.leakage_amperes = {} must not be negative", drift.leakage_amperes);
  findings.require(is_non_negative(drift.leakage_doubling_kelvin), "drift.leakage_doubling_kelvin",
                   "drift.leakage_doubling_kelvin = {} must not be negative", drift.leakage_doubling_kelvin);
  check_deviation(findings, drift.leakage, "drift.leakage");
  check_deviation(findings, drift.droop, "drift.droop");
  for (const auto& [path, deviation] :
       {std::pair{"drift.leakage", &drift.leakage}, std::pair{"drift.droop", &drift.droop}}) {
    findings.require(
        deviation->kind == Deviation::Kind::kFrozen && deviation->scaling == Deviation::Scaling::kProportional, path,
        "{}: must be FROZEN and PROPORTIONAL", path);
  }
  const double lost = drift.droop_per_second * drift.refresh_period_seconds;
  findings.require(is_non_negative(drift.droop_per_second) && is_non_negative(drift.refresh_period_seconds) &&
                       lost <= kMostDroop && (drift.droop_per_second == 0 || drift.refresh_period_seconds > 0),
                   "drift.droop_per_second",
                   "drift: cells lose {} per second and are refreshed every {} s; give both, with a loss of at most {} "
                   "between two refreshes",
                   drift.droop_per_second, drift.refresh_period_seconds, kMostDroop);
  for (const auto& [path, coefficient] : {std::pair{"drift.tau", &drift.tau}, std::pair{"drift.gain", &drift.gain},
                                          std::pair{"drift.offset", &drift.offset}}) {
    findings.require(std::isfinite(coefficient->mean) && is_non_negative(coefficient->sigma), path,
                     "{}: sigma_per_kelvin = {} must not be negative", path, coefficient->sigma);
  }
}

void check_defects(Findings& findings, const Defects& defects) {
  findings.require(defects.dead_neuron >= 0 && defects.dead_neuron <= 1, "defects.dead_neuron_probability",
                   "defects.dead_neuron_probability = {} must be 0..1", defects.dead_neuron);
  findings.require(defects.stuck_bit >= 0 && defects.stuck_bit <= kMostStuck, "defects.stuck_bit_probability",
                   "defects.stuck_bit_probability = {} must be 0..{}", defects.stuck_bit, kMostStuck);
}

void check_converter_errors(Findings& findings, const Converter& converter, const std::string& name) {
  const ConverterErrors& errors = converter.errors;
  const std::string path = name + ".errors";
  findings.require(is_non_negative(errors.unit_sigma) && is_non_negative(errors.ramp_bow_lsb) &&
                       is_non_negative(errors.skew_seconds),
                   path, "{}: unit_sigma, ramp_bow_lsb and skew_seconds must not be negative", path);
  const bool is_ramp = errors.architecture == ConverterErrors::Architecture::kRamp;
  findings.require(is_ramp ? errors.unit_sigma == 0 : errors.ramp_bow_lsb == 0, path,
                   "{}: unit_sigma is of UNIT_ELEMENTS, ramp_bow_lsb of RAMP; the other must be left out", path);
  if (errors.inl_lsb.empty() || converter.bits < 2 || converter.bits > 24) return;
  const std::size_t codes = (std::size_t{1} << converter.bits) - 1;
  findings.require(errors.inl_lsb.size() == codes, path, "{}.inl_lsb has {} values; {} bits have {} codes", path,
                   errors.inl_lsb.size(), converter.bits, codes);
  findings.require(errors.unit_sigma == 0 && errors.ramp_bow_lsb == 0, path,
                   "{}.inl_lsb is measured, so unit_sigma and ramp_bow_lsb must be left out", path);
}

void check_converters(Findings& findings, const Target& target) {
  check_converter_errors(findings, target.input_dac, "input_dac");
  check_converter_errors(findings, target.readout_adc, "readout_adc");
  const ConverterErrors& input = target.input_dac.errors;
  findings.require(
      input.architecture == ConverterErrors::Architecture::kUnitElements && input.skew_seconds == 0 && !input.shared,
      "input_dac.errors", "input_dac.errors: RAMP, skew_seconds and shared are of the read-out alone");
  const double skew = target.readout_adc.errors.skew_seconds;
  const double scan = skew * static_cast<double>(std::max<std::int64_t>(target.columns, 1) - 1);
  findings.require(skew == 0 || (!target.is_elastic() && scan <= target.substep().value * (1 + 1e-9)),
                   "readout_adc.errors",
                   "readout_adc.errors: the scan of {} columns takes {} s, longer than a sub-step "
                   "of {} s; lower skew_seconds or raise timing.substep_clocks",
                   target.columns, scan, target.substep().value);
  for (const ParameterRecord& record : kParameterRecords) {
    const Dac& dac = target.dac(record.kind);
    findings.require(is_non_negative(dac.unit_sigma), fmt::format("parameter.{}", record.name),
                     "parameter {}: unit_sigma = {} must not be negative", record.name, dac.unit_sigma);
    findings.require(dac.unit_sigma == 0 || (!record.per_synapse && dac.kind != Dac::Kind::kTable),
                     fmt::format("parameter.{}", record.name),
                     "parameter {}: unit_sigma is of linear and reciprocal curves of neurons; synapses have mismatch, "
                     "and a table holds its own errors",
                     record.name);
  }
  findings.require(is_non_negative(target.lead_bandwidth.value), "analog.lead_bandwidth_hertz",
                   "analog.lead_bandwidth_hertz = {} must not be negative", target.lead_bandwidth.value);
}

}  // namespace

Diagnostics check_imperfections(const Target& target) {
  Findings findings;
  check_mismatch(findings, target);
  check_offsets(findings, target.offsets);
  check_rate_circuits(findings, target.rate_circuits);
  check_noise(findings, target.noise);
  check_drift(findings, target.drift);
  check_defects(findings, target.defects);
  check_converters(findings, target);
  return findings.take();
}

}  // namespace vle
