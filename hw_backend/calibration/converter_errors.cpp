#include "converter_errors.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vle::calibration {
namespace {

/// In squared LSB, for elements of a relative deviation of 1.
double field_covariance(std::uint32_t a, std::uint32_t b, int bits) {
  const double all = std::exp2(bits) - 1;
  return static_cast<double>(a & b) - static_cast<double>(a) * static_cast<double>(b) / all;
}

/// Change of the value per code.
double slope(const Dac& dac, Lsb code, int range) {
  return dac.value_at(code.code + 0.5, range) - dac.value_at(code.code - 0.5, range);
}

}  // namespace

double code_covariance(const Dac& dac, Lsb first, Lsb second, int range) {
  if (dac.unit_sigma <= 0 || dac.kind == Dac::Kind::kTable) return 0;
  const auto field = [&](Lsb code) { return static_cast<std::uint32_t>(code.code - dac.format.minimum()); };
  return dac.unit_sigma * dac.unit_sigma * field_covariance(field(first), field(second), dac.format.bits) *
         slope(dac, first, range) * slope(dac, second, range);
}

Eigen::MatrixXd code_covariances(const Dac& dac, std::span<const Lsb> codes, int range) {
  const auto count = static_cast<Eigen::Index>(codes.size());
  Eigen::MatrixXd covariances(count, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < count; ++j) {
      covariances(i, j) =
          code_covariance(dac, codes[static_cast<std::size_t>(i)], codes[static_cast<std::size_t>(j)], range);
    }
  }
  return covariances;
}

double error_of_zero(const Dac& dac) {
  const DacSetting zero = nearest_setting(dac, 0);
  return std::sqrt(std::max(0.0, code_covariance(dac, zero.code, zero.code, zero.range)));
}

double opposite_codes_error(const Converter& converter, int code) {
  const auto middle = static_cast<std::int32_t>(std::lround(std::exp2(converter.bits - 1)));
  const auto above = static_cast<std::uint32_t>(middle + code);
  const auto below = static_cast<std::uint32_t>(middle - code);
  const double variance =
      (field_covariance(above, above, converter.bits) + field_covariance(below, below, converter.bits) -
       2 * field_covariance(above, below, converter.bits)) /
      4;
  return converter.errors.unit_sigma * std::sqrt(std::max(0.0, variance));
}

}  // namespace vle::calibration
