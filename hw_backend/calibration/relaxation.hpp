#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace vle::calibration {

/// Distance d of a compartment from its input while that is held (SCIENCE.md 5, exponential integrator):
/// d[n+1] = d[n] - a R tanh(d[n] / R), a = 1 - exp(-1 / tau), tau in sub-steps; R is the linear range of the leak
/// amplifier in the unit of d, 0 for one without a limit.
class Relaxation {
 public:
  Relaxation(double tau_substeps, double range) : decay_(std::exp(-1 / tau_substeps)), range_(range) {}

  /// What the leak amplifier sees of a distance.
  double drive(double distance) const { return range_ > 0 ? range_ * std::tanh(distance / range_) : distance; }

  /// The distance one sub-step later, and where its drive is known.
  double next(double distance) const { return next(distance, drive(distance)); }
  double next(double distance, double drive) const { return distance - (1 - decay_) * drive; }

  /// Fills path[n] = distance after n sub-steps.
  void follow(double distance, std::size_t substeps, std::vector<double>& path) const;

  /// The same at once, for time constants of many sub-steps: sinh(d / R) decays as exp(-n / tau).
  double after(double distance, double substeps) const {
    const double share = std::pow(decay_, substeps);
    return range_ > 0 ? range_ * std::asinh(std::sinh(distance / range_) * share) : distance * share;
  }

 private:
  double decay_;
  double range_;
};

}  // namespace vle::calibration
