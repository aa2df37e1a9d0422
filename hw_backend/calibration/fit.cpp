#include "fit.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/NonLinearOptimization>
#include <unsupported/Eigen/NumericalDiff>

namespace vle::calibration {
namespace {

constexpr double kContradiction = 9;  // chi square per degree of freedom beyond which a factor alone is refused
constexpr double kWorstError = 0.1;   // relative standard error of a curve that is still of use

struct WeightedMean {
  double value = 1;
  double variance = 0;
  double chi_square = 0;  ///< per degree of freedom
};

WeightedMean mean_factor(const Dac& dac, int range, std::span<const Point> points) {
  double weights = 0;
  double sum = 0;
  for (const Point& point : points) {
    const double nominal = dac.value(point.code, range);
    const double weight = nominal * nominal / (point.error * point.error);
    weights += weight;
    sum += weight * point.value / nominal;
  }
  WeightedMean mean{sum / weights, 1 / weights, 0};
  for (const Point& point : points) {
    const double residual = (point.value - mean.value * dac.value(point.code, range)) / point.error;
    mean.chi_square += residual * residual;
  }
  if (points.size() > 1) mean.chi_square /= static_cast<double>(points.size() - 1);
  return mean;
}

// y = a code + b by weighted least squares; y is the value, or its reciprocal where that is linear in the code.
void fit_scale_and_offset(std::span<const Point> points, CalibratedCurve& curve) {
  const bool reciprocal = curve.curve == Dac::Kind::kReciprocal;
  Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();
  Eigen::Vector2d right = Eigen::Vector2d::Zero();
  for (const Point& point : points) {
    const double y = reciprocal ? 1 / point.value : point.value;
    const double error = reciprocal ? point.error / (point.value * point.value) : point.error;
    const Eigen::Vector2d row(point.code.code, 1);
    normal += row * row.transpose() / (error * error);
    right += row * y / (error * error);
  }
  Eigen::Matrix2d covariance = normal.inverse();
  const Eigen::Vector2d solved = covariance * right;
  double chi_square = 0;
  for (const Point& point : points) {
    const double y = solved[0] * point.code.code + solved[1];
    const double residual = ((reciprocal ? 1 / y : y) - point.value) / point.error;
    chi_square += residual * residual / std::max<double>(1, static_cast<double>(points.size()) - 2);
  }
  covariance *= std::max(1.0, chi_square);
  curve.scale = solved[0];
  curve.offset = solved[1];
  if (reciprocal) {
    curve.scale = 1 / solved[0];
    curve.offset = solved[1] / solved[0];
    Eigen::Matrix2d jacobian;
    jacobian << -curve.scale * curve.scale, 0, -curve.offset * curve.scale, curve.scale;
    covariance = jacobian * covariance * jacobian.transpose();
  }
  curve.covariance = {covariance(0, 0), covariance(0, 1), covariance(0, 1), covariance(1, 1)};
}

double rms_residual(const CalibratedCurve& curve, std::span<const Point> points) {
  double squares = 0;
  for (const Point& point : points) {
    const double residual = point.value - curve.value(point.code);
    squares += residual * residual;
  }
  return std::sqrt(squares / static_cast<double>(points.size()));
}

}  // namespace

CalibratedCurve fit_curve(const Target& target, ParameterKind kind, int range, std::span<const Point> points,
                          double common_error) {
  const Dac& dac = target.dac(kind);
  const double range_factor = dac.range_factors[static_cast<std::size_t>(range)];
  CalibratedCurve curve;
  curve.kind = kind;
  curve.range = range;
  curve.curve = dac.kind;
  curve.min_code = dac.min_code;
  curve.max_code = dac.max_code;
  WeightedMean factor = mean_factor(dac, range, points);
  if (factor.chi_square > kContradiction && points.size() > 2) {
    fit_scale_and_offset(points, curve);
  } else {
    factor.variance *= std::max(1.0, factor.chi_square);
    const double prior = target.mismatch[static_cast<std::size_t>(kind)].sigma;
    if (dac.kind == Dac::Kind::kLinear && prior > 0) {
      const double weight = factor.variance / (factor.variance + prior * prior);
      factor.value += weight * (1 - factor.value);
      factor.variance *= 1 - weight;
    }
    factor.variance += common_error * common_error * factor.value * factor.value;
    const bool linear = dac.kind == Dac::Kind::kLinear;
    const double scale = dac.scale * range_factor;
    const double offset = linear ? dac.offset * range_factor : 0;
    curve.scale = scale * factor.value;
    curve.offset = linear ? offset * factor.value : dac.offset;
    curve.covariance = {scale * scale * factor.variance, scale * offset * factor.variance,
                        scale * offset * factor.variance, offset * offset * factor.variance};
  }
  curve.residual = rms_residual(curve, points);
  const Lsb top{dac.max_code};
  const bool usable = std::isfinite(curve.scale) && curve.scale * dac.scale > 0 &&
                      (dac.kind != Dac::Kind::kReciprocal || dac.min_code + curve.offset > 0) &&
                      curve.error(top) < kWorstError * std::abs(curve.value(top));
  curve.state = usable ? CalibrationState::kGood : CalibrationState::kOutOfRange;
  if (!usable) curve.scale = dac.scale * range_factor;
  if (!usable) curve.offset = dac.kind == Dac::Kind::kLinear ? dac.offset * range_factor : dac.offset;
  return curve;
}

namespace {

/// What Eigen's solver wants of a model.
struct Functor {
  using Scalar = double;
  using InputType = Eigen::VectorXd;
  using ValueType = Eigen::VectorXd;
  using JacobianType = Eigen::MatrixXd;
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };

