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
  double error = 0;  ///< standard error
};

/// The curve of one parameter of one neuron through measured points, by weighted least squares: the nominal curve times
/// a factor. Where the points contradict that, scale and offset are both fitted. `common_error` is a relative standard
/// error that all points share. What the target says of the spread of the kind is taken as the prior of a linear
/// curve's factor, so that a range which the read-out hardly resolves is not worse than nominal.
[[nodiscard]] CalibratedCurve fit_curve(const Target& target, ParameterKind kind, int range,
                                        std::span<const Point> points, double common_error = 0);

/// Least squares of a model with uncertainties (Levenberg-Marquardt): residuals are (model - measured) / error. Points
/// beyond 5 standard errors of the first fit are left out of the second.
struct ModelFit {
  Eigen::VectorXd parameters;
  Eigen::MatrixXd covariance;  ///< scaled by the residuals where those exceed their errors
  double chi_square = 0;       ///< per degree of freedom
  bool converged = false;
};
using Residuals = std::function<void(const Eigen::VectorXd& parameters, Eigen::VectorXd& residuals)>;
[[nodiscard]] ModelFit fit_model(const Residuals& residuals, const Eigen::VectorXd& start, int points);

}  // namespace vle::calibration
