#include "command.h"

#include <string.h>

enum {
  SILENCE_US = 500000,  ///< of the chip, after which a command is sent again
  MOST_ATTEMPTS = 8
};

void vle_serial_put_u32(uint8_t* bytes, uint32_t value) {
  for (unsigned i = 0; i < 4U; ++i) bytes[i] = (uint8_t)(value >> (8U * i) & 0xFFU);
}

uint32_t vle_serial_get_u32(const uint8_t* bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

uint64_t vle_serial_get_u64(const uint8_t* bytes) {
  return vle_serial_get_u32(bytes) | (uint64_t)vle_serial_get_u32(bytes + 4) << 32;
}

void vle_serial_chip_init(vle_serial_chip* chip, const vle_serial_line* line) {
  memset(chip, 0, sizeof *chip);
  chip->line = *line;
  vle_fw_decoder_init(&chip->decoder, chip->received, sizeof chip->received);
}

/// The delimiter in front ends a frame that was given up half sent.
static void send_frame(vle_serial_chip* chip) {
  const uint16_t session = chip->command[0] == (uint8_t)VLE_SERIAL_IDENTITY ? (uint16_t)0 : chip->session;
  const vle_fw_header header = {VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, session, chip->tag, 0};
  chip->frame[0] = 0;
  chip->frame_count =
      1U + vle_fw_frame_encode(&header, chip->command, chip->command_count, chip->frame + 1, sizeof chip->frame - 1U);
  chip->frame_sent = 0;
  chip->quiet_since_us = chip->line.now_us(chip->line.context);
  ++chip->attempts;
}

static void push(vle_serial_chip* chip) {
  if (chip->frame_sent == chip->frame_count) return;
  chip->frame_sent +=
      chip->line.send(chip->line.context, chip->frame + chip->frame_sent, chip->frame_count - chip->frame_sent);
}

/// True: this is the answer to the command at hand.
static bool take_frame(vle_serial_chip* chip, const vle_fw_frame* frame) {
  if (frame->header.kind != (uint8_t)VLE_FW_KIND_REPLY || frame->count == 0U || frame->header.sequence != chip->tag) {
    return false;
  }
  if (chip->command[0] == (uint8_t)VLE_SERIAL_IDENTITY) {
    chip->session = frame->header.session;
  } else if (frame->header.session != chip->session) {
    chip->lost = true;
    return false;
  }
  memcpy(chip->answer, frame->payload, frame->count);
  chip->answer_count = frame->count;
  return true;
}

/// Reads what has come, one piece. True: the answer to the command at hand is there.
static bool pull(vle_serial_chip* chip) {
  uint8_t bytes[64];
  const size_t count = chip->line.receive(chip->line.context, bytes, sizeof bytes);
  // An answer on its way over a slow line is no silence.
  if (count > 0U) chip->quiet_since_us = chip->line.now_us(chip->line.context);
  bool answered = false;
  size_t used = 0;
  while (used < count) {
    size_t taken = 0;
    vle_fw_frame frame;
    const vle_fw_decode_result result = vle_fw_decoder_feed(&chip->decoder, bytes + used, count - used, &taken, &frame);
    used += taken;
    if (result == VLE_FW_DECODE_FRAME && take_frame(chip, &frame)) answered = true;
  }
  return answered;
}

static void begin_command(vle_serial_chip* chip, size_t count) {
  memcpy(chip->command, chip->draft, count);
  chip->command_count = count;
  chip->under_way = true;
  ++chip->tag;
  chip->attempts = 0;
  send_frame(chip);
}

static vle_fw_status exchange(vle_serial_chip* chip, size_t count) {
  const bool same = chip->under_way && chip->command_count == count && memcmp(chip->command, chip->draft, count) == 0;
  if (!same) begin_command(chip, count);
  push(chip);
  if (pull(chip)) {
    chip->under_way = false;
    return chip->answer[0] <= (uint8_t)VLE_FW_FAULT ? (vle_fw_status)chip->answer[0] : VLE_FW_FAULT;
  }
  if (chip->line.now_us(chip->line.context) - chip->quiet_since_us <= (uint32_t)SILENCE_US) return VLE_FW_AGAIN;
  if (chip->lost || chip->attempts >= (uint32_t)MOST_ATTEMPTS) {
    chip->under_way = false;
    return VLE_FW_FAULT;
  }
  send_frame(chip);
  return VLE_FW_AGAIN;
}

void vle_serial_chip_turn(vle_serial_chip* chip) {
  if (!chip->stop_wanted) return;
  chip->draft[0] = VLE_SERIAL_STOP;
  if (exchange(chip, 1) != VLE_FW_AGAIN) chip->stop_wanted = false;
}

vle_fw_status vle_serial_carry_out(vle_serial_chip* chip, size_t count) {
  if (!chip->stop_wanted) return exchange(chip, count);
  vle_serial_chip_turn(chip);
  return VLE_FW_AGAIN;
}

bool vle_serial_chip_waits(const vle_serial_chip* chip) {
  return chip->under_way && chip->frame_sent == chip->frame_count;
}

bool vle_serial_chip_lost(const vle_serial_chip* chip) {
  return chip->lost;
}

vle_fw_status vle_serial_take_answer(const vle_serial_chip* chip, uint8_t* bytes, size_t count) {
  if (chip->answer_count != count + 1U) return VLE_FW_FAULT;
  memcpy(bytes, chip->answer + 1, count);
  return VLE_FW_OK;
}
