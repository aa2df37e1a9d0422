#pragma once

#include <vector>
#include <vle/target/calibration.hpp>

namespace vle::calibration {

/// Factors that were measured again say nothing of single codes: what was known of them stays.
void keep_linearity(const std::vector<CalibratedSynapses>& older, std::vector<CalibratedSynapses>& newer);

}  // namespace vle::calibration
