#include "rate_circuits.hpp"

#include <vle/random/stream.hpp>

#include "deviations.hpp"

namespace vle::emulator {

RateCircuit rate_circuit(const Silicon& silicon, std::uint32_t column) {
  if (!has_rate_deviations(silicon)) return {};
  const RateCircuits& deviations = silicon.target->rate_circuits;
  const Element element{silicon.core, 0, column};
  return {drawn_factor(deviations.slope, silicon.key, Stream::kRateSlope, element),
          drawn_factor(deviations.amplitude, silicon.key, Stream::kRateAmplitude, element)};
}

bool has_rate_deviations(const Silicon& silicon) {
  return silicon.effects.has(Effect::kPhi) && silicon.target->rate_circuits.deviate();
}

}  // namespace vle::emulator
