#include "neuron_constants.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vle/random/reproducible.hpp>

#include "imperfections/deviations.hpp"

namespace vle::emulator {
namespace {

constexpr double kBoltzmann = 1.380649e-23;  // J/K

/// Share of the distance that a low pass goes in one sub-step: exact for inputs that are held over it.
double share(double substep, double tau) {
  return 1 - reproducible_exp(-substep / tau);
}

/// d share / d t, where tau changes by `tau_per_second`.
double share_slope(double substep, double tau, double tau_per_second) {
  return -substep / (tau * tau) * reproducible_exp(-substep / tau) * tau_per_second;
}

/// Of both poles in series; 0: there is none.
double pole_tau(const NeuronValues& values, const Silicon& silicon) {
  const double bandwidth = silicon.target->lead_bandwidth.value;
  const bool is_limited = bandwidth > 0 && silicon.effects.has(Effect::kLeadBandwidth);
  return (values.has_pole ? values.of(ParameterKind::kLeadPole) : 0.0) +
         (is_limited ? 1 / (2 * std::numbers::pi * bandwidth) : 0.0);
}

double noise_sigma(const Silicon& silicon) {
  const ThermalNoise& noise = silicon.target->noise;
  const double kelvin =
      silicon.effects.has(Effect::kTemperature) ? silicon.temperature_kelvin : noise.temperature_kelvin;
  const double variance = noise.noise_factor * kBoltzmann * kelvin / noise.capacitance_farads;
  return std::sqrt(variance) / silicon.target->full_scale.value;
}

/// The sign with which a time constant follows the current of its cell.
double tau_direction(const Silicon& silicon, ParameterKind kind) {
  return silicon.target->dac(kind).kind == Dac::Kind::kLinear ? -1.0 : 1.0;
}

double tau_slope(const NeuronValues& values, const Silicon& silicon, ParameterKind kind) {
  return tau_direction(silicon, kind) * values.of(kind) * values.droop_of(kind);
}

bool is_per_run(const Silicon& silicon, const Deviation& deviation, Effect effect) {
  return deviation.kind == Deviation::Kind::kPerRun && deviation.sigma > 0 && silicon.effects.has(effect);
}

Effect effect_of_offset(OffsetKind kind) {
  return kind == OffsetKind::kAdc ? Effect::kAdcOffset : Effect::kOffset;
}

}  // namespace

void fold(const NeuronValues& values, const Silicon& silicon, std::size_t i, ConstantBlock& constants) {
  const double substep = silicon.target->substep().value;
  const auto put = [&](Constant constant, double value) { constants.at(constant, i) = static_cast<float>(value); };
  const double tau_u = values.of(ParameterKind::kTauU);
  const double tau_v = values.of(ParameterKind::kTauV);
  const double a = share(substep, tau_u);
  const double b = share(substep, tau_v);
  put(Constant::kA, a);
  put(Constant::kB, b);
  put(Constant::kBias, values.of(ParameterKind::kBias) + values.of(OffsetKind::kS));
  put(Constant::kLeadU, values.of(ParameterKind::kLeadU));
  put(Constant::kLeadV, values.of(ParameterKind::kLeadV));
  put(Constant::kG0, values.of(ParameterKind::kG0));
  put(Constant::kG1, values.of(ParameterKind::kG1));
  put(Constant::kGamma, values.of(ParameterKind::kGamma));
  put(Constant::kBeta, values.has_target ? values.of(ParameterKind::kBeta) : 0.0);
  const double pole = pole_tau(values, silicon);
  put(Constant::kPole, pole > 0 ? share(substep, pole) : 1.0);
  put(Constant::kForwardGain, values.forward_gain);
  put(Constant::kBackwardGain, values.backward_gain);
  put(Constant::kOffsetEpsilon, values.of(OffsetKind::kEpsilon));
  put(Constant::kOffsetR, values.of(OffsetKind::kR));
  put(Constant::kOffsetE, values.of(OffsetKind::kE));
  put(Constant::kRateSlope, values.circuit.slope);
  put(Constant::kRateAmplitude, values.circuit.amplitude);
  put(Constant::kAdcOffset, values.of(OffsetKind::kAdc));
  const double sigma = noise_sigma(silicon);
  put(Constant::kNoiseU, sigma * std::sqrt(a * (2 - a)));
  put(Constant::kNoiseV, sigma * std::sqrt(b * (2 - b)));
  put(Constant::kLeakU, -values.leakage_u * tau_u * a);
  put(Constant::kLeakV, -values.leakage_v * tau_v * b);
}

void fold_droop(const NeuronValues& values, const Silicon& silicon, std::size_t i, ConstantBlock& slopes) {
  const double substep = silicon.target->substep().value;
  const auto put = [&](Constant constant, double value) { slopes.at(constant, i) = static_cast<float>(value); };
  const auto fades = [&](Constant constant, ParameterKind kind) {
    put(constant, -values.of(kind) * values.droop_of(kind));
  };
  fades(Constant::kBias, ParameterKind::kBias);
  fades(Constant::kLeadU, ParameterKind::kLeadU);
  fades(Constant::kLeadV, ParameterKind::kLeadV);
  fades(Constant::kG0, ParameterKind::kG0);
  fades(Constant::kG1, ParameterKind::kG1);
  fades(Constant::kGamma, ParameterKind::kGamma);
  if (values.has_target) fades(Constant::kBeta, ParameterKind::kBeta);
  put(Constant::kForwardGain, -values.forward_gain * values.droop_of(ParameterKind::kColumnGain));
  put(Constant::kBackwardGain, -values.backward_gain * values.droop_of(ParameterKind::kBackwardColumnGain));
  put(Constant::kA,
      share_slope(substep, values.of(ParameterKind::kTauU), tau_slope(values, silicon, ParameterKind::kTauU)));
  put(Constant::kB,
      share_slope(substep, values.of(ParameterKind::kTauV), tau_slope(values, silicon, ParameterKind::kTauV)));
  if (!values.has_pole) return;
  put(Constant::kPole,
      share_slope(substep, pole_tau(values, silicon), tau_slope(values, silicon, ParameterKind::kLeadPole)));
}

NeuronValues redrawn(const NeuronValues& values, const Silicon& silicon, std::uint64_t key, std::uint32_t trial,
                     std::uint32_t core_of_board, std::uint32_t column) {
  NeuronValues own = values;
  const Element element{trial, core_of_board, column};
  for (const ParameterRecord& record : kParameterRecords) {
    const Deviation& deviation = silicon.target->mismatch[static_cast<std::size_t>(record.kind)];
    if (record.per_synapse || !is_per_run(silicon, deviation, effect_of(record.kind))) continue;
    const double before = own.of(record.kind);
    own.of(record.kind) = deviated(before, deviation, key, stream_of(record.kind), element);
    const double ratio = before != 0 ? own.of(record.kind) / before : 1.0;
    if (record.kind == ParameterKind::kColumnGain) own.forward_gain *= ratio;
    if (record.kind == ParameterKind::kBackwardColumnGain) own.backward_gain *= ratio;
  }
  for (const OffsetKind kind : kEveryOffset) {
    const Deviation& deviation = offset_of(*silicon.target, kind);
    if (!is_per_run(silicon, deviation, effect_of_offset(kind))) continue;
    own.of(kind) = deviated(own.of(kind), deviation, key, stream_of(kind), element);
  }
  return own;
}

bool varies_per_run(const Silicon& silicon) {
  const bool parameters =
      std::any_of(kParameterRecords.begin(), kParameterRecords.end(), [&](const ParameterRecord& record) {
        return is_per_run(silicon, silicon.target->mismatch[static_cast<std::size_t>(record.kind)],
                          effect_of(record.kind));
      });
  return parameters || std::any_of(std::begin(kEveryOffset), std::end(kEveryOffset), [&](OffsetKind kind) {
           return is_per_run(silicon, offset_of(*silicon.target, kind), effect_of_offset(kind));
         });
}

}  // namespace vle::emulator
