#include "startup.h"

#include <vle/firmware/hal.h>

#include "machine.h"

enum { BOOT_MAGIC = 0x564C4531, PAINT = 0x5AA55AA5 };

extern uint32_t stack_limit[], stack_top[], data_begin[], data_end[], data_source[], bss_begin[], bss_end[];

boot_record boot __attribute__((section(".noinit")));

_Noreturn void reset(void) {
  // What is in use below this frame is not painted.
  uint32_t* here = (uint32_t*)__builtin_frame_address(0) - 32;
  for (uint32_t* word = stack_limit; word < here; ++word) *word = PAINT;
  const uint32_t* from = data_source;
  for (uint32_t* to = data_begin; to < data_end; ++to) *to = *from++;
  for (uint32_t* word = bss_begin; word < bss_end; ++word) *word = 0;
  (void)main();
  reset_board(VLE_FW_RESET_OTHER);
}

uint32_t stack_used(void) {
  const uint32_t* word = stack_limit;
  while (word < stack_top && *word == PAINT) ++word;
  return (uint32_t)((const uint8_t*)stack_top - (const uint8_t*)word);
}

uint32_t note_boot(void) {
  uint32_t cause = VLE_FW_RESET_POWER_ON;
  if (boot.magic == BOOT_MAGIC) {
    cause = boot.expected == 0U ? VLE_FW_RESET_WATCHDOG : boot.expected;
  } else {
    boot.magic = BOOT_MAGIC;
    boot.boots = 0;
  }
  ++boot.boots;
  boot.expected = 0;
  return cause;
}

_Noreturn void reset_board(uint32_t cause) {
  boot.expected = cause;
  RESET_CONTROL = RESET_REQUEST;
  for (;;) wait_for_interrupt();
}

void clock_start(void) {
  TIMER_RELOAD = UINT32_MAX;
  TIMER_VALUE = UINT32_MAX;
  TIMER_CONTROL = 1;
  SYSTICK_RELOAD = CLOCK_HZ / 1000 - 1;
  SYSTICK_VALUE = 0;
  SYSTICK_CONTROL = 7;
}

// A counter that runs freely: unlike ticks that an interrupt counts, it loses nothing while interrupts wait. Read more
// often than it wraps, which is every 171 s.
uint32_t clock_us(void) {
  static uint32_t last = UINT32_MAX;
  static uint32_t rest;
  static uint32_t now_us;
  const uint32_t value = TIMER_VALUE;
  rest += last - value;
  last = value;
  now_us += rest / CLOCKS_PER_US;
  rest %= CLOCKS_PER_US;
  return now_us;
}

/// Wakes the main loop.
static void on_tick(void) {}
/// The watchdog's first warning. Its second resets the board.
static void on_nmi(void) {
  for (;;) wait_for_interrupt();
}
static void on_fault(void) {
  reset_board(VLE_FW_RESET_FAULT);
}

typedef void (*handler)(void);
__attribute__((section(".vectors"), used)) static const handler kVectors[16 + 4] = {(handler)(uintptr_t)stack_top,
                                                                                    reset,
                                                                                    on_nmi,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_fault,
                                                                                    on_tick,
                                                                                    on_uart0,
                                                                                    on_uart0,
                                                                                    on_uart1,
                                                                                    on_uart1};
