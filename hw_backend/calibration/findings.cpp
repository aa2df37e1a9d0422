#include "findings.hpp"

#include <cmath>

#include "converter_errors.hpp"

namespace vle::calibration {

Findings::Findings(const Target& target)
    : dead(static_cast<std::size_t>(target.max_cores() * target.columns), false),
      adc_offset(dead.size(), 0.0),
      target_(&target) {}

void Findings::add(std::size_t neuron, CalibratedCurve curve) {
  curve.core = static_cast<std::uint32_t>(neuron / columns());
  curve.column = static_cast<std::uint32_t>(neuron % columns());
  auto& of_range = curves_[{curve.kind, curve.range}];
  of_range.resize(neurons());
  of_range[neuron] = std::move(curve);
}

const CalibratedCurve* Findings::find(ParameterKind kind, int range, std::size_t neuron) const {
  const auto found = curves_.find({kind, range});
  return found == curves_.end() || !found->second[neuron] ? nullptr : &*found->second[neuron];
}

double Findings::value(ParameterKind kind, std::size_t neuron, Lsb code, int range) const {
  const CalibratedCurve* curve = find(kind, range, neuron);
  return curve != nullptr ? curve->value(code) : target_->dac(kind).value(code, range);
}

double Findings::relative_error(ParameterKind kind, std::size_t neuron, Lsb code, int range) const {
  const CalibratedCurve* curve = find(kind, range, neuron);
  if (curve == nullptr) return target_->mismatch[static_cast<std::size_t>(kind)].sigma;
  // A code that was not measured has errors of the converter's elements that the curve does not know.
  const double of_code = std::sqrt(std::max(0.0, code_covariance(target_->dac(kind), code, code, range)));
  return std::hypot(curve->error(code) / curve->value(code), of_code / target_->dac(kind).value(code, range));
}

void Findings::add(std::size_t neuron, OffsetKind kind, double value, double error) {
  auto& of_kind = offsets_[kind];
  of_kind.resize(neurons());
  of_kind[neuron] = CalibratedOffset{kind, static_cast<std::uint32_t>(neuron / columns()),
                                     static_cast<std::uint32_t>(neuron % columns()), value, error};
  if (kind != OffsetKind::kAdc) return;
  adc_offset[neuron] = value;
  adc_error = error;
}

void Findings::add(std::size_t neuron, CalibratedRateCircuit circuit) {
  circuit.core = static_cast<std::uint32_t>(neuron / columns());
  circuit.column = static_cast<std::uint32_t>(neuron % columns());
  rate_circuits_[neuron] = circuit;
}

double Findings::synapse_factor(ParameterKind array, std::size_t neuron, std::int64_t row) const {
  const auto found = synapses.find(array);
  if (found == synapses.end()) return 1;
  const CalibratedSynapses& core = found->second[neuron / columns()];
  return static_cast<double>(core.factor[neuron % columns() * core.rows + static_cast<std::size_t>(row)]);
}

void Findings::write(std::size_t first, std::size_t last, Calibration& calibration) const {
  const auto is_wanted = [&](std::size_t neuron) { return neuron >= first && neuron <= last; };
  for (const auto& [key, of_range] : curves_) {
    for (std::size_t neuron = 0; neuron < of_range.size(); ++neuron) {
      if (of_range[neuron] && is_wanted(neuron) && !dead[neuron]) calibration.curves.push_back(*of_range[neuron]);
    }
  }
  for (std::size_t neuron = 0; neuron < neurons(); ++neuron) {
    if (!dead[neuron] || !is_wanted(neuron)) continue;
    CalibratedCurve curve;
    curve.core = static_cast<std::uint32_t>(neuron / columns());
    curve.column = static_cast<std::uint32_t>(neuron % columns());
    curve.state = CalibrationState::kDead;
    calibration.curves.push_back(std::move(curve));
  }
  for (const auto& [kind, of_kind] : offsets_) {
    for (std::size_t neuron = 0; neuron < of_kind.size(); ++neuron) {
      if (of_kind[neuron] && is_wanted(neuron)) calibration.offsets.push_back(*of_kind[neuron]);
    }
  }
  for (const auto& [neuron, circuit] : rate_circuits_) {
    if (is_wanted(neuron) && !dead[neuron]) calibration.rate_circuits.push_back(circuit);
  }
  for (const auto& [array, cores] : synapses) {
    calibration.synapses.insert(calibration.synapses.end(), cores.begin(), cores.end());
  }
}

void Findings::read(const Calibration& calibration) {
  const auto neuron_of = [&](const auto& element) { return element.core * columns() + element.column; };
  for (const CalibratedCurve& curve : calibration.curves) {
    const std::size_t neuron = neuron_of(curve);
    if (neuron >= neurons()) continue;
    if (curve.state == CalibrationState::kDead) {
      dead[neuron] = true;
    } else {
      add(neuron, curve);
    }
  }
  for (const CalibratedOffset& offset : calibration.offsets) {
    if (neuron_of(offset) < neurons()) add(neuron_of(offset), offset.kind, offset.value, offset.error);
  }
  for (const CalibratedRateCircuit& circuit : calibration.rate_circuits) {
    if (neuron_of(circuit) < neurons()) add(neuron_of(circuit), circuit);
  }
  for (const CalibratedSynapses& core : calibration.synapses) synapses[core.array].push_back(core);
}

}  // namespace vle::calibration
