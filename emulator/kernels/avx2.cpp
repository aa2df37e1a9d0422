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

static inline __m128 lanes_four(Lanes lanes) {
  const __m256 eight = _mm256_add_ps(lanes.low, lanes.high);
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

// The two halves of the products of 8 words with one.
static inline void multiply_words(__m256i x, std::uint32_t factor, __m256i* high, __m256i* low) {
  const __m256i y = _mm256_set1_epi64x(factor);
  const __m256i even = _mm256_mul_epu32(x, y);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), y);
  *high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
  *low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}

static inline __m256i load_words(const std::uint32_t* x) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
}
static inline void store_words(std::uint32_t* x, __m256i words) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(x), words);
}

static inline void philox_rounds(std::uint32_t* x0, std::uint32_t* x1, std::uint32_t* x2, std::uint32_t* x3,
                                 std::uint32_t first_key0, std::uint32_t first_key1) {
  for (int half = 0; half < 16; half += 8) {
    __m256i a = load_words(x0 + half);
    __m256i b = load_words(x1 + half);
    __m256i c = load_words(x2 + half);
    __m256i d = load_words(x3 + half);
    std::uint32_t key0 = first_key0;
    std::uint32_t key1 = first_key1;
    for (int round = 0; round < kPhiloxRounds; ++round) {
      __m256i high0, low0, high1, low1;
      multiply_words(a, kPhiloxFactor0, &high0, &low0);
      multiply_words(c, kPhiloxFactor1, &high1, &low1);
      a = _mm256_xor_si256(_mm256_xor_si256(high1, b), _mm256_set1_epi32(static_cast<int>(key0)));
      c = _mm256_xor_si256(_mm256_xor_si256(high0, d), _mm256_set1_epi32(static_cast<int>(key1)));
      b = low1;
      d = low0;
      key0 += kPhiloxStep0;
      key1 += kPhiloxStep1;
    }
    store_words(x0 + half, a);
    store_words(x1 + half, b);
    store_words(x2 + half, c);
    store_words(x3 + half, d);
  }
}

#include "core_step.inc"

}  // namespace avx2

const Kernels kAvx2Kernels{"avx2",     avx2::step_core, avx2::fill_normals, avx2::evaluate_shape,
                           avx2::fade, avx2::hold_codes};

}  // namespace vle::emulator