  const Residuals* residuals = nullptr;
  const Eigen::VectorXd* weights = nullptr;
  int parameter_count = 0;
  int value_count = 0;

  int inputs() const { return parameter_count; }
  int values() const { return value_count; }
  int operator()(const Eigen::VectorXd& x, Eigen::VectorXd& out) const {
    (*residuals)(x, out);
    out = out.cwiseProduct(*weights);
    return 0;
  }
};

Eigen::VectorXd solve(const Residuals& residuals, const Eigen::VectorXd& start, const Eigen::VectorXd& weights,
                      bool& converged) {
  Eigen::NumericalDiff<Functor> functor(
      Functor{&residuals, &weights, static_cast<int>(start.size()), static_cast<int>(weights.size())});
  Eigen::LevenbergMarquardt<Eigen::NumericalDiff<Functor>> solver(functor);
  solver.parameters.maxfev = 200;
  solver.parameters.ftol = 1e-8;
  solver.parameters.xtol = 1e-9;
  Eigen::VectorXd x = start;
  const auto status = solver.minimize(x);
  converged = status != Eigen::LevenbergMarquardtSpace::ImproperInputParameters &&
              status != Eigen::LevenbergMarquardtSpace::TooManyFunctionEvaluation && x.allFinite();
  return x;
}

}  // namespace

ModelFit fit_model(const Residuals& residuals, const Eigen::VectorXd& start, int points) {
  constexpr double kOutlier = 5;
  ModelFit fit;
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(points);
  fit.parameters = solve(residuals, start, weights, fit.converged);
  if (!fit.converged) return fit;
  Eigen::VectorXd values(points);
  residuals(fit.parameters, values);
  const double spread = std::max(1.0, std::sqrt(values.squaredNorm() / points));
  const Eigen::ArrayXd kept = (values.array().abs() <= kOutlier * spread).cast<double>();
  if (kept.sum() < points) {
    weights = kept.matrix();
    fit.parameters = solve(residuals, fit.parameters, weights, fit.converged);
    residuals(fit.parameters, values);
  }
  const auto count = fit.parameters.size();
  const double freedom = std::max(1.0, weights.sum() - static_cast<double>(count));
  fit.chi_square = values.cwiseProduct(weights).squaredNorm() / freedom;
  Eigen::MatrixXd jacobian(points, count);
  for (Eigen::Index k = 0; k < count; ++k) {
    const double step = 1e-5 * std::max(std::abs(fit.parameters[k]), 1e-3);
    Eigen::VectorXd moved = fit.parameters;
    Eigen::VectorXd other(points);
    moved[k] += step;
    residuals(moved, other);
    jacobian.col(k) = (other - values).cwiseProduct(weights) / step;
  }
  const Eigen::MatrixXd normal = jacobian.transpose() * jacobian;
  fit.covariance = normal.inverse() * std::max(1.0, fit.chi_square);
  fit.converged = fit.converged && fit.covariance.allFinite();
  return fit;
}

}  // namespace vle::calibration
