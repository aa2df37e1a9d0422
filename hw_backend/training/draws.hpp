#pragma once

#include <cstddef>
#include <cstdint>

namespace vle::training {

/// What a draw is for. Each purpose is independent of the others and of what build_network() draws from the same seed.
enum class DrawPurpose : std::uint32_t {
  kBackwardWeights = 16,
  kSine,
  kNoise,
  kBits,
  kStart,
  kRounding,
  kOrder,
  kSpontaneous
};

/// Numbers that are a pure function of seed, purpose, channel and index.
class Draws {
 public:
  Draws(std::uint64_t seed, DrawPurpose purpose, std::uint32_t channel)
      : seed_(seed), channel_(channel), purpose_(static_cast<std::uint32_t>(purpose)) {}

  double uniform(std::size_t index) const;  ///< in (0, 1)
  double normal(std::size_t index) const;   ///< mean 0, standard deviation 1

 private:
  std::uint64_t seed_;
  std::uint32_t channel_;
  std::uint32_t purpose_;
};

}  // namespace vle::training
