#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "machine.h"

enum { UART_RX_BYTES = 4096, UART_TX_BYTES = 2048 };

/// A UART between two rings: interrupts on one side, the main loop on the other. Indices run freely and wrap at 2^32.
typedef struct {
  cmsdk_uart* port;
  volatile uint32_t rx_in;
  volatile uint32_t rx_out;
  volatile uint32_t tx_in;
  volatile uint32_t tx_out;
  volatile uint32_t dropped;  ///< bytes for which the ring or the receiver had no room
  uint8_t rx[UART_RX_BYTES];
  uint8_t tx[UART_TX_BYTES];
} uart;

void uart_start(uart* line, cmsdk_uart* port);
/// Of the receiver and of the transmitter.
void uart_interrupt(uart* line);
/// Bytes that have come and lie side by side; uart_drop() takes them away.
size_t uart_peek(const uart* line, const uint8_t** bytes);
void uart_drop(uart* line, size_t count);
size_t uart_read(uart* line, uint8_t* bytes, size_t most);
/// Returns how many bytes the ring had room for.
size_t uart_write(uart* line, const uint8_t* bytes, size_t count);
bool uart_has_input(const uart* line);
