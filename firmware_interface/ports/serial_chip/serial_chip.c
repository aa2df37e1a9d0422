#include "serial_chip.h"

#include <string.h>

enum {
  ANSWER_TIME_US = 500000,  ///< after which a command is sent again
  MOST_ATTEMPTS = 8,
  IDENTITY_BYTES = 88  ///< of its answer, before the name
};

static void put_u32(uint8_t* bytes, uint32_t value) {
  for (unsigned i = 0; i < 4U; ++i) bytes[i] = (uint8_t)(value >> (8U * i) & 0xFFU);
}

static uint32_t get_u32(const uint8_t* bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint64_t get_u64(const uint8_t* bytes) {
  return get_u32(bytes) | (uint64_t)get_u32(bytes + 4) << 32;
}

void vle_serial_chip_init(vle_serial_chip* chip, const vle_serial_line* line) {
  memset(chip, 0, sizeof *chip);
  chip->line = *line;
  vle_fw_decoder_init(&chip->decoder, chip->received, sizeof chip->received);
}

static void send_frame(vle_serial_chip* chip) {
  const vle_fw_header header = {VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, 0, chip->tag, 0};
  chip->frame_count = vle_fw_frame_encode(&header, chip->command, chip->command_count, chip->frame, sizeof chip->frame);
  chip->frame_sent = 0;
  chip->sent_us = chip->line.now_us(chip->line.context);
  ++chip->attempts;
}

static void push(vle_serial_chip* chip) {
  if (chip->frame_sent == chip->frame_count) return;
  chip->frame_sent +=
      chip->line.send(chip->line.context, chip->frame + chip->frame_sent, chip->frame_count - chip->frame_sent);
}

/// Reads what has come, one piece. True: the answer to the command at hand is there.
static bool pull(vle_serial_chip* chip) {
  uint8_t bytes[64];
  const size_t count = chip->line.receive(chip->line.context, bytes, sizeof bytes);
  bool answered = false;
  size_t used = 0;
  while (used < count) {
    size_t taken = 0;
    vle_fw_frame frame;
    const vle_fw_decode_result result = vle_fw_decoder_feed(&chip->decoder, bytes + used, count - used, &taken, &frame);
    used += taken;
    if (result != VLE_FW_DECODE_FRAME || frame.header.kind != VLE_FW_KIND_REPLY || frame.count == 0U ||
        frame.header.sequence != chip->tag) {
      continue;
    }
    memcpy(chip->answer, frame.payload, frame.count);
    chip->answer_count = frame.count;
    answered = true;
  }
  return answered;
}

/// Has the chip carry out the command in `draft`; VLE_FW_AGAIN until its answer is there. The caller repeats the call
/// with the same command; another command gives up the one before.
static vle_fw_status carry_out(vle_serial_chip* chip, size_t count) {
  const bool same = chip->under_way && chip->command_count == count && memcmp(chip->command, chip->draft, count) == 0;
  if (!same) {
    memcpy(chip->command, chip->draft, count);
    chip->command_count = count;
    chip->under_way = true;
    ++chip->tag;
    chip->attempts = 0;
    send_frame(chip);
  }
  push(chip);
  if (pull(chip)) {
    chip->under_way = false;
    return chip->answer[0] <= (uint8_t)VLE_FW_FAULT ? (vle_fw_status)chip->answer[0] : VLE_FW_FAULT;
  }
  if (chip->line.now_us(chip->line.context) - chip->sent_us <= ANSWER_TIME_US) return VLE_FW_AGAIN;
  if (chip->attempts >= MOST_ATTEMPTS) {
    chip->under_way = false;
    return VLE_FW_FAULT;
  }
  send_frame(chip);
  return VLE_FW_AGAIN;
}

/// Copies the data of an answer that must have just so many bytes.
static vle_fw_status take_answer(const vle_serial_chip* chip, uint8_t* bytes, size_t count) {
  if (chip->answer_count != count + 1U) return VLE_FW_FAULT;
  memcpy(bytes, chip->answer + 1, count);
  return VLE_FW_OK;
}

static vle_fw_status describe(vle_serial_chip* chip, uint8_t* memory, uint32_t done, uint32_t size) {
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_DESCRIPTION;
  put_u32(command + 1, done);
  const vle_fw_status status = carry_out(chip, 5);
  if (status != VLE_FW_OK) return status;
  const size_t count = chip->answer_count - 1U;
  if (count == 0U || count > size - done) return VLE_FW_FAULT;
  memcpy(memory + done, chip->answer + 1, count);
  return VLE_FW_OK;
}

/// `memory`: 65 bytes of hash, 32 bytes of name, then the description. `board->description_size` counts what is there
/// of it, `board->image_words` is 0 until the identity is known.
vle_fw_status vle_serial_chip_identify(vle_serial_chip* chip, vle_fw_board* board, uint8_t* memory, uint32_t bytes) {
  enum { HASH = 65, NAME = 32, TEXTS = HASH + NAME };
  if (board->image_words == 0U) {
    uint8_t* command = chip->draft;
    command[0] = VLE_SERIAL_IDENTITY;
    const vle_fw_status status = carry_out(chip, 1);
    if (status != VLE_FW_OK) return status;
    const uint8_t* answer = chip->answer + 1;
    if (chip->answer_count < IDENTITY_BYTES + 1U || chip->answer_count >= IDENTITY_BYTES + NAME + 1U)
      return VLE_FW_FAULT;
    if (bytes < TEXTS || get_u32(answer + 20) > bytes - TEXTS) return VLE_FW_OUT_OF_RANGE;
    memset(memory, 0, TEXTS);
    memcpy(memory, answer + 24, 64);
    memcpy(memory + HASH, answer + IDENTITY_BYTES, chip->answer_count - 1U - IDENTITY_BYTES);
    board->chip_id = get_u64(answer);
    board->image_words = get_u32(answer + 8);
    board->stimulus_bytes = get_u32(answer + 12);
    board->steps_max = get_u32(answer + 16);
    board->target_hash = (const char*)memory;
    board->target = (const char*)memory + HASH;
    board->description = memory + TEXTS;
    board->description_size = 0;
    chip->commit_done = get_u32(answer + 20);
    return VLE_FW_AGAIN;
  }
  if (board->description_size == chip->commit_done) return VLE_FW_OK;
  const vle_fw_status status = describe(chip, memory + TEXTS, board->description_size, chip->commit_done);
  if (status != VLE_FW_OK) return status;
  board->description_size += (uint32_t)chip->answer_count - 1U;
  return board->description_size == chip->commit_done ? VLE_FW_OK : VLE_FW_AGAIN;
}

static vle_serial_staging* staging_of(vle_serial_chip* chip, vle_fw_object object) {
  return &chip->staging[object == VLE_FW_IMAGE ? 0 : 1];
}

vle_fw_status vle_serial_object_begin(vle_serial_chip* chip, const vle_fw_upload* upload) {
  vle_serial_staging* staging = staging_of(chip, upload->object);
  if (upload->size > staging->bytes) return VLE_FW_OUT_OF_RANGE;
  staging->upload = *upload;
  return VLE_FW_OK;
}

vle_fw_status vle_serial_object_write(vle_serial_chip* chip, vle_fw_object object, uint32_t offset,
                                      const uint8_t* bytes, size_t count) {
  memcpy(staging_of(chip, object)->memory + offset, bytes, count);
  return VLE_FW_OK;
}

vle_fw_status vle_serial_object_read(vle_serial_chip* chip, vle_fw_object object, bool staged, uint32_t offset,
                                     uint8_t* bytes, size_t count) {
  if (staged) {
    memcpy(bytes, staging_of(chip, object)->memory + offset, count);
    return VLE_FW_OK;
  }
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_READ;
  command[1] = (uint8_t)object;
  put_u32(command + 2, offset);
  put_u32(command + 6, (uint32_t)count);
  const vle_fw_status status = carry_out(chip, 10);
  return status == VLE_FW_OK ? take_answer(chip, bytes, count) : status;
}

static vle_fw_status announce(vle_serial_chip* chip, const vle_fw_upload* upload) {
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_BEGIN;
  command[1] = (uint8_t)upload->object;
  const uint32_t numbers[8] = {upload->size,           upload->cores,           upload->rows,          upload->columns,
                               upload->input_channels, upload->target_channels, upload->link_channels, upload->steps};
  for (size_t i = 0; i < 8U; ++i) put_u32(command + 2U + 4U * i, numbers[i]);
  return carry_out(chip, 34);
}

/// The object goes to the chip piece by piece: begin, writes, commit.
vle_fw_status vle_serial_object_commit(vle_serial_chip* chip, vle_fw_object object) {
  const vle_serial_staging* staging = staging_of(chip, object);
  vle_fw_status status;
  if (!chip->commit_begun) {
    status = announce(chip, &staging->upload);
    if (status != VLE_FW_OK) return status;
    chip->commit_begun = true;
    chip->commit_done = 0;
    return VLE_FW_AGAIN;
  }
  const uint32_t left = staging->upload.size - chip->commit_done;
  if (left > 0U) {
    const uint32_t count = left < VLE_SERIAL_DATA ? left : VLE_SERIAL_DATA;
    uint8_t* command = chip->draft;
    command[0] = VLE_SERIAL_WRITE;
    command[1] = (uint8_t)object;
    put_u32(command + 2, chip->commit_done);
    memcpy(command + 6, staging->memory + chip->commit_done, count);
    status = carry_out(chip, 6U + count);
    if (status == VLE_FW_OK) chip->commit_done += count;
    if (status == VLE_FW_OK || status == VLE_FW_AGAIN) return VLE_FW_AGAIN;
  } else {
    uint8_t* command = chip->draft;
    command[0] = VLE_SERIAL_COMMIT;
    command[1] = (uint8_t)object;
    status = carry_out(chip, 2);
    if (status == VLE_FW_AGAIN) return status;
  }
  chip->commit_begun = false;
  return status;
}

vle_fw_status vle_serial_registers_write(vle_serial_chip* chip, uint32_t address, const uint8_t* words, size_t count) {
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_WRITE_REGISTERS;
  put_u32(command + 1, address);
  memcpy(command + 5, words, 2U * count);
  return carry_out(chip, 5U + 2U * count);
}

vle_fw_status vle_serial_registers_read(vle_serial_chip* chip, uint32_t address, uint8_t* words, size_t count) {
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_READ_REGISTERS;
  put_u32(command + 1, address);
  put_u32(command + 5, (uint32_t)count);
  const vle_fw_status status = carry_out(chip, 9);
  return status == VLE_FW_OK ? take_answer(chip, words, 2U * count) : status;
}

vle_fw_status vle_serial_run_prepare(vle_serial_chip* chip, const vle_fw_run* run) {
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_PREPARE;
  put_u32(command + 1, run->steps);
  put_u32(command + 5, run->settle_steps);
  put_u32(command + 9, run->every);
  put_u32(command + 13, (uint32_t)(run->seed & 0xFFFFFFFFU));
  put_u32(command + 17, (uint32_t)(run->seed >> 32));
  put_u32(command + 21, run->trial);
  command[25] = run->nudging ? 1 : 0;
  command[26] = (uint8_t)run->scan_count;
  uint8_t* at = command + 27;
  for (size_t i = 0; i < run->scan_count; ++i, at += 13) {
    at[0] = (uint8_t)run->scan[i].signal;
    put_u32(at + 1, run->scan[i].core);
    put_u32(at + 5, run->scan[i].first_column);
    put_u32(at + 9, run->scan[i].count);
  }
  chip->samples_count = 0;
  chip->samples_taken = 0;
  chip->samples_waiting = 0;
  chip->steps_done = 0;
  chip->finished = false;
  chip->counters_count = 0;
  return carry_out(chip, (size_t)(at - command));
}

/// Answer to step and samples: finished, steps done, bytes of samples still waiting, bytes of samples.
static vle_fw_status take_progress(vle_serial_chip* chip) {
  if (chip->answer_count < 10U || chip->answer_count - 10U > sizeof chip->samples) return VLE_FW_FAULT;
  chip->finished = chip->answer[1] != 0U;
  chip->steps_done = get_u32(chip->answer + 2);
  chip->samples_waiting = get_u32(chip->answer + 6);
  chip->samples_count = chip->answer_count - 10U;
  chip->samples_taken = 0;
  memcpy(chip->samples, chip->answer + 10, chip->samples_count);
  return VLE_FW_OK;
}

static vle_fw_status fetch_counters(vle_serial_chip* chip) {
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_COUNTERS;
  const vle_fw_status status = carry_out(chip, 1);
  if (status != VLE_FW_OK) return status;
  chip->counters_count = chip->answer_count - 1U;
  if (chip->counters_count > sizeof chip->counters) return VLE_FW_FAULT;
  memcpy(chip->counters, chip->answer + 1, chip->counters_count);
  return VLE_FW_OK;
}

/// Steps count as done once their samples are here, so that the two never disagree.
vle_fw_status vle_serial_run_step(vle_serial_chip* chip, uint32_t* steps_done) {
  if (chip->samples_taken < chip->samples_count) return VLE_FW_AGAIN;
  if (chip->finished && chip->samples_waiting == 0U) {
    *steps_done = chip->steps_done;
    return fetch_counters(chip);
  }
  uint8_t* command = chip->draft;
  command[0] = chip->samples_waiting > 0U ? VLE_SERIAL_SAMPLES : VLE_SERIAL_STEP;
  vle_fw_status status = carry_out(chip, 1);
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
  while (count < most && 9U * (count + 1U) <= chip->counters_count) {
    counters[count].kind = chip->counters[9U * count];
    counters[count].count = get_u64(chip->counters + 9U * count + 1U);
    ++count;
  }
  return count;
}

/// Sent once and not waited for: the next prepare begins from reset anyway.
void vle_serial_run_stop(vle_serial_chip* chip) {
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_STOP;
  chip->under_way = false;
  (void)carry_out(chip, 1);
  chip->under_way = false;
  chip->samples_waiting = 0;
}
