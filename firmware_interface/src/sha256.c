#include <string.h>
#include <vle/firmware/firmware.h>

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t kRound[64] = {
    0x428A2F98U, 0x71374491U, 0xB5C0FBCFU, 0xE9B5DBA5U, 0x3956C25BU, 0x59F111F1U, 0x923F82A4U, 0xAB1C5ED5U,
    0xD807AA98U, 0x12835B01U, 0x243185BEU, 0x550C7DC3U, 0x72BE5D74U, 0x80DEB1FEU, 0x9BDC06A7U, 0xC19BF174U,
    0xE49B69C1U, 0xEFBE4786U, 0x0FC19DC6U, 0x240CA1CCU, 0x2DE92C6FU, 0x4A7484AAU, 0x5CB0A9DCU, 0x76F988DAU,
    0x983E5152U, 0xA831C66DU, 0xB00327C8U, 0xBF597FC7U, 0xC6E00BF3U, 0xD5A79147U, 0x06CA6351U, 0x14292967U,
    0x27B70A85U, 0x2E1B2138U, 0x4D2C6DFCU, 0x53380D13U, 0x650A7354U, 0x766A0ABBU, 0x81C2C92EU, 0x92722C85U,
    0xA2BFE8A1U, 0xA81A664BU, 0xC24B8B70U, 0xC76C51A3U, 0xD192E819U, 0xD6990624U, 0xF40E3585U, 0x106AA070U,
    0x19A4C116U, 0x1E376C08U, 0x2748774CU, 0x34B0BCB5U, 0x391C0CB3U, 0x4ED8AA4AU, 0x5B9CCA4FU, 0x682E6FF3U,
    0x748F82EEU, 0x78A5636FU, 0x84C87814U, 0x8CC70208U, 0x90BEFFFAU, 0xA4506CEBU, 0xBEF9A3F7U, 0xC67178F2U};

static uint32_t rotate(uint32_t word, unsigned bits) {
  return word >> bits | word << (32U - bits);
}

static uint32_t big_endian(const uint8_t* bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3];
}

/// The message schedule is kept as its last 16 words only: 64 bytes of stack instead of 256.
static void compress(uint32_t state[8], const uint8_t* block) {
  uint32_t schedule[16];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (unsigned t = 0; t < 64U; ++t) {
    uint32_t* word = &schedule[t % 16U];
    if (t < 16U) {
      *word = big_endian(block + (size_t)t * 4U);
    } else {
      const uint32_t w15 = schedule[(t + 1U) % 16U];
      const uint32_t w2 = schedule[(t + 14U) % 16U];
      *word += (rotate(w15, 7) ^ rotate(w15, 18) ^ w15 >> 3) + schedule[(t + 9U) % 16U] +
               (rotate(w2, 17) ^ rotate(w2, 19) ^ w2 >> 10);
    }
    const uint32_t sum = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + kRound[t] + *word;
    const uint32_t other = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + sum;
    d = c;
    c = b;
    b = a;
    a = sum + other;
  }
  const uint32_t last[8] = {a, b, c, d, e, f, g, h};
  for (unsigned i = 0; i < 8U; ++i) state[i] += last[i];
}

void vle_fw_sha256_begin(vle_fw_sha256* sha256) {
  static const uint32_t first[8] = {0x6A09E667U, 0xBB67AE85U, 0x3C6EF372U, 0xA54FF53AU,
                                    0x510E527FU, 0x9B05688CU, 0x1F83D9ABU, 0x5BE0CD19U};
  memcpy(sha256->state, first, sizeof first);
  sha256->length = 0;
}

void vle_fw_sha256_add(vle_fw_sha256* sha256, const uint8_t* bytes, size_t count) {
  while (count > 0U) {
    const size_t used = (size_t)(sha256->length % 64U);
    if (used == 0U && count >= 64U) {
      compress(sha256->state, bytes);
      sha256->length += 64U;
      bytes += 64;
      count -= 64U;
      continue;
    }
    const size_t part = count < 64U - used ? count : 64U - used;
    memcpy(sha256->block + used, bytes, part);
    sha256->length += part;
    bytes += part;
    count -= part;
    if (used + part == 64U) compress(sha256->state, sha256->block);
  }
}

void vle_fw_sha256_end(vle_fw_sha256* sha256, uint8_t hash[VLE_FW_HASH_BYTES]) {
  static const uint8_t padding[64] = {0x80};
  const uint32_t bits[2] = {(uint32_t)(sha256->length >> 29), (uint32_t)(sha256->length << 3 & 0xFFFFFFFFU)};
  const size_t used = (size_t)(sha256->length % 64U);
  vle_fw_sha256_add(sha256, padding, used < 56U ? 56U - used : 120U - used);
  uint8_t length[8];
  for (unsigned i = 0; i < 8U; ++i) length[i] = (uint8_t)(bits[i / 4U] >> (24U - 8U * (i % 4U)) & 0xFFU);
  vle_fw_sha256_add(sha256, length, sizeof length);
  for (unsigned i = 0; i < 32U; ++i) hash[i] = (uint8_t)(sha256->state[i / 4U] >> (24U - 8U * (i % 4U)) & 0xFFU);
}
