#include <vle/firmware/firmware.h>

// The smallest program that needs all of the core, to weigh it. It is not run: the table of functions comes from
// nowhere.

static vle_fw firmware;

#define FROM_NOWHERE(type) (*(type* volatile*)0x20000000U)

_Noreturn void reset(void) {
  const vle_fw_hal* hal = FROM_NOWHERE(const vle_fw_hal);
  const vle_fw_board* board = FROM_NOWHERE(const vle_fw_board);
  const uint8_t* bytes = FROM_NOWHERE(const uint8_t);
  (void)vle_fw_init(&firmware, hal, NULL, board);
  for (;;) {
    (void)vle_fw_receive(&firmware, bytes, 1);
    vle_fw_poll(&firmware);
    if (vle_fw_idle(&firmware)) __asm volatile("wfi");
  }
}
