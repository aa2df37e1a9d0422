#include <serial_chip.h>
#include <vle/firmware/firmware.h>

#include "faults.h"
#include "startup.h"
#include "uart.h"

// The reference board: host on UART0, chip on UART1, no operating system.

enum {
  IMAGE_BYTES = 128 * 1024,
  STIMULUS_BYTES = 512 * 1024,
  TRACE_RING_BYTES = 64 * 1024,
  DESCRIPTION_BYTES = 32 * 1024,
  HEARTBEAT_LIMIT_MS = 2000,
  STALL_LIMIT_MS = 10000,
  CHIP_PATIENCE_US = 2000000
};

_Static_assert((int)VLE_FW_MAX_CHUNK <= (int)VLE_SERIAL_DATA, "the chip's bus takes what the core gives it at once");
_Static_assert((int)VLE_FW_MAX_SCAN <= (int)VLE_SERIAL_SCAN, "and its scans");

static uart host_line;
static uart chip_line;
static vle_serial_chip chip;
static vle_fw firmware;
static uint8_t image_memory[IMAGE_BYTES];
static uint8_t stimulus_memory[STIMULUS_BYTES];
static uint8_t trace_ring[TRACE_RING_BYTES];
static vle_serial_identity identity;
static uint8_t description[DESCRIPTION_BYTES];
static uint32_t description_done;
static bool chip_met;

void on_uart0(void) {
  uart_interrupt(&host_line);
}
void on_uart1(void) {
  uart_interrupt(&chip_line);
}

static uint32_t now_us(void* context) {
  (void)context;
  return clock_us();
}

static size_t chip_send(void* context, const uint8_t* bytes, size_t count) {
  return uart_write(context, bytes, count);
}
static size_t chip_receive(void* context, uint8_t* bytes, size_t most) {
  return uart_read(context, bytes, most);
}

static size_t transmit(void* context, const uint8_t* bytes, size_t count) {
  (void)context;
  return uart_write(&host_line, bytes, count);
}

static uint32_t overruns(void* context) {
  (void)context;
  return host_line.dropped;
}

static vle_fw_status object_begin(void* context, const vle_fw_upload* upload) {
  return vle_serial_object_begin(context, upload);
}

static vle_fw_status object_write(void* context, vle_fw_object object, uint32_t offset, const uint8_t* bytes,
                                  size_t count) {
  return vle_serial_object_write(context, object, offset, bytes, count);
}

static vle_fw_status object_read(void* context, vle_fw_object object, bool staged, uint32_t offset, uint8_t* bytes,
                                 size_t count) {
  return vle_serial_object_read(context, object, staged, offset, bytes, count);
}

static vle_fw_status object_commit(void* context, vle_fw_object object) {
  return vle_serial_object_commit(context, object);
}

static vle_fw_status registers_write(void* context, uint32_t address, const uint8_t* words, size_t count) {
  return vle_serial_registers_write(context, address, words, count);
}

static vle_fw_status registers_read(void* context, uint32_t address, uint8_t* words, size_t count) {
  return vle_serial_registers_read(context, address, words, count);
}

static vle_fw_status run_prepare(void* context, const vle_fw_run* run) {
  fault_hang(run->seed);
  return vle_serial_run_prepare(context, run);
}
static vle_fw_status run_step(void* context, uint32_t* steps_done) {
  return vle_serial_run_step(context, steps_done);
}

static size_t run_samples(void* context, uint8_t* bytes, size_t most) {
  return vle_serial_run_samples(context, bytes, most);
}

static size_t run_counters(void* context, vle_fw_counter* counters, size_t most) {
  return vle_serial_run_counters(context, counters, most);
}

static void run_stop(void* context) {
  vle_serial_run_stop(context);
}

static void watchdog_start(void) {
  WATCHDOG_LOCK = WATCHDOG_KEY;
  WATCHDOG_LOAD = CLOCK_HZ;
  WATCHDOG_CONTROL = WATCHDOG_ON;
}

static void watchdog_kick(void* context) {
  (void)context;
  WATCHDOG_CLEAR = 1;
}

static void restart(void* context) {
  (void)context;
  reset_board(VLE_FW_RESET_REQUEST);
}

static uint32_t stack_high_water(void* context) {
  (void)context;
  return stack_used();
}

static const char* refusal(void* context) {
  (void)context;
  return chip_met ? NULL : "no chip answers on the chip bus";
}

static const vle_fw_hal kHal = {.size = sizeof(vle_fw_hal),
                                .abi = VLE_FW_HAL_ABI,
                                .now_us = now_us,
                                .transmit = transmit,
                                .overruns = overruns,
                                .object_begin = object_begin,
                                .object_write = object_write,
                                .object_read = object_read,
                                .object_commit = object_commit,
                                .registers_write = registers_write,
                                .registers_read = registers_read,
                                .run_prepare = run_prepare,
                                .run_step = run_step,
                                .run_samples = run_samples,
                                .run_counters = run_counters,
                                .run_stop = run_stop,
                                .safe_state = run_stop,
                                .watchdog_kick = watchdog_kick,
                                .reset = restart,
                                .stack_high_water = stack_high_water,
                                .refusal = refusal};

