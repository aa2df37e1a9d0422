#include "routine.hpp"

#include <algorithm>
#include <cmath>

namespace vle::calibration {

std::vector<std::unique_ptr<Routine>> make_routines() {
  std::vector<std::unique_ptr<Routine>> routines;
  routines.push_back(make_readout_offsets());
  routines.push_back(make_responses());
  routines.push_back(make_rest_offsets());
  routines.push_back(make_synapses(false));
  routines.push_back(make_column_gain());
  routines.push_back(make_bias());
  routines.push_back(make_beta());
  routines.push_back(make_error_gain(ParameterKind::kG0));
  routines.push_back(make_error_gain(ParameterKind::kG1));
  routines.push_back(make_gamma());
  routines.push_back(make_synapses(true));
  routines.push_back(make_backward_column_gain());
  routines.push_back(make_membrane());
  routines.push_back(make_error_compartment());
  routines.push_back(make_lead_pole());
  routines.push_back(make_rate_circuits());
  routines.push_back(make_weight_linearity());
  return routines;
}

std::int64_t repeated(std::int64_t count, double effort) {
  return std::max<std::int64_t>(1, std::llround(static_cast<double>(count) * effort));
}

std::vector<Setting> settings_of(const Dac& dac) {
  std::vector<Setting> settings;
  for (int range = 0; range < static_cast<int>(dac.range_factors.size()); ++range) {
    if (dac.min_code < 0) settings.push_back({Lsb{(9 * dac.min_code) / 10}, range});
    for (const int percent : {25, 60, 100}) settings.push_back({Lsb{dac.max_code * percent / 100}, range});
  }
  return settings;
}

void PointTable::fit(ParameterKind kind, double common_error, Findings& findings) const {
  for (std::size_t range = 0; range < points_.size(); ++range) {
    const bool is_measured = std::any_of(points_[range].begin(), points_[range].end(),
                                         [](const std::vector<Point>& points) { return !points.empty(); });
    if (!is_measured) continue;
    for (std::size_t neuron = 0; neuron < points_[range].size(); ++neuron) {
      const std::vector<Point>& points = points_[range][neuron];
      if (findings.dead[neuron]) continue;
      findings.add(neuron, fit_curve(findings.target(), kind, static_cast<int>(range), points, common_error));
    }
  }
}

}  // namespace vle::calibration
