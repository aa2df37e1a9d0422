#pragma once

#include <cstdint>
#include <vle/target/dac.hpp>

namespace vle {

/// Codes of a signal converter: mid-tread, `bits` bits over [-range, range], saturating.
class SignalCodes {
 public:
  SignalCodes(int bits, double range)
      : full_code_(CodeFormat{bits, true}.maximum()), lsb_(static_cast<float>(range / full_code_)) {}

  std::int32_t full_code() const { return full_code_; }
  float lsb() const { return lsb_; }
  /// Nearest code of x (full scales) plus a deviation in LSB; counts in `saturated` what lies outside.
  std::int32_t encode(double x, double deviation, std::int64_t& saturated) const;
  float decode(std::int32_t code) const { return static_cast<float>(code) * lsb_; }

 private:
  std::int32_t full_code_;
  float lsb_;
};

}  // namespace vle
