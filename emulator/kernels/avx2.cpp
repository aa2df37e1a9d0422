#include <immintrin.h>

#include <cstddef>
#include <vle/random/stream.hpp>

#include "core_step.hpp"

namespace vle::emulator {
namespace avx2 {

constexpr auto kMembraneNoiseStream = static_cast<std::uint32_t>(Stream::kMembraneNoise);
constexpr auto kErrorNoiseStream = static_cast<std::uint32_t>(Stream::kErrorNoise);

struct Lanes {
  __m256 low;
  __m256 high;
};

static inline Lanes lanes_zero() {
  return {_mm256_setzero_ps(), _mm256_setzero_ps()};
}

static inline Lanes lanes_load(const float* values) {
  return {_mm256_loadu_ps(values), _mm256_loadu_ps(values + 8)};
}

static inline Lanes lanes_fused(Lanes x, Lanes y, Lanes z) {
  return {_mm256_fmadd_ps(x.low, y.low, z.low), _mm256_fmadd_ps(x.high, y.high, z.high)};
}

static inline float lanes_tree(Lanes lanes) {
  const __m256 eight = _mm256_add_ps(lanes.low, lanes.high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#include "core_step.inc"

}  // namespace avx2

const Kernels kAvx2Kernels{"avx2", avx2::step_core, avx2::fill_normals, avx2::evaluate_shape, avx2::fade};

}  // namespace vle::emulator
