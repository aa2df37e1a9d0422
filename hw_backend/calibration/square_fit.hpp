#pragma once

#include <limits>
#include <vector>

#include "fit.hpp"
#include "square_wave.hpp"

namespace vle::calibration {

/// Standard deviations of what a sample of the read-out holds besides the signal, LSB.
struct SampleNoise {
  double readout = 1;  ///< from sample to sample: the converter's own, and rounding
  double thermal = 0;  ///< of a compartment; it lasts for the time constant
};
[[nodiscard]] SampleNoise noise_of(const Target& target);

/// What stands between a compartment's output and a sample of it, by the target's own word.
struct OutputPath {
  double lag = 0;    ///< share of a step of the lead that its own bandwidth leaves for the next sub-step
  double early = 0;  ///< sub-steps before the end of a step at which the read-out samples this column
};
[[nodiscard]] OutputPath output_path_of(const Target& target, std::size_t column);

/// A number that is known before a fit, with its standard error.
struct Known {
  double value = 0;
  double error = std::numeric_limits<double>::infinity();
};

/// What a fit of a compartment found, with standard errors.
struct Constants {
  double tau_substeps = 0;
  double tau_error = 0;
  double lead = 0;
  double lead_error = 0;     ///< by noise alone
  double lead_shared = 0;    ///< by errors of what was known before
  double pole_substeps = 0;  ///< behind the lead, where it was fitted
  double pole_error = 0;
  bool good = false;
};

/// What a compartment and its output answer to a square wave, fitted: x = base + level - d (class Relaxation), and
/// output = base' + g (level - d' + lead R tanh(d' / R)), d' one sub-step before. Free are tau, lead, the height of the
/// wave, both base lines, and g where it has an error. All in LSB.
class SquareFit {
 public:
  SquareFit(const SquareRecord& record, const SquarePlan& plan, std::size_t neuron, std::size_t neurons);
  SquareFit(SquareRecord&&, const SquarePlan&, std::size_t, std::size_t) = delete;

  double range = 0;  ///< of the leak amplifier, LSB; 0: unlimited
  Known height;      ///< of the wave
  Known gain{1, 0};  ///< g; without error: not fitted
  Known tau;         ///< sub-steps; without error: its start alone
  SampleNoise noise;
  OutputPath path;

  /// `lead`: where the search for it begins.
  [[nodiscard]] Constants fit(double lead) const;

 private:
  void residuals(const Eigen::VectorXd& x, double compartment, double output, Eigen::VectorXd& out) const;
  /// Of a parameter: by noise, and by errors of what was known.
  struct Variance {
    double noise = 0;
    double known = 0;
  };
  Variance variance(const ModelFit& fitted, Eigen::Index parameter, double compartment, double output) const;

  const SquareRecord& record_;
  const SquarePlan& plan_;
  std::vector<double> compartment_;
  std::vector<double> output_;
};

}  // namespace vle::calibration
