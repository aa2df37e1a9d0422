#pragma once

#include <vector>

namespace vle {

/// How a property differs from its nominal value: a distribution, what it scales with, and when it is drawn.
///
///     proportional   NORMAL, UNIFORM: value * max(0.01, 1 + sigma x)     LOG_NORMAL: value * exp(sigma x)
///     additive       NORMAL, UNIFORM: value + sigma x
///
/// with x of mean 0 and variance 1.
struct Deviation {
  enum class Distribution { kNormal, kLogNormal, kUniform };
  enum class Scaling { kProportional, kAdditive };
  enum class Kind {
    kFrozen,    ///< by the chip id, once and for all
    kPerRun,    ///< anew with every trial, by the run's seed
    kTemporal,  ///< anew with every sub-step, by the run's seed
  };
  Distribution distribution = Distribution::kNormal;
  double sigma = 0;  ///< relative, or in the unit of the value
  Scaling scaling = Scaling::kProportional;
  Kind kind = Kind::kFrozen;
};

/// What is added to `value` by a normal deviation of `sigma`.
constexpr Deviation additive_deviation(double sigma = 0) {
  return {Deviation::Distribution::kNormal, sigma, Deviation::Scaling::kAdditive, Deviation::Kind::kFrozen};
}

/// Offsets of the analog blocks, in full scales, and of the read-out, in LSB. Always additive.
struct Offsets {
  Deviation s = additive_deviation();
  Deviation r = additive_deviation();
  Deviation epsilon = additive_deviation();
  Deviation e = additive_deviation();
  Deviation adc = additive_deviation();
};

/// How the rate circuits of neurons differ from the shapes of the target: r = amplitude A phi(slope x / scale), both
/// factors around 1, frozen.
struct RateCircuits {
  Deviation slope;
  Deviation amplitude;
  bool deviate() const { return slope.sigma > 0 || amplitude.sigma > 0; }
};

/// Thermal noise: the stationary variance of a compartment is `noise_factor` k T / C.
struct ThermalNoise {
  double capacitance_farads = 1e-12;
  double temperature_kelvin = 300;  ///< nominal: every other figure holds at it
  double noise_factor = 1;          ///< of the amplifiers over a bare resistor
  double adc_sigma_lsb = 0;
};

/// A coefficient that differs from element to element: normal, mean and standard deviation, per kelvin.
struct TemperatureCoefficient {
  double mean = 0;
  double sigma = 0;
};

/// What changes with chip time and temperature.
struct Drift {
  double leakage_amperes = 0;  ///< off the capacitor of a compartment, nominal
  Deviation leakage;
  double leakage_doubling_kelvin = 0;  ///< leakage and droop double with it; 0: they do not depend on temperature
  double droop_per_second = 0;         ///< share of its value that an analog cell loses per second of chip time
  Deviation droop;
  double refresh_period_seconds = 0;  ///< all cells are as written at the multiples of it
  TemperatureCoefficient tau;         ///< relative: of time constants
  TemperatureCoefficient gain;        ///< relative: of every other neuron parameter
  TemperatureCoefficient offset;      ///< full scales: of s, r, epsilon and e
};

/// How a converter of signals is built, and what is wrong with it.
struct ConverterErrors {
  enum class Architecture {
    kUnitElements,  ///< binary groups of equal elements: a DAC of them, an ADC by successive approximation
    kRamp,          ///< a counter against a ramp that all columns of a core share
  };
  Architecture architecture = Architecture::kUnitElements;
  double unit_sigma = 0;        ///< relative standard deviation of one element
  double ramp_bow_lsb = 0;      ///< standard deviation of the ramp's bow at mid-range
  bool shared = false;          ///< one converter behind a multiplexer, otherwise one for each channel
  double skew_seconds = 0;      ///< from the sample of one column to that of the next
  std::vector<double> inl_lsb;  ///< measured: of every code from the lowest on, the same for all channels
};

/// Probabilities of defects, per element.
struct Defects {
  double dead_neuron = 0;
  double stuck_bit = 0;  ///< of one bit of a parameter
};

}  // namespace vle
