#include <stdint.h>

// Shifts of 64 bits, which compilers that save space call for. `bits` is below 64.

uint64_t __aeabi_llsl(uint64_t value, uint32_t bits) {
  const uint32_t low = (uint32_t)value;
  const uint32_t high = (uint32_t)(value >> 32);
  if (bits == 0U) return value;
  if (bits >= 32U) return (uint64_t)(low << (bits - 32U)) << 32;
  return (uint64_t)(high << bits | low >> (32U - bits)) << 32 | (low << bits);
}

uint64_t __aeabi_llsr(uint64_t value, uint32_t bits) {
  const uint32_t low = (uint32_t)value;
  const uint32_t high = (uint32_t)(value >> 32);
  if (bits == 0U) return value;
  if (bits >= 32U) return high >> (bits - 32U);
  return (uint64_t)(high >> bits) << 32 | (low >> bits | high << (32U - bits));
}
