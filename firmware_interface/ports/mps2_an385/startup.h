#pragma once

#include <stdint.h>

/// What a reset leaves alone.
typedef struct {
  uint32_t magic;
  uint32_t boots;     ///< since power came on
  uint32_t expected;  ///< the vle_fw_reset_cause that the next reset will have; 0: none is expected
} boot_record;

extern boot_record boot;

/// Counts this boot, and says why it came.
uint32_t note_boot(void);
_Noreturn void reset_board(uint32_t cause);
/// Most bytes of stack used so far.
uint32_t stack_used(void);

uint32_t clock_us(void);
void clock_start(void);

// Defined where the UARTs are.
void on_uart0(void);
void on_uart1(void);

int main(void);
