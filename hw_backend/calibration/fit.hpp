#pragma once

#include <Eigen/Core>
#include <functional>
#include <span>
#include <vle/target/calibration.hpp>

namespace vle::calibration {

/// One measured point of a curve.
struct Point {
  Lsb code;
  double value = 0;
  double error = 0;  ///< standard error, by what is not shared
  /// Standard error by what all points of the neuron were computed with, with the sign in which it moves this one.
  double shared = 0;
};

/// The curve of one parameter of one neuron through measured points, by weighted least squares: the nominal curve times
/// a factor; where points contradict that, a table for a register with a stuck bit, or scale and offset. Without points
/// it is nominal and out of range. `common_error`: relative, of all points. The spread that the target states is the
/// prior of a linear curve's factor, so that a range which the read-out hardly resolves is not worse than nominal.
[[nodiscard]] CalibratedCurve fit_curve(const Target& target, ParameterKind kind, int range,
                                        std::span<const Point> points, double common_error = 0);

/// What a chi square per degree of freedom says against the stated errors: itself where it is larger than chance
/// explains (5 standard deviations of it), else 1. Variances are multiplied by it.
[[nodiscard]] double excess_of(double chi_square, double freedom);

/// Least squares of a model with uncertainties (Levenberg-Marquardt): residuals are (model - measured) / error. Points
/// beyond 5 standard errors of the first fit are left out of the second.
struct ModelFit {
  Eigen::VectorXd parameters;
  Eigen::MatrixXd covariance;   ///< for independent residuals of variance 1, times `excess`
  Eigen::MatrixXd sensitivity;  ///< [parameter][point]: what a parameter moves by as a residual does
  double chi_square = 0;        ///< per degree of freedom
  double excess = 1;            ///< excess_of() it
  bool converged = false;
};
using Residuals = std::function<void(const Eigen::VectorXd& parameters, Eigen::VectorXd& residuals)>;
[[nodiscard]] ModelFit fit_model(const Residuals& residuals, const Eigen::VectorXd& start, int points);

}  // namespace vle::calibration
