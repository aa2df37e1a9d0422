#include "drift.hpp"

#include <algorithm>
#include <vle/random/draw.hpp>
#include <vle/random/reproducible.hpp>

#include "deviations.hpp"

namespace vle::emulator {
namespace {

constexpr double kLn2 = 0.693147180559945309;

double leakage_growth(const Silicon& silicon) {
  const double doubling = silicon.target->drift.leakage_doubling_kelvin;
  const double warmer = kelvin_above_nominal(silicon);
  return doubling > 0 && warmer != 0 ? reproducible_exp(kLn2 * warmer / doubling) : 1.0;
}

double drawn(const TemperatureCoefficient& coefficient, const Silicon& silicon, std::uint32_t place,
             std::uint32_t column) {
  return coefficient.mean +
         coefficient.sigma * draw_normal(silicon.key, Stream::kTemperature, {silicon.core, place, column});
}

bool is_time(ParameterKind kind) {
  return kind == ParameterKind::kTauU || kind == ParameterKind::kTauV || kind == ParameterKind::kLeadPole;
}

}  // namespace

double kelvin_above_nominal(const Silicon& silicon) {
  if (!silicon.effects.has(Effect::kTemperature)) return 0;
  return silicon.temperature_kelvin - silicon.target->noise.temperature_kelvin;
}

double leakage_rate(const Silicon& silicon, Compartment compartment, std::uint32_t column) {
  const Target& target = *silicon.target;
  if (!silicon.effects.has(Effect::kLeakage) || target.drift.leakage_amperes == 0) return 0;
  const double amperes = deviated(target.drift.leakage_amperes, target.drift.leakage, silicon.key, Stream::kLeakage,
                                  {silicon.core, static_cast<std::uint32_t>(compartment), column});
  return amperes * leakage_growth(silicon) / (target.noise.capacitance_farads * target.full_scale.value);
}

double droop_rate(const Silicon& silicon, ParameterKind kind, std::uint32_t column) {
  const Drift& drift = silicon.target->drift;
  if (!silicon.effects.has(Effect::kDroop) || drift.droop_per_second == 0) return 0;
  return deviated(drift.droop_per_second, drift.droop, silicon.key, Stream::kDroop,
                  {silicon.core, static_cast<std::uint32_t>(kind), column}) *
         leakage_growth(silicon);
}

double temperature_factor(const Silicon& silicon, ParameterKind kind, std::uint32_t column) {
  const double warmer = kelvin_above_nominal(silicon);
  if (warmer == 0) return 1;
  const Drift& drift = silicon.target->drift;
  const TemperatureCoefficient& coefficient = is_time(kind) ? drift.tau : drift.gain;
  return std::max(kLeastFactor, 1 + warmer * drawn(coefficient, silicon, static_cast<std::uint32_t>(kind), column));
}

double temperature_offset(const Silicon& silicon, OffsetKind kind, std::uint32_t column) {
  const double warmer = kelvin_above_nominal(silicon);
  if (warmer == 0 || kind == OffsetKind::kAdc) return 0;
  const auto place = static_cast<std::uint32_t>(kParameterKinds + static_cast<std::size_t>(kind));
  return warmer * drawn(silicon.target->drift.offset, silicon, place, column);
}

}  // namespace vle::emulator
