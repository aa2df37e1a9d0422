#include <vle/firmware/frame.h>

// A table of this CRC is linear: an entry is the sum (XOR) of those of its bits. So a table is written as the entries
// of the powers of two, and the preprocessor adds them up.
#define BIT(i, k, value) (((i) >> (k)&1U) != 0U ? (value) : 0U)
#define ENTRY_16(i, a, b, c, d) (BIT(i, 0, a) ^ BIT(i, 1, b) ^ BIT(i, 2, c) ^ BIT(i, 3, d))

#if defined(VLE_FW_FAST_CODEC)

// 8 kB of tables, eight bytes at a time: for machines with a cache.
#define ENTRY(i, a, b, c, d, e, f, g, h) (ENTRY_16(i, a, b, c, d) ^ ENTRY_16((i) >> 4, e, f, g, h))
#define ROW_4(i, ...) \
  ENTRY(i, __VA_ARGS__), ENTRY((i) + 1U, __VA_ARGS__), ENTRY((i) + 2U, __VA_ARGS__), ENTRY((i) + 3U, __VA_ARGS__)
#define ROW_16(i, ...) \
  ROW_4(i, __VA_ARGS__), ROW_4((i) + 4U, __VA_ARGS__), ROW_4((i) + 8U, __VA_ARGS__), ROW_4((i) + 12U, __VA_ARGS__)
#define ROW_64(i, ...) \
  ROW_16(i, __VA_ARGS__), ROW_16((i) + 16U, __VA_ARGS__), ROW_16((i) + 32U, __VA_ARGS__), ROW_16((i) + 48U, __VA_ARGS__)
#define TABLE(...) \
  { ROW_64(0U, __VA_ARGS__), ROW_64(64U, __VA_ARGS__), ROW_64(128U, __VA_ARGS__), ROW_64(192U, __VA_ARGS__) }

/// Row k: the CRC of a byte that k zeros follow.
static const uint32_t kTable[8][256] = {
    TABLE(0x77073096U, 0xEE0E612CU, 0x076DC419U, 0x0EDB8832U, 0x1DB71064U, 0x3B6E20C8U, 0x76DC4190U, 0xEDB88320U),
    TABLE(0x191B3141U, 0x32366282U, 0x646CC504U, 0xC8D98A08U, 0x4AC21251U, 0x958424A2U, 0xF0794F05U, 0x3B83984BU),
    TABLE(0x01C26A37U, 0x0384D46EU, 0x0709A8DCU, 0x0E1351B8U, 0x1C26A370U, 0x384D46E0U, 0x709A8DC0U, 0xE1351B80U),
    TABLE(0xB8BC6765U, 0xAA09C88BU, 0x8F629757U, 0xC5B428EFU, 0x5019579FU, 0xA032AF3EU, 0x9B14583DU, 0xED59B63BU),
    TABLE(0x3D6029B0U, 0x7AC05360U, 0xF580A6C0U, 0x30704BC1U, 0x60E09782U, 0xC1C12F04U, 0x58F35849U, 0xB1E6B092U),
    TABLE(0xCB5CD3A5U, 0x4DC8A10BU, 0x9B914216U, 0xEC53826DU, 0x03D6029BU, 0x07AC0536U, 0x0F580A6CU, 0x1EB014D8U),
    TABLE(0xA6770BB4U, 0x979F1129U, 0xF44F2413U, 0x33EF4E67U, 0x67DE9CCEU, 0xCFBD399CU, 0x440B7579U, 0x8816EAF2U),
    TABLE(0xCCAA009EU, 0x4225077DU, 0x844A0EFAU, 0xD3E51BB5U, 0x7CBB312BU, 0xF9766256U, 0x299DC2EDU, 0x533B85DAU)};

#if defined(__x86_64__) && defined(__GNUC__) && !defined(VLE_FW_NO_VECTORS)
#define HAS_FOLD 1
#include "crc32_fold.h"
#endif

uint32_t vle_fw_crc32(uint32_t crc, const uint8_t* bytes, size_t count) {
  crc = ~crc;
#if defined(HAS_FOLD)
  if (count >= FOLD_LEAST && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
    const size_t folded = count / FOLD_UNIT * FOLD_UNIT;
    crc = fold(crc, bytes, folded);
    bytes += folded;
    count -= folded;
  }
#endif
  for (; count >= 8U; count -= 8U, bytes += 8) {
    const uint32_t low =
        crc ^ ((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24);
    crc = kTable[7][low & 0xFFU] ^ kTable[6][low >> 8 & 0xFFU] ^ kTable[5][low >> 16 & 0xFFU] ^ kTable[4][low >> 24] ^
          kTable[3][bytes[4]] ^ kTable[2][bytes[5]] ^ kTable[1][bytes[6]] ^ kTable[0][bytes[7]];
  }
  for (; count > 0U; --count, ++bytes) crc = crc >> 8 ^ kTable[0][(crc ^ *bytes) & 0xFFU];
  return ~crc;
}

#else

#define ROW_4(i, ...)                                                                         \
  ENTRY_16(i, __VA_ARGS__), ENTRY_16((i) + 1U, __VA_ARGS__), ENTRY_16((i) + 2U, __VA_ARGS__), \
      ENTRY_16((i) + 3U, __VA_ARGS__)
#define TABLE(...) \
  { ROW_4(0U, __VA_ARGS__), ROW_4(4U, __VA_ARGS__), ROW_4(8U, __VA_ARGS__), ROW_4(12U, __VA_ARGS__) }

/// The CRC of four bits: 64 bytes of flash.
static const uint32_t kTable[16] = TABLE(0x1DB71064U, 0x3B6E20C8U, 0x76DC4190U, 0xEDB88320U);

uint32_t vle_fw_crc32(uint32_t crc, const uint8_t* bytes, size_t count) {
  crc = ~crc;
  for (; count > 0U; --count, ++bytes) {
    crc ^= *bytes;
    crc = crc >> 4 ^ kTable[crc & 0xFU];
    crc = crc >> 4 ^ kTable[crc & 0xFU];
  }
  return ~crc;
}

#endif
