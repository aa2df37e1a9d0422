#pragma once

#include <optional>
#include <span>
#include <vle/target/stuck_synapse.hpp>

namespace vle::calibration {

/// What one synapse gave at one code, in LSB of a nominal column. Points of one group share the factor by which the
/// synapse and its column deviate.
struct WeightPoint {
  Lsb code;
  int group = 0;
  double value = 0;
  double error = 0;  ///< standard error
  double limit = 0;  ///< where the rails or the read-out cut it off
};
inline constexpr int kWeightGroups = 2;

/// How well one assumption about a synapse explains its points.
struct WeightFit {
  double chi_square = 0;
  double factor[kWeightGroups] = {1, 1};
  double squares = 0;   ///< of measured - fitted, LSB
  double expected = 0;  ///< of them, by the errors of the points
};

/// The points with the factor of each group fitted by least squares, held to within 15 % of `column`, which is that of
/// the whole column. `stuck`: null for a healthy synapse.
[[nodiscard]] WeightFit fit_weights(const Dac& dac, std::span<const WeightPoint> points, const double* column,
                                    const StuckSynapse* stuck);

/// Chance does not put as many points of a healthy synapse further off than once in 1e8 synapses.
[[nodiscard]] bool is_explained(const WeightFit& fit, std::size_t points);

/// The stuck bit that explains points which a healthy synapse cannot explain; nothing where there is none. `place`: row
/// and column of what is returned.
[[nodiscard]] std::optional<StuckSynapse> find_stuck_bit(const Dac& dac, std::span<const WeightPoint> points,
                                                         const double* column, StuckSynapse place);

}  // namespace vle::calibration
