#pragma once

#include <string>
#include <vle/report/plot.hpp>

#include "axis.hpp"

namespace vle {

/// The samples that lie in [from, to], as indices [first, last).
struct SampleSpan {
  std::size_t first = 0;
  std::size_t last = 0;
};
SampleSpan samples_within(const Curve& curve, Range time);

/// Least and largest finite value of the samples in `time`; an empty range where there is none.
Range value_range(const Curve& curve, Range time);

/// The curve as SVG path commands. Up to two samples a pixel are drawn as they are; of more, each pixel keeps the least
/// and the largest, in the order in which they come.
std::string path_of(const Curve& curve, const Axis& time, const Axis& value);

}  // namespace vle
