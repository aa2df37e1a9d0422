#include "keep_linearity.hpp"

#include <algorithm>

namespace vle::calibration {

void keep_linearity(const std::vector<CalibratedSynapses>& older, std::vector<CalibratedSynapses>& newer) {
  for (CalibratedSynapses& synapses : newer) {
    const auto before = std::find_if(older.begin(), older.end(), [&](const CalibratedSynapses& other) {
      return other.array == synapses.array && other.core == synapses.core;
    });
    if (synapses.has_linearity || before == older.end()) continue;
    synapses.has_linearity = before->has_linearity;
    synapses.stuck = before->stuck;
    synapses.unjudged = before->unjudged;
    synapses.nonlinearity = before->nonlinearity;
  }
}

}  // namespace vle::calibration
