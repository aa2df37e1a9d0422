#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace vle::app {

/// A confidence interval of 95 %.
struct Interval {
  double low = 0;
  double high = 0;
};

/// One figure over independent chips.
struct SampleSummary {
  std::size_t count = 0;
  double mean = 0;
  Interval mean_interval;  ///< bootstrap(), of the mean
  double minimum = 0;
  double q05 = 0;  ///< quantiles, linear between the ordered values
  double median = 0;
  double q95 = 0;
  double maximum = 0;
};

/// Of at least one value.
[[nodiscard]] SampleSummary summarise(std::vector<double> values);

/// Quantile q (0..1) of ordered values, linear between neighbours.
[[nodiscard]] double quantile(std::span<const double> ordered, double q);

/// Percentile bootstrap: `statistic` of 2,000 resamples of `count` elements, drawn with replacement under a fixed key,
/// so that equal samples have equal intervals. `statistic` takes the elements drawn.
[[nodiscard]] Interval bootstrap(std::size_t count,
                                 const std::function<double(std::span<const std::size_t>)>& statistic);

/// Wilson's score interval of a share of `met` out of `count` > 0.
[[nodiscard]] Interval share_interval(std::size_t met, std::size_t count);

}  // namespace vle::app
