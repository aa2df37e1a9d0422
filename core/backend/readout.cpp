#include <algorithm>
#include <vle/backend/readout.hpp>

namespace vle {

void correct_readout(const Calibration& calibration, const ParameterMap& map, Traces& traces) {
  const ChipConverters converters(map.target, &calibration);
  for (SignalTrace& trace : traces.signals) {
    const auto population = std::find_if(map.populations.begin(), map.populations.end(),
                                         [&](const PlacedPopulation& p) { return p.name == trace.population; });
    if (population == map.populations.end() || trace.codes.empty()) continue;
    trace.correction.clear();
    for (const Site site : population->sites) {
      double offset = converters.offset(OffsetKind::kAdc, site.core, site.column) * trace.scale.scale;
      if (trace.signal == Signal::kR) {
        offset += converters.offset(OffsetKind::kR, site.core, site.column) / population->scales.rate;
      }
      trace.correction.push_back(-offset);
    }
  }
}

void correct_targets(const Calibration& calibration, const ParameterMap& map, Stimulus& stimulus) {
  if (stimulus.targets.empty()) return;
  const ChipConverters converters(map.target, &calibration);
  std::vector<double> offsets(static_cast<std::size_t>(stimulus.target_channels), 0.0);
  for (const PlacedPopulation& population : map.populations) {
    if (!population.is_output) continue;
    auto channel = static_cast<std::size_t>(population.first_target_channel);
    for (const Site site : population.sites) {
      offsets[channel++] = converters.offset(OffsetKind::kR, site.core, site.column) / population.scales.rate;
    }
  }
  for (std::size_t k = 0; k < stimulus.targets.size(); ++k) stimulus.targets[k] += offsets[k % offsets.size()];
}

}  // namespace vle
