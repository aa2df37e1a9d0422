#pragma once

#include <cstdint>
#include <vector>
#include <vle/target/signal_codes.hpp>

#include "silicon.hpp"
#include "unit_elements.hpp"

namespace vle::emulator {

/// The converters that read the columns of a core out. With y the signal in LSB,
///
///     no errors       code = nearest(y)
///     unit elements   successive approximation of y + 1/2, from the heaviest group of elements down
///     ramp            code = nearest(y + bow (1 - (y / full code)^2)), one bow for the core
///     measured        the code whose level, code + inl(code), is nearest to y; of equals the lowest
class ReadoutAdc {
 public:
  /// Without errors.
  explicit ReadoutAdc(const Converter& converter);
  ReadoutAdc(const Silicon& silicon, std::size_t columns);

  /// The code of a column's signal x, full scales, plus a deviation in LSB. Saturates and counts.
  std::int32_t encode(std::size_t column, double x, double deviation, std::int64_t& saturated) const;

 private:
  std::int32_t approximate(const UnitElements& elements, double y) const;
  std::int32_t nearest_level(double y) const;
  std::int32_t saturate(std::int32_t code, std::int64_t& saturated) const;

  const Converter* converter_;
  SignalCodes codes_;
  double bow_ = 0;
  double reach_ = 0;  ///< of the measured table: the largest magnitude of an entry
  std::vector<UnitElements> elements_;
};

}  // namespace vle::emulator
