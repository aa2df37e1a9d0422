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

static inline __m128 lanes_four(Lanes lanes) {
  const __m256 eight = _mm256_add_ps(lanes_half<0>(lanes), lanes_half<1>(lanes));
  return _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}

static inline void lanes_four_trees(const Lanes* lanes, float* sums) {
  __m128 a = lanes_four(lanes[0]);
  __m128 b = lanes_four(lanes[1]);
  __m128 c = lanes_four(lanes[2]);
  __m128 d = lanes_four(lanes[3]);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(sums, _mm_add_ps(_mm_add_ps(a, c), _mm_add_ps(b, d)));
}

// The two halves of the products of 16 words with one; masked forms for the reason above.
static inline void multiply_words(__m512i x, std::uint32_t factor, __m512i* high, __m512i* low) {
  const __m512i y = _mm512_set1_epi64(factor);
  const __m512i even = _mm512_maskz_mul_epu32(0xFF, x, y);
  const __m512i odd = _mm512_maskz_mul_epu32(0xFF, _mm512_maskz_srli_epi64(0xFF, x, 32), y);
  *high = _mm512_mask_blend_epi32(0xAAAA, _mm512_maskz_srli_epi64(0xFF, even, 32), odd);
  *low = _mm512_mask_blend_epi32(0xAAAA, even, _mm512_maskz_slli_epi64(0xFF, odd, 32));
}

static inline void philox_rounds(std::uint32_t* x0, std::uint32_t* x1, std::uint32_t* x2, std::uint32_t* x3,
                                 std::uint32_t key0, std::uint32_t key1) {
  __m512i a = _mm512_loadu_si512(x0);
  __m512i b = _mm512_loadu_si512(x1);
  __m512i c = _mm512_loadu_si512(x2);
  __m512i d = _mm512_loadu_si512(x3);
  for (int round = 0; round < kPhiloxRounds; ++round) {
    __m512i high0, low0, high1, low1;
    multiply_words(a, kPhiloxFactor0, &high0, &low0);
    multiply_words(c, kPhiloxFactor1, &high1, &low1);
    a = _mm512_xor_si512(_mm512_xor_si512(high1, b), _mm512_set1_epi32(static_cast<int>(key0)));
    c = _mm512_xor_si512(_mm512_xor_si512(high0, d), _mm512_set1_epi32(static_cast<int>(key1)));
    b = low1;
    d = low0;
    key0 += kPhiloxStep0;
    key1 += kPhiloxStep1;
  }
  _mm512_storeu_si512(x0, a);
  _mm512_storeu_si512(x1, b);
  _mm512_storeu_si512(x2, c);
  _mm512_storeu_si512(x3, d);
}

#include "core_step.inc"

}  // namespace avx512

const Kernels kAvx512Kernels{"avx512",     avx512::step_core, avx512::fill_normals, avx512::evaluate_shape,
                             avx512::fade, avx512::hold_codes};

}  // namespace vle::emulator
