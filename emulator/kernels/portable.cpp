#include <cstddef>
#include <vle/random/stream.hpp>

#include "core_step.hpp"

namespace vle::emulator {
namespace portable {

constexpr auto kMembraneNoiseStream = static_cast<std::uint32_t>(Stream::kMembraneNoise);
constexpr auto kErrorNoiseStream = static_cast<std::uint32_t>(Stream::kErrorNoise);

struct Lanes {
  float lane[16];
};

static inline Lanes lanes_zero() {
  return {};
}

static inline Lanes lanes_load(const float* values) {
  Lanes lanes;
  __builtin_memcpy(lanes.lane, values, sizeof lanes.lane);
  return lanes;
}

static inline Lanes lanes_fused(const Lanes& x, const Lanes& y, const Lanes& z) {
  Lanes sum;
  for (int i = 0; i < 16; ++i) sum.lane[i] = __builtin_fmaf(x.lane[i], y.lane[i], z.lane[i]);
  return sum;
}

static inline void lanes_four_trees(const Lanes* lanes, float* sums) {
  for (int k = 0; k < 4; ++k) {
    Lanes sum = lanes[k];
    for (int half = 8; half >= 1; half /= 2) {
      for (int i = 0; i < half; ++i) sum.lane[i] += sum.lane[i + half];
    }
    sums[k] = sum.lane[0];
  }
}

static inline void philox_rounds(std::uint32_t* x0, std::uint32_t* x1, std::uint32_t* x2, std::uint32_t* x3,
                                 std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    for (int g = 0; g < 16; ++g) {
      const std::uint64_t product0 = static_cast<std::uint64_t>(x0[g]) * kPhiloxFactor0;
      const std::uint64_t product1 = static_cast<std::uint64_t>(x2[g]) * kPhiloxFactor1;
      x0[g] = static_cast<std::uint32_t>(product1 >> 32) ^ x1[g] ^ key0;
      x2[g] = static_cast<std::uint32_t>(product0 >> 32) ^ x3[g] ^ key1;
      x1[g] = static_cast<std::uint32_t>(product1);
      x3[g] = static_cast<std::uint32_t>(product0);
    }
    key0 += kPhiloxStep0;
    key1 += kPhiloxStep1;
  }
}

#include "core_step.inc"

}  // namespace portable

const Kernels kPortableKernels{"portable",     portable::step_core, portable::fill_normals, portable::evaluate_shape,
                               portable::fade, portable::hold_codes};

}  // namespace vle::emulator
