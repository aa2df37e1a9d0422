#pragma once

#include <smmintrin.h>
#include <stddef.h>
#include <stdint.h>

// COBS sixteen bytes at a time. It leaves every byte where it is but the zeros, which become codes: so a block is coded
// and decoded in place, and only which of its bytes are codes must be found.

enum { BLOCK = 16 };
#define BLOCKS __attribute__((target("sse4.1")))

static int has_blocks(void) {
  return __builtin_cpu_supports("sse4.1");
}

BLOCKS static __m128i block_at(const uint8_t* bytes) {
  return _mm_loadu_si128((const __m128i*)(const void*)bytes);
}

BLOCKS static void put_block(uint8_t* bytes, __m128i block) {
  _mm_storeu_si128((__m128i*)(void*)bytes, block);
}

BLOCKS static __m128i places(void) {
  return _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/// Each zero of `block` replaced by its distance to the next one in the block; the last has none and is left to who
/// knows what follows. Distances are suffix minima of the zeros' places, by doubling.
BLOCKS static __m128i code_zeros(__m128i block, __m128i is_zero) {
  const __m128i none = _mm_set1_epi8(-1);
  const __m128i place = _mm_or_si128(places(), _mm_andnot_si128(is_zero, none));
  __m128i next = _mm_alignr_epi8(none, place, 1);
  next = _mm_min_epu8(next, _mm_alignr_epi8(none, next, 1));
  next = _mm_min_epu8(next, _mm_alignr_epi8(none, next, 2));
  next = _mm_min_epu8(next, _mm_alignr_epi8(none, next, 4));
  next = _mm_min_epu8(next, _mm_alignr_epi8(none, next, 8));
  return _mm_blendv_epi8(block, _mm_sub_epi8(next, places()), is_zero);
}

/// Codes whole blocks of `bytes` to out[*used...], whose open code is out[*code], as long as the room (of `capacity` in
/// all) and the run, of `longest` at most, cannot end in one. Returns the bytes taken.
BLOCKS static size_t code_blocks(const uint8_t* bytes, size_t count, uint8_t* out, size_t capacity, size_t longest,
                                 size_t* used, size_t* code) {
  size_t taken = 0;
  size_t to = *used;
  size_t open = *code;
  while (count - taken >= BLOCK && capacity - to >= BLOCK && to - open <= longest + 1U - BLOCK) {
    const __m128i block = block_at(bytes + taken);
    const __m128i is_zero = _mm_cmpeq_epi8(block, _mm_setzero_si128());
    const unsigned zeros = (unsigned)_mm_movemask_epi8(is_zero);
    if (zeros == 0U) {
      put_block(out + to, block);
    } else {
      out[open] = (uint8_t)(to + (unsigned)__builtin_ctz(zeros) - open);
      put_block(out + to, code_zeros(block, is_zero));
      open = to + 31U - (unsigned)__builtin_clz(zeros);
    }
    to += BLOCK;
    taken += BLOCK;
  }
  *used = to;
  *code = open;
  return taken;
}

/// For each place of a block, if a code stood there: the places of it and the codes behind it in the block, a bit each,
/// and the place of the first code beyond the block, 255 if that is further.
typedef struct {
  __m128i low;   ///< places 0 to 7
  __m128i high;  ///< places 8 to 15
  __m128i beyond;
} code_chains;

/// The chain from a place is itself and the chain from where it leads: all sixteen at once, by doubling the links.
BLOCKS static code_chains chains_of(__m128i block) {
  code_chains chains = {_mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0),
                        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, -128),
                        _mm_adds_epu8(places(), block)};
  for (int links = 1; links < BLOCK; links *= 2) {
    // A place beyond the block gets its high bit set, which shuffles in 0.
    const __m128i to = _mm_adds_epu8(chains.beyond, _mm_set1_epi8(0x70));
    chains.low = _mm_or_si128(chains.low, _mm_shuffle_epi8(chains.low, to));
    chains.high = _mm_or_si128(chains.high, _mm_shuffle_epi8(chains.high, to));
    chains.beyond = _mm_max_epu8(chains.beyond, _mm_shuffle_epi8(chains.beyond, to));
  }
  return chains;
}

/// Decodes whole blocks as long as codes lead from each to the next. bytes[0] is a code that a zero is due for, none of
/// `bytes` is 0. Returns how far `out` is right: up to a code that a zero is due for as well. What is written behind
/// it, within `count`, is to be written again.
BLOCKS static size_t decode_blocks(const uint8_t* bytes, size_t count, uint8_t* out) {
  const __m128i bits = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  __m128i first = _mm_setzero_si128();  // place of a block's first code, in every byte
  size_t last = 0;
  for (size_t at = 0; count - at >= BLOCK; at += BLOCK) {
    const __m128i block = block_at(bytes + at);
    const code_chains chains = chains_of(block);
    const __m128i chain = _mm_unpacklo_epi64(_mm_shuffle_epi8(chains.low, first), _mm_shuffle_epi8(chains.high, first));
    const __m128i is_code = _mm_cmpeq_epi8(_mm_and_si128(chain, bits), bits);
    put_block(out + at, _mm_andnot_si128(is_code, block));
    last = at + 31U - (unsigned)__builtin_clz((unsigned)_mm_movemask_epi8(is_code));
    const __m128i next = _mm_shuffle_epi8(chains.beyond, first);
    if (_mm_movemask_epi8(_mm_adds_epu8(next, _mm_set1_epi8(0x60))) != 0) break;  // beyond the next block as well
    first = _mm_sub_epi8(next, _mm_set1_epi8(BLOCK));
  }
  return last;
}
