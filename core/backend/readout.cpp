#include <algorithm>
#include <vle/backend/readout.hpp>

namespace vle {
namespace {

/// Model value per value of the nominal rate circuit: what lies before it was scaled for its slope, and a rate is as
/// large as its amplitude.
double gain_of(const ChipConverters& converters, Signal signal, Site site) {
  switch (signal) {
    case Signal::kS:
    case Signal::kU:
      return converters.rate_slope(site.core, site.column);
    case Signal::kR:
      return 1 / converters.rate_amplitude(site.core, site.column);
    default:
      return 1;
  }
}

}  // namespace

void correct_readout(const Calibration& calibration, const ParameterMap& map, Traces& traces) {
  const ChipConverters converters(map.target, &calibration);
  for (SignalTrace& trace : traces.signals) {
    const auto population = std::find_if(map.populations.begin(), map.populations.end(),
                                         [&](const PlacedPopulation& p) { return p.name == trace.population; });
    if (population == map.populations.end() || trace.codes.empty()) continue;
    trace.correction.clear();
    trace.gain.clear();
    for (const Site site : population->sites) {
      double offset = converters.offset(OffsetKind::kAdc, site.core, site.column) * trace.scale.scale;
      if (trace.signal == Signal::kR) {
        offset += converters.offset(OffsetKind::kR, site.core, site.column) / population->scales.rate;
      }
      const double gain = gain_of(converters, trace.signal, site);
      trace.correction.push_back(-offset * gain);
      if (converters.has_rate_circuits()) trace.gain.push_back(gain);
    }
  }
}

void correct_targets(const Calibration& calibration, const ParameterMap& map, Stimulus& stimulus) {
  if (stimulus.targets.empty()) return;
  const ChipConverters converters(map.target, &calibration);
  std::vector<double> offsets(static_cast<std::size_t>(stimulus.target_channels), 0.0);
  for (const PlacedPopulation& population : map.populations) {
    if (!population.is_output) continue;
    for (std::size_t i = 0; i < population.sites.size(); ++i) {
      const Site site = population.sites[i];
      offsets[static_cast<std::size_t>(population.first_target_channel) + i] =
          converters.offset(OffsetKind::kR, site.core, site.column) / population.rate_scale(i);
    }
  }
  for (std::size_t k = 0; k < stimulus.targets.size(); ++k) stimulus.targets[k] += offsets[k % offsets.size()];
}

}  // namespace vle
