#pragma once

#include <stdint.h>

/// Registers of the MPS2 AN385 and of its Cortex-M3, as far as they are used (ARM DAI 0385, ARM DDI 0479).

#define VLE_REGISTER(address) (*(volatile uint32_t*)(address))

enum { CLOCK_HZ = 25000000, CLOCKS_PER_US = 25 };

typedef struct {
  volatile uint32_t data;
  volatile uint32_t state;      ///< bit 0: transmitter full, 1: receiver full, 3: receiver overrun (write to clear)
  volatile uint32_t control;    ///< bits 0, 1: transmitter, receiver on; 2, 3: their interrupts
  volatile uint32_t interrupt;  ///< pending; write to clear
  volatile uint32_t divider;
} cmsdk_uart;

#define UART0 ((cmsdk_uart*)0x40004000U)
#define UART1 ((cmsdk_uart*)0x40005000U)
enum { UART_TX_FULL = 1, UART_RX_FULL = 2, UART_RX_OVERRUN = 8, UART_ALL_ON = 15, UART_BAUD = 921600 };
enum { IRQ_UART0_RX = 0, IRQ_UART0_TX = 1, IRQ_UART1_RX = 2, IRQ_UART1_TX = 3 };

#define NVIC_ENABLE VLE_REGISTER(0xE000E100U)
#define TIMER_CONTROL VLE_REGISTER(0x40000000U)
#define TIMER_VALUE VLE_REGISTER(0x40000004U)
#define TIMER_RELOAD VLE_REGISTER(0x40000008U)
#define SYSTICK_CONTROL VLE_REGISTER(0xE000E010U)
#define SYSTICK_RELOAD VLE_REGISTER(0xE000E014U)
#define SYSTICK_VALUE VLE_REGISTER(0xE000E018U)
#define RESET_CONTROL VLE_REGISTER(0xE000ED0CU)
enum { RESET_REQUEST = 0x05FA0004 };

#define WATCHDOG_LOAD VLE_REGISTER(0x40008000U)
#define WATCHDOG_CONTROL VLE_REGISTER(0x40008008U)
#define WATCHDOG_CLEAR VLE_REGISTER(0x4000800CU)
#define WATCHDOG_LOCK VLE_REGISTER(0x40008C00U)
enum { WATCHDOG_KEY = 0x1ACCE551, WATCHDOG_ON = 3 };

static inline void interrupts_off(void) {
  __asm volatile("cpsid i" ::: "memory");
}
static inline void interrupts_on(void) {
  __asm volatile("cpsie i" ::: "memory");
}
static inline void wait_for_interrupt(void) {
  __asm volatile("wfi" ::: "memory");
}
