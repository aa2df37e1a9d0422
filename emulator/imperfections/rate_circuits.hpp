#pragma once

#include <cstdint>

#include "silicon.hpp"

namespace vle::emulator {

/// What the rate circuit of one neuron makes of x, whichever shape it is set to:
///
///     r = amplitude * A phi(slope * x / scale)        phi' = phi'(slope * x / scale)
///
/// A and scale are those of the shape (PhiShape). The slope is the transconductance of its input pair, the amplitude
/// the current that the pair steers; the circuit that forms phi' shares the input pair alone.
struct RateCircuit {
  double slope = 1;
  double amplitude = 1;
};

/// The deviations that the target states, each drawn by its own stream; 1 where the effect is off.
RateCircuit rate_circuit(const Silicon& silicon, std::uint32_t column);

/// Whether any circuit of this silicon deviates.
bool has_rate_deviations(const Silicon& silicon);

}  // namespace vle::emulator
