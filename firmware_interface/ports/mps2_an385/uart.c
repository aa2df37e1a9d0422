#include "uart.h"

#include <string.h>

#include "faults.h"

void uart_start(uart* line, cmsdk_uart* port) {
  line->port = port;
  port->divider = CLOCK_HZ / UART_BAUD;
  port->control = UART_ALL_ON;
}

/// With interrupts off.
static void feed(uart* line) {
  while (line->tx_out != line->tx_in && (line->port->state & UART_TX_FULL) == 0U) {
    line->port->data = line->tx[line->tx_out % UART_TX_BYTES];
    line->tx_out = line->tx_out + 1U;
  }
}

void uart_interrupt(uart* line) {
  const uint32_t pending = line->port->interrupt;
  line->port->interrupt = pending;
  if ((line->port->state & UART_RX_OVERRUN) != 0U) {
    line->port->state = UART_RX_OVERRUN;
    line->dropped = line->dropped + 1U;
  }
  // Bounded by the ring: what comes faster than that waits for the next interrupt.
  for (unsigned i = 0; i < UART_RX_BYTES && (line->port->state & UART_RX_FULL) != 0U; ++i) {
    const uint8_t byte = (uint8_t)(line->port->data & 0xFFU);
    if (line->rx_in - line->rx_out == UART_RX_BYTES || fault_loses_byte()) {
      line->dropped = line->dropped + 1U;
    } else {
      line->rx[line->rx_in % UART_RX_BYTES] = byte;
      line->rx_in = line->rx_in + 1U;
    }
  }
  feed(line);
}

bool uart_has_input(const uart* line) {
  return line->rx_in != line->rx_out;
}

size_t uart_peek(const uart* line, const uint8_t** bytes) {
  const uint32_t from = line->rx_out % UART_RX_BYTES;
  const uint32_t held = line->rx_in - line->rx_out;
  *bytes = line->rx + from;
  return held < UART_RX_BYTES - from ? held : UART_RX_BYTES - from;
}

void uart_drop(uart* line, size_t count) {
  line->rx_out = line->rx_out + (uint32_t)count;
}

size_t uart_read(uart* line, uint8_t* bytes, size_t most) {
  const uint8_t* from = NULL;
  const size_t held = uart_peek(line, &from);
  const size_t count = held < most ? held : most;
  memcpy(bytes, from, count);
  uart_drop(line, count);
  return count;
}

size_t uart_write(uart* line, const uint8_t* bytes, size_t count) {
  size_t taken = 0;
  while (taken < count && line->tx_in - line->tx_out < UART_TX_BYTES) {
    line->tx[line->tx_in % UART_TX_BYTES] = bytes[taken++];
    line->tx_in = line->tx_in + 1U;
  }
  interrupts_off();
  feed(line);
  interrupts_on();
  return taken;
}
