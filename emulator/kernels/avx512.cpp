#include <immintrin.h>

#include <cstddef>
#include <vle/random/stream.hpp>

#include "core_step.hpp"

namespace vle::emulator {
namespace avx512 {

constexpr auto kMembraneNoiseStream = static_cast<std::uint32_t>(Stream::kMembraneNoise);
constexpr auto kErrorNoiseStream = static_cast<std::uint32_t>(Stream::kErrorNoise);

struct Lanes {
  __m512 all;
};

static inline Lanes lanes_zero() {
  return {_mm512_setzero_ps()};
}

static inline Lanes lanes_load(const float* values) {
  return {_mm512_loadu_ps(values)};
}

static inline Lanes lanes_fused(Lanes x, Lanes y, Lanes z) {
  return {_mm512_fmadd_ps(x.all, y.all, z.all)};
}

// Half of the lanes; the masked form, because GCC 12 warns of the plain one's undefined source.
template <int half>
static inline __m256 lanes_half(Lanes lanes) {
  return _mm256_castpd_ps(_mm512_maskz_extractf64x4_pd(0xF, _mm512_castps_pd(lanes.all), half));
}

static inline float lanes_tree(Lanes lanes) {
  const __m256 eight = _mm256_add_ps(lanes_half<0>(lanes), lanes_half<1>(lanes));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#include "core_step.inc"

}  // namespace avx512

const Kernels kAvx512Kernels{"avx512", avx512::step_core, avx512::fill_normals, avx512::evaluate_shape, avx512::fade};

}  // namespace vle::emulator
