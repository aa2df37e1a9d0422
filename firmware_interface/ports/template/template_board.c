#include "template_board.h"

#include <string.h>

// 1. The clock. Fill in: a timer that counts microseconds.
static uint32_t now_us(void* context) {
  template_board* board = context;
  return board->clock_us;
}

// 2. Bytes to the host. Fill in: the UART's ring, or the DMA's.
static size_t transmit(void* context, const uint8_t* bytes, size_t count) {
  template_board* board = context;
  const size_t room = sizeof board->sent - board->sent_count;
  const size_t taken = count < room ? count : room;
  memcpy(board->sent + board->sent_count, bytes, taken);
  board->sent_count += taken;
  return taken;
}

static uint8_t* memory_of(template_board* board, vle_fw_object object, bool staged) {
  const size_t which = staged ? 0 : 1;
  return object == VLE_FW_IMAGE ? board->image[which] : board->stimulus[which];
}

// 3. to 6. Image and stimulus. Fill in: memory for what is uploaded, and the way from there to the chip in
// object_commit, piece by piece with VLE_FW_AGAIN. object_read with `staged` off reads the chip.
static vle_fw_status object_begin(void* context, const vle_fw_upload* upload) {
  template_board* board = context;
  memset(memory_of(board, upload->object, true), 0, upload->size);
  return VLE_FW_OK;
}

static vle_fw_status object_write(void* context, vle_fw_object object, uint32_t offset, const uint8_t* bytes,
                                  size_t count) {
  memcpy(memory_of(context, object, true) + offset, bytes, count);
  return VLE_FW_OK;
}

static vle_fw_status object_read(void* context, vle_fw_object object, bool staged, uint32_t offset, uint8_t* bytes,
                                 size_t count) {
  memcpy(bytes, memory_of(context, object, staged) + offset, count);
  return VLE_FW_OK;
}

static vle_fw_status object_commit(void* context, vle_fw_object object) {
  template_board* board = context;
  const size_t size = object == VLE_FW_IMAGE ? sizeof board->image[0] : sizeof board->stimulus[0];
  memcpy(memory_of(board, object, false), memory_of(board, object, true), size);
  return VLE_FW_OK;
}

// 7. and 8. Registers of the image in use. Fill in: the chip's bus.
static vle_fw_status registers_write(void* context, uint32_t address, const uint8_t* words, size_t count) {
  template_board* board = context;
  memcpy(board->image[1] + (size_t)2 * address, words, 2 * count);
  return VLE_FW_OK;
}

static vle_fw_status registers_read(void* context, uint32_t address, uint8_t* words, size_t count) {
  template_board* board = context;
  memcpy(words, board->image[1] + (size_t)2 * address, 2 * count);
  return VLE_FW_OK;
}

// 9. to 12. A run. Fill in: reset, start, stop of the chip, and its FIFO of read-out codes.
static vle_fw_status run_prepare(void* context, const vle_fw_run* run) {
  template_board* board = context;
  board->run = *run;
  board->steps_done = 0;
  board->codes_left = 0;
  return VLE_FW_OK;
}

static vle_fw_status run_step(void* context, uint32_t* steps_done) {
  template_board* board = context;
  const uint32_t step = board->steps_done++;
  const vle_fw_run* run = &board->run;
  if (step >= run->settle_steps && (step - run->settle_steps) % run->every == 0U) {
    for (size_t i = 0; i < run->scan_count; ++i) board->codes_left += (size_t)2 * run->scan[i].count;
  }
  *steps_done = board->steps_done;
  return board->steps_done < run->settle_steps + run->steps ? VLE_FW_AGAIN : VLE_FW_OK;
}

static size_t run_samples(void* context, uint8_t* bytes, size_t most) {
  template_board* board = context;
  const size_t count = board->codes_left < most ? board->codes_left : most;
  memset(bytes, 0, count);
  board->codes_left -= count;
  return count;
}

static void run_stop(void* context) {
  (void)context;
}

// 13. Fill in: whatever makes the hardware safe to be left alone.
static void safe_state(void* context) {
  (void)context;
}

static const vle_fw_hal kHal = {.size = sizeof(vle_fw_hal),
                                .abi = VLE_FW_HAL_ABI,
                                .now_us = now_us,
                                .transmit = transmit,
                                .object_begin = object_begin,
                                .object_write = object_write,
                                .object_read = object_read,
                                .object_commit = object_commit,
                                .registers_write = registers_write,
                                .registers_read = registers_read,
                                .run_prepare = run_prepare,
                                .run_step = run_step,
                                .run_samples = run_samples,
                                .run_stop = run_stop,
                                .safe_state = safe_state};

bool template_start(template_board* board, uint32_t boot_id) {
  memset(board, 0, sizeof *board);
  const vle_fw_board description = {.boot_id = boot_id,
                                    .firmware_version = "template 0",
                                    .target = "bench_board",
                                    .target_hash = "",
                                    .chip_id = 0,
                                    .reset_cause = VLE_FW_RESET_POWER_ON,
                                    .image_words = TEMPLATE_IMAGE_WORDS,
                                    .stimulus_bytes = TEMPLATE_STIMULUS_BYTES,
                                    .steps_min = 1,
                                    .steps_max = 100000,
                                    .rx_window = 2048,
                                    .heartbeat_limit_ms = 2000,
                                    .stall_limit_ms = 1000,
                                    .pauses = true,
                                    .trace_ring = board->ring,
                                    .trace_ring_bytes = sizeof board->ring};
  return vle_fw_init(&board->firmware, &kHal, board, &description);
}

size_t template_turn(template_board* board, const uint8_t* bytes, size_t count) {
  const size_t taken = vle_fw_receive(&board->firmware, bytes, count);
  vle_fw_poll(&board->firmware);
  return taken;
}
