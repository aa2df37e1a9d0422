#include "unit_elements.hpp"

#include <cmath>

namespace vle::emulator {

UnitElements::UnitElements(int bits, double unit_sigma, std::uint64_t key, Stream stream, Element place) : bits_(bits) {
  double sum = 0;
  for (int group = 0; group < bits; ++group) {
    const double elements = std::ldexp(1.0, group);
    const Element own{place.first, place.second + static_cast<std::uint32_t>(group), place.third};
    weights_[static_cast<std::size_t>(group)] =
        elements + unit_sigma * std::sqrt(elements) * draw_normal(key, stream, own);
    sum += weights_[static_cast<std::size_t>(group)];
  }
  const double scale = (std::ldexp(1.0, bits) - 1) / sum;
  for (double& weight : weights_) weight *= scale;
}

double UnitElements::error(std::uint32_t code) const {
  double sum = 0;
  for (int group = 0; group < bits_; ++group) {
    if ((code >> group & 1u) != 0) sum += weight(group);
  }
  return sum - code;
}

}  // namespace vle::emulator
