#pragma once

// In place of a C library's: what the core and nanopb use, defined in memory.c.

#include <stddef.h>

void* memcpy(void* restrict to, const void* restrict from, size_t count);
void* memset(void* to, int value, size_t count);
int memcmp(const void* a, const void* b, size_t count);
void* memchr(const void* bytes, int value, size_t count);
