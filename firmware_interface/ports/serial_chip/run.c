#include <string.h>

#include "command.h"

vle_fw_status vle_serial_run_prepare(vle_serial_chip* chip, const vle_fw_run* run) {
  if (run->scan_count > (size_t)VLE_SERIAL_SCAN) return VLE_FW_OUT_OF_RANGE;
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_PREPARE;
  vle_serial_put_u32(command + 1, run->steps);
  vle_serial_put_u32(command + 5, run->settle_steps);
  vle_serial_put_u32(command + 9, run->every);
  vle_serial_put_u32(command + 13, (uint32_t)(run->seed & 0xFFFFFFFFU));
  vle_serial_put_u32(command + 17, (uint32_t)(run->seed >> 32));
  vle_serial_put_u32(command + 21, run->trial);
  command[25] = run->nudging ? 1 : 0;
  command[26] = (uint8_t)run->scan_count;
  uint8_t* at = command + 27;
  for (size_t i = 0; i < run->scan_count; ++i, at += VLE_SERIAL_RANGE_BYTES) {
    at[0] = (uint8_t)run->scan[i].signal;
    vle_serial_put_u32(at + 1, run->scan[i].core);
    vle_serial_put_u32(at + 5, run->scan[i].first_column);
    vle_serial_put_u32(at + 9, run->scan[i].count);
  }
  chip->samples_count = 0;
  chip->samples_taken = 0;
  chip->samples_waiting = 0;
  chip->steps_done = 0;
  chip->finished = false;
  chip->counters_count = 0;
  return vle_serial_carry_out(chip, (size_t)(at - command));
}

/// Answer to step and samples: finished, steps done, bytes of samples still waiting, bytes of samples.
static vle_fw_status take_progress(vle_serial_chip* chip) {
  enum { HEAD = 10 };
  if (chip->answer_count < (size_t)HEAD || chip->answer_count - (size_t)HEAD > sizeof chip->samples) {
    return VLE_FW_FAULT;
  }
  chip->finished = chip->answer[1] != 0U;
  chip->steps_done = vle_serial_get_u32(chip->answer + 2);
  chip->samples_waiting = vle_serial_get_u32(chip->answer + 6);
  chip->samples_count = chip->answer_count - (size_t)HEAD;
  chip->samples_taken = 0;
  memcpy(chip->samples, chip->answer + HEAD, chip->samples_count);
  return VLE_FW_OK;
}

static vle_fw_status fetch_counters(vle_serial_chip* chip) {
  chip->draft[0] = VLE_SERIAL_COUNTERS;
  const vle_fw_status status = vle_serial_carry_out(chip, 1);
  if (status != VLE_FW_OK) return status;
  const size_t count = chip->answer_count - 1U;
  if (count > sizeof chip->counters) return VLE_FW_FAULT;
  memcpy(chip->counters, chip->answer + 1, count);
  chip->counters_count = count;
  return VLE_FW_OK;
}

/// Steps count as done once their samples are here, so that the two never disagree.
vle_fw_status vle_serial_run_step(vle_serial_chip* chip, uint32_t* steps_done) {
  if (chip->samples_taken < chip->samples_count) return VLE_FW_AGAIN;
  if (chip->finished && chip->samples_waiting == 0U) {
    *steps_done = chip->steps_done;
    return fetch_counters(chip);
  }
  chip->draft[0] = chip->samples_waiting > 0U ? VLE_SERIAL_SAMPLES : VLE_SERIAL_STEP;
  vle_fw_status status = vle_serial_carry_out(chip, 1);
  if (status == VLE_FW_OK) status = take_progress(chip);
  if (status != VLE_FW_OK) return status;
  if (chip->samples_waiting == 0U) *steps_done = chip->steps_done;
  return VLE_FW_AGAIN;
}

size_t vle_serial_run_samples(vle_serial_chip* chip, uint8_t* bytes, size_t most) {
  const size_t left = chip->samples_count - chip->samples_taken;
  const size_t count = left < most ? left : most;
  memcpy(bytes, chip->samples + chip->samples_taken, count);
  chip->samples_taken += count;
  return count;
}

size_t vle_serial_run_counters(const vle_serial_chip* chip, vle_fw_counter* counters, size_t most) {
  size_t count = 0;
  while (count < most && VLE_SERIAL_COUNTER_BYTES * (count + 1U) <= chip->counters_count) {
    const uint8_t* from = chip->counters + VLE_SERIAL_COUNTER_BYTES * count;
    counters[count].kind = from[0];
    counters[count].count = vle_serial_get_u64(from + 1);
    ++count;
  }
  return count;
}

/// Not waited for here; vle_serial_chip_turn() sees to it that it arrives, and no other command comes before it.
void vle_serial_run_stop(vle_serial_chip* chip) {
  chip->under_way = false;
  chip->stop_wanted = true;
  chip->samples_waiting = 0;
  vle_serial_chip_turn(chip);
}
