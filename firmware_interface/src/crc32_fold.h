#pragma once

#include <smmintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <wmmintrin.h>

// CRC-32 by products without carries, 64 bytes at a time: Gopal et al., "Fast CRC Computation for Generic Polynomials
// Using PCLMULQDQ Instruction", Intel 2009. The constants are the remainders of powers of x that the paper gives for
// the reflected polynomial of IEEE 802.3.

enum { FOLD_LEAST = 64, FOLD_UNIT = 16 };
#define FOLDS __attribute__((target("pclmul,sse4.1")))

FOLDS static __m128i sixteen(const uint8_t* bytes) {
  return _mm_loadu_si128((const __m128i*)(const void*)bytes);
}

/// `sum` moved on by what the two constants stand for, and `next` added.
FOLDS static __m128i fold_onto(__m128i sum, __m128i constants, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(sum, constants, 0x00);
  const __m128i high = _mm_clmulepi64_si128(sum, constants, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/// Sixteen bytes to the four that are the remainder.
FOLDS static uint32_t reduce(__m128i sum, __m128i by_16) {
  const __m128i low_halves = _mm_setr_epi32(-1, 0, -1, 0);
  const __m128i by_4 = _mm_set_epi64x(0, 0x163CD6124);
  const __m128i barrett = _mm_set_epi64x(0x1F7011641, 0x1DB710641);
  sum = _mm_xor_si128(_mm_srli_si128(sum, 8), _mm_clmulepi64_si128(sum, by_16, 0x10));
  const __m128i rest = _mm_srli_si128(sum, 4);
  sum = _mm_xor_si128(_mm_clmulepi64_si128(_mm_and_si128(sum, low_halves), by_4, 0x00), rest);
  __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(sum, low_halves), barrett, 0x10);
  quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_halves), barrett, 0x00);
  return (uint32_t)_mm_extract_epi32(_mm_xor_si128(sum, quotient), 1);
}

/// `crc` without the inversions at begin and end; `count` is a multiple of FOLD_UNIT, at least FOLD_LEAST.
FOLDS static uint32_t fold(uint32_t crc, const uint8_t* bytes, size_t count) {
  const __m128i by_64 = _mm_set_epi64x(0x1C6E41596, 0x154442BD4);
  const __m128i by_16 = _mm_set_epi64x(0x0CCAA009E, 0x1751997D0);
  __m128i a = _mm_xor_si128(sixteen(bytes), _mm_cvtsi32_si128((int)crc));
  __m128i b = sixteen(bytes + 16);
  __m128i c = sixteen(bytes + 32);
  __m128i d = sixteen(bytes + 48);
  for (bytes += 64, count -= 64U; count >= 64U; bytes += 64, count -= 64U) {
    a = fold_onto(a, by_64, sixteen(bytes));
    b = fold_onto(b, by_64, sixteen(bytes + 16));
    c = fold_onto(c, by_64, sixteen(bytes + 32));
    d = fold_onto(d, by_64, sixteen(bytes + 48));
  }
  a = fold_onto(fold_onto(fold_onto(a, by_16, b), by_16, c), by_16, d);
  for (; count >= 16U; bytes += 16, count -= 16U) a = fold_onto(a, by_16, sixteen(bytes));
  return reduce(a, by_16);
}
