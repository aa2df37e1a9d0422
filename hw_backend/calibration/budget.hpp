#pragma once

#include <memory>
#include <vector>

#include "routine.hpp"

namespace vle::calibration {

/// The largest effort, between 1/64 and 64, at which the routines and two drift checks fit into `seconds` of device
/// time. Found by rehearsing them, which costs no device time; 1/64 where not even that fits.
[[nodiscard]] Result<double> effort_within(double seconds, Backend& backend, const Target& target,
                                           const std::vector<std::unique_ptr<Routine>>& routines);

}  // namespace vle::calibration
