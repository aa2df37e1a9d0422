#pragma once

#include <map>
#include <vector>
#include <vle/target/calibration.hpp>

#include "fit.hpp"

namespace vle::calibration {

/// What the routines found so far, by neuron of the chip (core * columns + column).
class Findings {
 public:
  explicit Findings(const Target& target);

  const Target& target() const { return *target_; }
  std::size_t neurons() const { return dead.size(); }
  std::size_t columns() const { return static_cast<std::size_t>(target_->columns); }
  std::size_t cores() const { return neurons() / columns(); }

  /// Keeps the curve of a neuron; replaces that of the same kind and range.
  void add(std::size_t neuron, CalibratedCurve curve);
  const CalibratedCurve* find(ParameterKind kind, int range, std::size_t neuron) const;
  /// By the curve where it is known, else nominal.
  double value(ParameterKind kind, std::size_t neuron, Lsb code, int range) const;
  /// Relative standard error of value(), the converter's own at this code included; what the target says of mismatch
  /// where there is no curve.
  double relative_error(ParameterKind kind, std::size_t neuron, Lsb code, int range) const;
  void add(std::size_t neuron, OffsetKind kind, double value, double error);
  void add(std::size_t neuron, CalibratedRateCircuit circuit);
  double synapse_factor(ParameterKind array, std::size_t neuron, std::int64_t row) const;

  /// As a calibration, of the neurons [first, last].
  void write(std::size_t first, std::size_t last, Calibration& calibration) const;
  void read(const Calibration& calibration);

  std::vector<bool> dead;
  std::vector<double> adc_offset;                                     ///< LSB
  double adc_error = 0;                                               ///< standard error of one of them, LSB
  std::map<ParameterKind, std::vector<CalibratedSynapses>> synapses;  ///< by core

 private:
  const Target* target_;
  std::map<std::pair<ParameterKind, int>, std::vector<std::optional<CalibratedCurve>>> curves_;
  std::map<OffsetKind, std::vector<std::optional<CalibratedOffset>>> offsets_;
  std::map<std::size_t, CalibratedRateCircuit> rate_circuits_;
};

}  // namespace vle::calibration
