#include "axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vle {

double tick_step(double length, int most) {
  const double rough = length / most;
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * decade >= rough * (1 - 1e-9)) return factor * decade;
  }
  return 10 * decade;
}

std::vector<double> ticks(Range range, double step) {
  std::vector<double> values;
  const double slack = 1e-9 * step;
  for (double k = std::ceil((range.low - slack) / step); k * step <= range.high + slack; ++k) {
    values.push_back(k == 0 ? 0.0 : k * step);
  }
  return values;
}

std::string tick_label(double value, double step) {
  const double magnitude = std::max(std::abs(value), step);
  if (magnitude >= 1e5 || step < 1e-4) return fmt::format("{:.3g}", value);
  const int digits = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  return fmt::format("{:.{}f}", value, digits);
}

}  // namespace vle
