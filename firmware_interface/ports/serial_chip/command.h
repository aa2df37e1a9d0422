#pragma once

#include "serial_chip.h"

// How commands travel, for the functions of the HAL.

void vle_serial_put_u32(uint8_t* bytes, uint32_t value);
uint32_t vle_serial_get_u32(const uint8_t* bytes);
uint64_t vle_serial_get_u64(const uint8_t* bytes);

/// Has the chip carry out the command of `count` bytes in `draft`; VLE_FW_AGAIN until its answer is there. The caller
/// repeats the call with the same command; another command gives up the one before.
vle_fw_status vle_serial_carry_out(vle_serial_chip* chip, size_t count);
/// Copies the data of an answer that must have just so many bytes.
vle_fw_status vle_serial_take_answer(const vle_serial_chip* chip, uint8_t* bytes, size_t count);
