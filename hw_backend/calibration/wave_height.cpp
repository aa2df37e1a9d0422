#include "wave_height.hpp"

#include <algorithm>
#include <cmath>

namespace vle::calibration {

Known height_through_synapse(const Findings& findings, std::size_t neuron, double stimulus,
                             const DacSetting& column_gain) {
  const Target& target = findings.target();
  const Dac& weight = target.dac(ParameterKind::kWeight);
  const double value = stimulus * weight.value(Lsb{weight.max_code}, 0) *
                       findings.value(ParameterKind::kColumnGain, neuron, column_gain.code, column_gain.range) *
                       findings.synapse_factor(ParameterKind::kWeight, neuron, 0);
  const double spread = target.mismatch[static_cast<std::size_t>(ParameterKind::kWeight)].sigma;
  const auto measured = findings.synapses.find(ParameterKind::kWeight);
  const double synapse = measured == findings.synapses.end() ? spread : measured->second.front().error;
  const double gain = findings.relative_error(ParameterKind::kColumnGain, neuron, column_gain.code, column_gain.range);
  const double mean = spread / std::sqrt(static_cast<double>(target.rows));  // of all factors: it cancels
  return {value, std::abs(value) * std::hypot(synapse, std::sqrt(std::max(0.0, gain * gain - mean * mean)))};
}

}  // namespace vle::calibration
