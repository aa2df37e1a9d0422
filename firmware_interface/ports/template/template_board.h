#pragma once

#include <vle/firmware/firmware.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TEMPLATE_IMAGE_WORDS = 4096, TEMPLATE_STIMULUS_BYTES = 16384, TEMPLATE_RING_BYTES = 4096, TEMPLATE_CODES = 64 };

/// A board without a chip: memory where the chip's would be, read-out codes that are all 0.
typedef struct {
  uint32_t clock_us;

  uint8_t image[2][2 * TEMPLATE_IMAGE_WORDS];    ///< staged, in use
  uint8_t stimulus[2][TEMPLATE_STIMULUS_BYTES];  ///< likewise
  vle_fw_run run;
  uint32_t steps_done;
  size_t codes_left;  ///< bytes recorded and not taken yet

  uint8_t sent[1024];  ///< for the host
  size_t sent_count;
  uint8_t ring[TEMPLATE_RING_BYTES];
  vle_fw firmware;
} template_board;

/// As after a reset.
bool template_start(template_board* board, uint32_t boot_id);
/// One turn of the main loop: bytes from the host in. Returns how many were taken.
size_t template_turn(template_board* board, const uint8_t* bytes, size_t count);

#ifdef __cplusplus
}
#endif
