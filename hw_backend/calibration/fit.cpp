#include "fit.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <optional>
#include <unsupported/Eigen/NonLinearOptimization>
#include <unsupported/Eigen/NumericalDiff>

#include "converter_errors.hpp"

namespace vle::calibration {
namespace {

constexpr double kContradiction = 9;  // chi square per degree of freedom beyond which a factor alone is refused
constexpr double kWorstError = 0.1;   // relative standard error of a curve that is still of use

struct WeightedMean {
  double value = 1;
  double variance = 0;
  double chi_square = 0;  ///< per degree of freedom
  double shared = 0;      ///< standard error by what all points share
};

/// Value over nominal value of all points, by generalised least squares: what the elements of the converter make of one
/// code they also make of others that switch them (converter_errors.hpp).
WeightedMean mean_factor(const Dac& dac, int range, std::span<const Point> points) {
  const auto count = static_cast<Eigen::Index>(points.size());
  Eigen::VectorXd factor(count);
  Eigen::VectorXd shared(count);
  Eigen::VectorXd nominal(count);
  std::vector<Lsb> codes;
  for (Eigen::Index k = 0; k < count; ++k) {
    const Point& point = points[static_cast<std::size_t>(k)];
    codes.push_back(point.code);
    nominal[k] = dac.value(point.code, range);
    factor[k] = point.value / nominal[k];
    shared[k] = point.shared / nominal[k];
  }
  Eigen::MatrixXd covariance = code_covariances(dac, codes, range);
  for (Eigen::Index k = 0; k < count; ++k) {
    covariance(k, k) += std::pow(points[static_cast<std::size_t>(k)].error, 2);
  }
  covariance = nominal.cwiseInverse().asDiagonal() * covariance * nominal.cwiseInverse().asDiagonal();
  const Eigen::MatrixXd inverse = covariance.inverse();
  const Eigen::VectorXd weights = inverse.rowwise().sum();
  WeightedMean mean;
  mean.variance = 1 / weights.sum();
  mean.value = weights.dot(factor) * mean.variance;
  mean.shared = std::abs(weights.dot(shared)) * mean.variance;
  const Eigen::VectorXd residual = factor.array() - mean.value;
  mean.chi_square = residual.dot(inverse * residual) / std::max(1.0, static_cast<double>(count) - 1);
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
  covariance *= excess_of(chi_square, static_cast<double>(points.size()) - 2);
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

double excess_of(double chi_square, double freedom) {
  constexpr double kChance = 5;
  return chi_square > 1 + kChance * std::sqrt(2 / std::max(1.0, freedom)) ? chi_square : 1;
}

namespace {

/// The nominal curve over all codes.
CalibratedCurve nominal_curve(const Dac& dac, ParameterKind kind, int range) {
  const double range_factor = dac.range_factors[static_cast<std::size_t>(range)];
  CalibratedCurve curve;
  curve.kind = kind;
  curve.range = range;
  curve.curve = dac.kind;
  curve.min_code = dac.min_code;
  curve.max_code = dac.max_code;
  curve.scale = dac.scale * range_factor;
  curve.offset = dac.kind == Dac::Kind::kLinear ? dac.offset * range_factor : dac.offset;
  return curve;
}

/// What a code does where one bit of its register stands at `level`.
struct StuckBit {
  int bit = 0;
  int level = 0;
  Lsb effective(const Dac& dac, Lsb code) const {
    const int mask = 1 << bit;
    return {std::clamp(level != 0 ? code.code | mask : code.code & ~mask, dac.min_code, dac.max_code)};
  }
};

/// A table of what every code gives where a stuck bit explains points that contradict the nominal curve by far; empty
/// where none does. Codes with a sign are left aside: tables begin at code 0.
std::optional<CalibratedCurve> fit_stuck_bit(const Dac& dac, ParameterKind kind, int range,
                                             std::span<const Point> points, double contradiction) {
  constexpr double kBetter = 20;  // times
  if (dac.min_code < 0 || dac.kind == Dac::Kind::kTable || points.size() < 3) return std::nullopt;
  std::optional<StuckBit> best;
  WeightedMean best_mean;
  best_mean.chi_square = std::min(kContradiction, contradiction / kBetter);
  for (int bit = 0; bit < dac.format.bits; ++bit) {
    for (const int level : {0, 1}) {
      const StuckBit stuck{bit, level};
      std::vector<Point> moved(points.begin(), points.end());
      for (Point& point : moved) point.code = stuck.effective(dac, point.code);
      const bool vanishes = std::any_of(moved.begin(), moved.end(),
                                        [&](const Point& point) { return dac.value(point.code, range) == 0; });
      if (vanishes) continue;
      const WeightedMean mean = mean_factor(dac, range, moved);
      if (!(mean.chi_square < best_mean.chi_square)) continue;
      best = stuck;
      best_mean = mean;
    }
  }
  if (!best) return std::nullopt;
  CalibratedCurve curve = nominal_curve(dac, kind, range);
  curve.curve = Dac::Kind::kTable;
  for (int code = 0; code <= dac.max_code; ++code) {
    const Lsb usable{std::max(code, dac.min_code)};
    curve.table.push_back(best_mean.value * dac.value(best->effective(dac, usable), range));
  }
  curve.residual = std::sqrt(best_mean.variance) * std::abs(curve.table.back());
  return curve;
}

/// The nominal curve times a factor.
void scale_by(const WeightedMean& factor, const Dac& dac, CalibratedCurve& curve) {
  const bool linear = dac.kind == Dac::Kind::kLinear;
  const double scale = curve.scale;
  const double offset = linear ? curve.offset : 0;
  curve.scale *= factor.value;
  if (linear) curve.offset *= factor.value;
  curve.covariance = {scale * scale * factor.variance, scale * offset * factor.variance,
                      scale * offset * factor.variance, offset * offset * factor.variance};
}

/// Variance of a factor with all that adds to it, and the spread that the target states as its prior.
void weigh(const Target& target, ParameterKind kind, std::size_t points, double common_error, WeightedMean& factor) {
  factor.variance *= excess_of(factor.chi_square, static_cast<double>(points) - 1);
  factor.variance += factor.shared * factor.shared;
  const double prior = target.mismatch[static_cast<std::size_t>(kind)].sigma;
  if (target.dac(kind).kind == Dac::Kind::kLinear && prior > 0) {
    const double weight = factor.variance / (factor.variance + prior * prior);
    factor.value += weight * (1 - factor.value);
    factor.variance *= 1 - weight;
  }
  factor.variance += common_error * common_error * factor.value * factor.value;
}

/// Points with the errors of the converter's own elements, as if those of each code were its own.
std::vector<Point> with_converter_errors(const Dac& dac, int range, std::span<const Point> points) {
  std::vector<Point> widened(points.begin(), points.end());
  for (Point& point : widened) {
    point.error =
        std::hypot(point.error, std::sqrt(std::max(0.0, code_covariance(dac, point.code, point.code, range))));
  }
  return widened;
}

bool is_usable(const CalibratedCurve& curve, const Dac& dac) {
  const Lsb top{dac.max_code};
  return std::isfinite(curve.scale) && curve.scale * dac.scale > 0 &&
         (dac.kind != Dac::Kind::kReciprocal || dac.min_code + curve.offset > 0) &&
         curve.error(top) < kWorstError * std::abs(curve.value(top));
}

}  // namespace

CalibratedCurve fit_curve(const Target& target, ParameterKind kind, int range, std::span<const Point> points,
                          double common_error) {
  const Dac& dac = target.dac(kind);
  CalibratedCurve curve = nominal_curve(dac, kind, range);
  curve.state = CalibrationState::kOutOfRange;
  if (points.empty()) return curve;
  WeightedMean factor = mean_factor(dac, range, points);
  CalibratedCurve fitted = curve;
  if (factor.chi_square > kContradiction && points.size() > 2) {
    if (auto stuck = fit_stuck_bit(dac, kind, range, points, factor.chi_square)) return *stuck;
    fit_scale_and_offset(with_converter_errors(dac, range, points), fitted);
  } else {
    weigh(target, kind, points.size(), common_error, factor);
    scale_by(factor, dac, fitted);
  }
  fitted.residual = rms_residual(fitted, points);
  if (!is_usable(fitted, dac)) {
    curve.residual = fitted.residual;
    return curve;
  }
  fitted.state = CalibrationState::kGood;
  return fitted;
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
  fit.excess = excess_of(fit.chi_square, freedom);
  const Eigen::MatrixXd inverse = (jacobian.transpose() * jacobian).inverse();
  fit.sensitivity = inverse * jacobian.transpose();
  fit.covariance = inverse * fit.excess;
  fit.converged = fit.converged && fit.covariance.allFinite();
  return fit;
}

}  // namespace vle::calibration
