#include "curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace vle {
namespace {

/// Writes points as path commands; a break starts a new stroke.
class Pen {
 public:
  void draw(double x, double y) {
    fmt::format_to(std::back_inserter(path_), "{}{:.1f} {:.1f}", is_down_ ? 'L' : 'M', x, y);
    is_down_ = true;
  }
  void lift() { is_down_ = false; }
  std::string take() { return std::move(path_); }

 private:
  std::string path_;
  bool is_down_ = false;
};

/// The extremes of the finite samples [first, last); `least` == `last`: there is none.
struct Extremes {
  std::size_t least = 0;
  std::size_t largest = 0;
};
Extremes extremes_of(const Curve& curve, SampleSpan span) {
  Extremes extremes{span.last, span.last};
  for (std::size_t i = span.first; i < span.last; ++i) {
    if (!std::isfinite(curve.values[i])) continue;
    if (extremes.least == span.last || curve.values[i] < curve.values[extremes.least]) extremes.least = i;
    if (extremes.largest == span.last || curve.values[i] > curve.values[extremes.largest]) extremes.largest = i;
  }
  return extremes;
}

double time_of(const Curve& curve, std::size_t i) {
  return curve.start + static_cast<double>(i) * curve.step;
}

std::string path_of_samples(const Curve& curve, SampleSpan span, const Axis& time, const Axis& value) {
  Pen pen;
  for (std::size_t i = span.first; i < span.last; ++i) {
    if (std::isfinite(curve.values[i])) {
      pen.draw(time.pixel(time_of(curve, i)), value.pixel(curve.values[i]));
    } else {
      pen.lift();
    }
  }
  return pen.take();
}

}  // namespace

SampleSpan samples_within(const Curve& curve, Range time) {
  const double count = static_cast<double>(curve.values.size());
  const double slack = 1e-6;  // of a sample, so that rounding does not drop one at the border
  const double first = std::clamp(std::ceil((time.low - curve.start) / curve.step - slack), 0.0, count);
  const double last = std::clamp(std::floor((time.high - curve.start) / curve.step + slack) + 1, first, count);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
}

Range value_range(const Curve& curve, Range time) {
  const SampleSpan span = samples_within(curve, time);
  const Extremes extremes = extremes_of(curve, span);
  if (extremes.least == span.last) return {1, 0};
  return {curve.values[extremes.least], curve.values[extremes.largest]};
}

std::string path_of(const Curve& curve, const Axis& time, const Axis& value) {
  const SampleSpan span = samples_within(curve, time.values);
  const double pixels = time.last_pixel - time.first_pixel;
  if (static_cast<double>(span.last - span.first) <= 2 * pixels) return path_of_samples(curve, span, time, value);
  Pen pen;
  std::size_t i = span.first;
  while (i < span.last) {
    const double pixel = std::floor(time.pixel(time_of(curve, i)));
    std::size_t end = i + 1;
    while (end < span.last && std::floor(time.pixel(time_of(curve, end))) == pixel) ++end;
    const Extremes extremes = extremes_of(curve, {i, end});
    if (extremes.least == end) {
      pen.lift();
    } else {
      const auto [first, second] = std::minmax(extremes.least, extremes.largest);
      pen.draw(pixel + 0.5, value.pixel(curve.values[first]));
      if (second != first) pen.draw(pixel + 0.5, value.pixel(curve.values[second]));
    }
    i = end;
  }
  return pen.take();
}

}  // namespace vle
