#include <vle/random/reproducible.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace vle {

double reproducible_exp(double x) {
  if (x > 710) return std::numeric_limits<double>::infinity();
  if (x < -745) return 0;
  // x = k ln 2 + rest, with ln 2 in two parts so that k ln 2 loses nothing; then the Taylor series of the rest.
  constexpr double kLn2High = 0x1.62e42fee00000p-1;
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  const double k = std::nearbyint(x / std::numbers::ln2);
  const double rest = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1;
  for (int n = 16; n >= 1; --n) sum = 1 + sum * rest / n;
  return std::ldexp(sum, static_cast<int>(k));
}

double reproducible_log(double x) {
  // x = m 2^k with m in [1/sqrt 2, sqrt 2), and ln m = 2 atanh((m - 1)/(m + 1)) as a series.
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < std::numbers::sqrt2 / 2) {
    mantissa *= 2;
    --exponent;
  }
  const double t = (mantissa - 1) / (mantissa + 1);
  const double t2 = t * t;
  double sum = 0;
  for (int n = 23; n >= 1; n -= 2) sum = sum * t2 + 1.0 / n;
  return 2 * t * sum + exponent * std::numbers::ln2;
}

}  // namespace vle
