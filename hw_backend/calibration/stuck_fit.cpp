#include "stuck_fit.hpp"

#include <algorithm>
#include <cmath>

namespace vle::calibration {
namespace {

constexpr double kSpread = 0.15;     // of a synapse's factor around its column's
constexpr double kBend = 0.03;       // of a value: what a weight may be off its line without being broken
constexpr double kCut = 0.1;         // the same where the rails cut it off
constexpr double kNear = 0.85;       // of the limit, from where on they may
constexpr double kImpossible = 5.6;  // deviations: once in 1e8 synapses
constexpr double kPossible = 3.5;

double given_code(const Dac& dac, const WeightPoint& point, const StuckSynapse* stuck) {
  return stuck != nullptr ? effective_code(dac, *stuck, point.code).code : point.code.code;
}

double cut_off(double value, double limit) {
  return std::clamp(value, -limit, limit);
}

double sigma_of(const WeightPoint& point, double predicted) {
  const bool is_cut = std::abs(predicted) >= kNear * point.limit;
  return std::hypot(point.error, (is_cut ? kCut : kBend) * cut_off(predicted, point.limit));
}

/// What the chi square of so many points, of which the factors of the groups take none (they are held themselves),
/// exceeds as rarely as a normal value exceeds `deviations` of its own (Wilson and Hilferty, 1931).
double chi_square_beyond(double deviations, std::size_t points) {
  const auto freedom = static_cast<double>(points);
  const double spread = 2 / (9 * freedom);
  return freedom * std::pow(1 - spread + deviations * std::sqrt(spread), 3);
}

}  // namespace

WeightFit fit_weights(const Dac& dac, std::span<const WeightPoint> points, const double* column,
                      const StuckSynapse* stuck) {
  WeightFit fit;
  for (int group = 0; group < kWeightGroups; ++group) {
    double normal = 1 / std::pow(kSpread * column[group], 2);
    double right = normal * column[group];
    for (const WeightPoint& point : points) {
      const double code = given_code(dac, point, stuck);
      if (point.group != group || std::abs(column[group] * code) >= kNear * point.limit) continue;
      const double weight = 1 / std::pow(sigma_of(point, column[group] * code), 2);
      normal += weight * code * code;
      right += weight * code * point.value;
    }
    fit.factor[group] = right / normal;
    fit.chi_square += std::pow((fit.factor[group] - column[group]) / (kSpread * column[group]), 2);
  }
  for (const WeightPoint& point : points) {
    const double predicted = fit.factor[point.group] * given_code(dac, point, stuck);
    const double residual = point.value - cut_off(predicted, point.limit);
    fit.chi_square += std::pow(residual / sigma_of(point, predicted), 2);
    fit.squares += residual * residual;
    fit.expected += point.error * point.error;
  }
  return fit;
}

bool is_explained(const WeightFit& fit, std::size_t points) {
  return fit.chi_square <= chi_square_beyond(kImpossible, points);
}

std::optional<StuckSynapse> find_stuck_bit(const Dac& dac, std::span<const WeightPoint> points, const double* column,
                                           StuckSynapse place) {
  constexpr double kBetter = 4;  // times
  const WeightFit healthy = fit_weights(dac, points, column, nullptr);
  if (is_explained(healthy, points.size())) return std::nullopt;
  std::optional<StuckSynapse> best;
  double least = std::min(chi_square_beyond(kPossible, points.size()), healthy.chi_square / kBetter);
  for (place.bit = 0; place.bit < dac.register_bits(); ++place.bit) {
    for (place.level = 0; place.level < 2; ++place.level) {
      const double chi_square = fit_weights(dac, points, column, &place).chi_square;
      if (!(chi_square < least)) continue;
      least = chi_square;
      best = place;
    }
  }
  return best;
}

}  // namespace vle::calibration
