#pragma once

#include <string>
#include <vector>

namespace vle {

/// A range of values; empty when low > high.
struct Range {
  double low = 0;
  double high = 0;
  double length() const { return high - low; }
};

/// A straight map from values to pixels.
struct Axis {
  Range values;
  double first_pixel = 0;  ///< of values.low
  double last_pixel = 0;   ///< of values.high

  double pixel(double value) const {
    return first_pixel + (value - values.low) / values.length() * (last_pixel - first_pixel);
  }
};

/// The distance of ticks, 1, 2 or 5 times a power of ten, that gives at most `most` ticks over `length` > 0.
double tick_step(double length, int most);

/// The multiples of `step` within a range.
std::vector<double> ticks(Range range, double step);

/// A tick's value with as many digits as its step has.
std::string tick_label(double value, double step);

}  // namespace vle
