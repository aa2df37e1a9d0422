#include <cmath>
#include <vle/target/signal_codes.hpp>

namespace vle {

std::int32_t SignalCodes::encode(double x, double deviation, std::int64_t& saturated) const {
  const double code = std::nearbyint(x / static_cast<double>(lsb_) + deviation);
  if (std::abs(code) <= full_code_) return static_cast<std::int32_t>(code);
  ++saturated;
  return code < 0 ? -full_code_ : full_code_;
}

}  // namespace vle
