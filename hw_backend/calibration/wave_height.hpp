#pragma once

#include "findings.hpp"
#include "square_fit.hpp"

namespace vle::calibration {

/// What a stimulus on the first synapse of a neuron, at its largest code, brings to the membrane, full scales. The
/// product of the synapse's factor and the column gain is known better than the gain, which the mean of all factors
/// defines.
[[nodiscard]] Known height_through_synapse(const Findings& findings, std::size_t neuron, double stimulus,
                                           const DacSetting& column_gain);

}  // namespace vle::calibration
