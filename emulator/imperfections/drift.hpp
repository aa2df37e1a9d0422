#pragma once

#include <cstdint>
#include <vle/target/calibration.hpp>

#include "silicon.hpp"

namespace vle::emulator {

/// The compartments of a neuron, as leakage numbers them.
enum class Compartment : std::uint32_t { kRepresentation, kError };

/// T - T_nominal; 0 where temperature is off.
double kelvin_above_nominal(const Silicon& silicon);

/// What leakage draws off a compartment, full scales per second: I 2^(dT / doubling) / (C V_fs), I with its deviation.
/// 0 where leakage is off.
double leakage_rate(const Silicon& silicon, Compartment compartment, std::uint32_t column);

/// The share of its value that a cell loses per second since its refresh: d 2^(dT / doubling), d with its deviation. 0
/// where droop is off.
double droop_rate(const Silicon& silicon, ParameterKind kind, std::uint32_t column);

/// 1 + c dT, never below 1 percent; c is normal around the coefficient of time constants or of gains.
double temperature_factor(const Silicon& silicon, ParameterKind kind, std::uint32_t column);

/// c dT, full scales; 0 for the read-out.
double temperature_offset(const Silicon& silicon, OffsetKind kind, std::uint32_t column);

}  // namespace vle::emulator
