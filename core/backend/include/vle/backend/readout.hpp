#pragma once

#include <vle/backend/backend.hpp>
#include <vle/target/calibration.hpp>

namespace vle {

/// Takes the offsets of a calibrated chip out of what was read from it, neuron by neuron: those of the read-out from
/// every signal, and those of the rate outputs from r; and the factors of its rate circuits out of s, u and r. Codes
/// stay as they were; correction and gain stand beside them.
/// A rate's offset is taken up by the biases of those who receive it (compile()), so it is no part of its model value.
void correct_readout(const Calibration& calibration, const ParameterMap& map, Traces& traces);

/// Raises every target by the offset of the rate that it is compared with, so that a corrected rate is on its target
/// where the chip sees no error.
void correct_targets(const Calibration& calibration, const ParameterMap& map, Stimulus& stimulus);

}  // namespace vle
