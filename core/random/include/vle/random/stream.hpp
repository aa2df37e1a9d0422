#pragma once

#include <cstdint>

namespace vle {

/// Every use of randomness has a stream of its own, so that switching one on or off never moves another's draws.
/// The numbers are part of what a chip id or a seed means: append, never renumber.
enum class Stream : std::uint32_t {
  kDescription = 1,  ///< initialisers of a network description
  kSynapse = 2,      ///< frozen: forward synapse gain
  kBackwardSynapse = 3,
  kColumnGain = 4,
  kBackwardColumnGain = 5,
  kTauU = 6,
  kLeadU = 7,
  kTauV = 8,
  kLeadV = 9,
  kErrorGain0 = 10,
  kErrorGain1 = 11,
  kOffsetS = 12,
  kOffsetR = 13,
  kOffsetEpsilon = 14,
  kOffsetE = 15,
  kAdcOffset = 16,
  kLeadPole = 17,
  kBias = 18,
  kGamma = 19,
  kBeta = 20,
  kLeakage = 21,
  kDroop = 22,
  kTemperature = 23,
  kParameterDac = 24,
  kInputDac = 25,
  kTargetDac = 26,
  kReadoutAdc = 27,
  kDeadNeuron = 28,
  kStuckBit = 29,
  kRateSlope = 30,
  kRateAmplitude = 31,
  kMembraneNoise = 32,  ///< temporal: thermal noise of u
  kErrorNoise = 33,     ///< temporal: thermal noise of v
  kAdcNoise = 34,
  kOffsetNoise = 35,  ///< temporal: offsets that change; bits 8 and up: which
  kRun = 36,          ///< the key of what is drawn per run, from the run's seed
  kForwardRounding =
      48,  ///< temporal: stochastic rounding of the plasticity engine; bits 8 and up: block of four draws
  kBackwardRounding = 49,
  kNeuronRounding = 50,
};

}  // namespace vle
