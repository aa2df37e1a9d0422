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

}  // namespace vle
