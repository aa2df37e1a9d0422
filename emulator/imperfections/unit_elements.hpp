#pragma once

#include <array>
#include <cstdint>
#include <vle/random/draw.hpp>

namespace vle::emulator {

/// A ladder of equal elements, switched in binary groups: group b holds 2^b elements of value 1 + unit_sigma x, so it
/// weighs 2^b + unit_sigma 2^(b/2) x. What all groups weigh together is scaled to 2^bits - 1: gain is not an error of
/// the ladder.
class UnitElements {
 public:
  static constexpr int kMaxBits = 24;

  /// `place.second` counts on from where it stands, one for each group.
  UnitElements(int bits, double unit_sigma, std::uint64_t key, Stream stream, Element place);

  double weight(int group) const { return weights_[static_cast<std::size_t>(group)]; }
  /// What the groups of a code weigh, minus the code.
  double error(std::uint32_t code) const;

 private:
  int bits_;
  std::array<double, kMaxBits> weights_{};
};

}  // namespace vle::emulator
