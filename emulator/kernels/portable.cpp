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

static inline float lanes_tree(Lanes lanes) {
  for (int half = 8; half >= 1; half /= 2) {
    for (int i = 0; i < half; ++i) lanes.lane[i] += lanes.lane[i + half];
  }
  return lanes.lane[0];
}

#include "core_step.inc"

}  // namespace portable

const Kernels kPortableKernels{"portable", portable::step_core, portable::fill_normals, portable::evaluate_shape,
                               portable::fade};

}  // namespace vle::emulator