static uint32_t smaller(uint32_t a, uint32_t b) {
  return a < b ? a : b;
}

/// Who the chip is and how it is described; VLE_FW_AGAIN until both are there.
static vle_fw_status learn_chip(void) {
  if (!chip_met) {
    const vle_fw_status met = vle_serial_chip_meet(&chip, &identity);
    if (met != VLE_FW_OK) return met;
    if (identity.description_size > (uint32_t)DESCRIPTION_BYTES) identity.description_size = 0;
    description_done = 0;
    chip_met = true;
  }
  return vle_serial_chip_describe(&chip, description, identity.description_size, &description_done);
}

/// Waits until the chip has said who it is. A board without a chip still answers its host, and says so.
static void meet_chip(vle_fw_board* board) {
  const vle_serial_line line = {chip_send, chip_receive, now_us, &chip_line};
  vle_serial_chip_init(&chip, &line);
  chip.staging[0].memory = image_memory;
  chip.staging[0].bytes = IMAGE_BYTES;
  chip.staging[1].memory = stimulus_memory;
  chip.staging[1].bytes = STIMULUS_BYTES;
  const uint32_t begun = clock_us();
  while (learn_chip() != VLE_FW_OK && (chip_met || clock_us() - begun < (uint32_t)CHIP_PATIENCE_US)) {
    watchdog_kick(NULL);
    wait_for_interrupt();
  }
  if (!chip_met) return;
  board->target = identity.target;
  board->target_hash = identity.target_hash;
  board->chip_id = identity.chip_id;
  board->description = identity.description_size > 0U ? description : NULL;
  board->description_size = identity.description_size;
  board->steps_max = identity.steps_max;
  board->image_words = smaller(identity.image_words, IMAGE_BYTES / 2);
  board->stimulus_bytes = smaller(identity.stimulus_bytes, STIMULUS_BYTES);
}

/// A chip that comes, or that has forgotten what the board told it, makes the board begin anew: the host sees another
/// boot_id and does not take what it loaded for what is there.
static void watch_chip(void) {
  if (!chip_met) {
    if (learn_chip() == VLE_FW_OK) reset_board(VLE_FW_RESET_OTHER);
    return;
  }
  vle_serial_chip_turn(&chip);
  if (vle_serial_chip_lost(&chip)) reset_board(VLE_FW_RESET_FAULT);
}

/// The only thing on this board that nobody can foresee is when the host speaks first.
static uint32_t boot_number(void) {
  while (!uart_has_input(&host_line)) {
    watchdog_kick(NULL);
    wait_for_interrupt();
  }
  return boot.boots << 16 ^ (clock_us() & 0xFFFFFFU) ^ SYSTICK_VALUE;
}

static void serve(void) {
  const uint8_t* bytes = NULL;
  const size_t count = uart_peek(&host_line, &bytes);
  uart_drop(&host_line, vle_fw_receive(&firmware, bytes, count));
  vle_fw_poll(&firmware);
  watch_chip();
  interrupts_off();
  // A processor that sleeps while it waits for its chip leaves an emulator the time to bring the bytes. An interrupt
  // that comes here is pending and ends the wait at once.
  const bool chip_waits = vle_serial_chip_waits(&chip) && !uart_has_input(&chip_line);
  if ((vle_fw_idle(&firmware) || chip_waits) && !uart_has_input(&host_line)) wait_for_interrupt();
  interrupts_on();
}

int main(void) {
  static vle_fw_board board = {.firmware_version = "mps2-an385 0.1.0",
                               .target = "no chip",
                               .target_hash = "",
                               .steps_min = 1,
                               .rx_window = UART_RX_BYTES,
                               .heartbeat_limit_ms = HEARTBEAT_LIMIT_MS,
                               .stall_limit_ms = STALL_LIMIT_MS,
                               .pauses = true,
                               .seeded = true,
                               .trace_ring = trace_ring,
                               .trace_ring_bytes = TRACE_RING_BYTES};
  board.reset_cause = (vle_fw_reset_cause)note_boot();
  clock_start();
  uart_start(&host_line, UART0);
  uart_start(&chip_line, UART1);
  NVIC_ENABLE = 1U << IRQ_UART0_RX | 1U << IRQ_UART0_TX | 1U << IRQ_UART1_RX | 1U << IRQ_UART1_TX;
  interrupts_on();
  watchdog_start();
  meet_chip(&board);
  board.boot_id = boot_number();
  if (!vle_fw_init(&firmware, &kHal, &chip, &board)) return 1;
  for (;;) serve();
}
