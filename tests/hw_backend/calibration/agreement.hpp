#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vle/target/calibration.hpp>

namespace vle::calibration {

/// Measured values against the emulator's own truth.
struct Agreement {
  double count = 0;
  double bad = 0;      ///< curves that are not called good
  double before = 0;   ///< squares of the relative deviation of the chip from nominal
  double after = 0;    ///< squares of the relative error of what was measured
  double squared = 0;  ///< squares of the error in standard errors
  double within = 0;   ///< errors of at most 1.96 standard errors

  void add(double nominal, double truth, double measured, double error);
  Agreement& operator+=(const Agreement& other);
  double rms_before() const { return std::sqrt(before / count); }
  double rms() const { return std::sqrt(after / count); }
  double coverage() const { return within / count; }
};

/// Dead neurons by the truth, and what the calibration made of them.
struct DeadNeurons {
  std::size_t real = 0;
  std::size_t found = 0;
  std::size_t wrongly = 0;  ///< healthy, but called dead
};
[[nodiscard]] DeadNeurons dead_neurons_of(const Calibration& calibration, const Target& target, std::uint64_t chip);

/// A kind of parameter and a range of its converter.
using CurveKey = std::pair<ParameterKind, int>;

/// Of every curve, at the upper end of its codes.
[[nodiscard]] std::map<CurveKey, Agreement> agreement_of_curves(const Calibration& calibration, const Target& target,
                                                                std::uint64_t chip);

/// Of offsets: errors in LSB of the read-out in `after` and `before`.
[[nodiscard]] std::map<OffsetKind, Agreement> agreement_of_offsets(const Calibration& calibration, const Target& target,
                                                                   std::uint64_t chip);

/// Realised weight over wanted weight of every synapse, its column's mean factor and gain included, `before` at nominal
/// codes and `after` by the calibration.
[[nodiscard]] Agreement agreement_of_synapses(const Calibration& calibration, const Target& target, std::uint64_t chip,
                                              ParameterKind array);

/// `count` values per neuron, drawn over what the neuron reaches, each coded by the calibration's curves and compared
/// with what that code really gives; `before`: coded as on the nominal chip.
[[nodiscard]] Agreement agreement_at_drawn_values(const Calibration& calibration, const Target& target,
                                                  std::uint64_t chip, ParameterKind kind, int count);

/// The same for tau_r = tau_u lead_u of pairs of drawn constants, each of the two coded by its own curves.
[[nodiscard]] Agreement agreement_of_prospective_constants(const Calibration& calibration, const Target& target,
                                                           std::uint64_t chip, int count);

}  // namespace vle::calibration
