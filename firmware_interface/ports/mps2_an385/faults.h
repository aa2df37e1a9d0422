#pragma once

#include <stdbool.h>
#include <stdint.h>

// Faults that the emulated machine does not have, for tests: the image firmware_faults.elf has them, firmware.elf has
// not.

#if defined(VLE_INJECT_FAULTS)

enum { FAULT_BYTES = 4999, FAULT_HANG_SEED = 0xDEAD };

/// True for every 4,999th byte that comes: the receiver overran.
static inline bool fault_loses_byte(void) {
  static uint32_t bytes;
  ++bytes;
  return bytes % (uint32_t)FAULT_BYTES == 0U;
}

/// A run with this seed makes the program stand still, as a broken driver does.
static inline void fault_hang(uint64_t seed) {
  while (seed == (uint64_t)FAULT_HANG_SEED) continue;
}

#else

static inline bool fault_loses_byte(void) {
  return false;
}

static inline void fault_hang(uint64_t seed) {
  (void)seed;
}

#endif
