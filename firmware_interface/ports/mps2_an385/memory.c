#include <stdint.h>
#include <string.h>

// What a compiler and the core want of the C library.

void* memcpy(void* restrict to, const void* restrict from, size_t count) {
  uint8_t* out = to;
  const uint8_t* in = from;
  while (count-- > 0U) *out++ = *in++;
  return to;
}

void* memset(void* to, int value, size_t count) {
  uint8_t* out = to;
  while (count-- > 0U) *out++ = (uint8_t)value;
  return to;
}

int memcmp(const void* a, const void* b, size_t count) {
  const uint8_t* left = a;
  const uint8_t* right = b;
  for (; count > 0U; --count, ++left, ++right) {
    if (*left != *right) return *left < *right ? -1 : 1;
  }
  return 0;
}

void* memchr(const void* bytes, int value, size_t count) {
  const uint8_t* at = bytes;
  for (; count > 0U; --count, ++at) {
    if (*at == (uint8_t)value) return (void*)(uintptr_t)at;
  }
  return NULL;
}

// The names by which compilers for ARM call them; 4 and 8: aligned so.
void __aeabi_memcpy(void* to, const void* from, size_t count) {
  (void)memcpy(to, from, count);
}
void __aeabi_memset(void* to, size_t count, int value) {
  (void)memset(to, value, count);
}
void __aeabi_memclr(void* to, size_t count) {
  (void)memset(to, 0, count);
}
void __aeabi_memcpy4(void* to, const void* from, size_t count) __attribute__((alias("__aeabi_memcpy")));
void __aeabi_memcpy8(void* to, const void* from, size_t count) __attribute__((alias("__aeabi_memcpy")));
void __aeabi_memset4(void* to, size_t count, int value) __attribute__((alias("__aeabi_memset")));
void __aeabi_memset8(void* to, size_t count, int value) __attribute__((alias("__aeabi_memset")));
void __aeabi_memclr4(void* to, size_t count) __attribute__((alias("__aeabi_memclr")));
void __aeabi_memclr8(void* to, size_t count) __attribute__((alias("__aeabi_memclr")));
