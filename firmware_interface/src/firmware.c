#include <pb_decode.h>
#include <string.h>

#include "core.h"

enum { LONGEST_LIMIT_MS = 2000000 };  ///< half of what microseconds in 32 bits can tell apart

static bool fits(const char* text, size_t capacity) {
  if (text == NULL) return false;
  for (size_t i = 0; i < capacity; ++i) {
    if (text[i] == '\0') return true;
  }
  return false;
}

static bool usable(const vle_fw_hal* hal, const vle_fw_board* board) {
  return hal->abi == VLE_FW_HAL_ABI && hal->size == sizeof *hal && hal->now_us != NULL && hal->transmit != NULL &&
         fits(board->firmware_version, 24) && fits(board->target, 32) && fits(board->target_hash, 65) &&
         board->rx_window >= VLE_FW_FRAME_BOUND(VLE_FW_MAX_PAYLOAD) && board->heartbeat_limit_ms > 0U &&
         board->heartbeat_limit_ms <= LONGEST_LIMIT_MS && board->stall_limit_ms <= LONGEST_LIMIT_MS;
}

/// Whole blocks, at least two where there is room: one to send while the other is filled.
static void lay_out_ring(vle_fw* fw) {
  const uint32_t bytes = fw->board.trace_ring == NULL ? 0U : fw->board.trace_ring_bytes;
  fw->trace.block_bytes = bytes / 4U < VLE_FW_MAX_CHUNK ? bytes / 4U / 2U * 2U : VLE_FW_MAX_CHUNK;
  fw->trace.blocks = fw->trace.block_bytes == 0U ? 0U : bytes / fw->trace.block_bytes;
}

bool vle_fw_init(vle_fw* fw, const vle_fw_hal* hal, void* context, const vle_fw_board* board) {
  memset(fw, 0, sizeof *fw);
  if (!usable(hal, board)) return false;
  fw->hal = hal;
  fw->context = context;
  fw->board = *board;
  fw->now_us = hal->now_us(context);
  // So that frames of a session before a restart are strangers after it.
  fw->session.number = (uint16_t)(board->boot_id << 6 & 0xFFFFU);
  fw->run.state = vle_v1_RunState_RUN_STATE_IDLE;
  fw->run.cause = vle_v1_HaltCause_HALT_CAUSE_NONE;
  vle_fw_decoder_init(&fw->link.decoder, fw->link.received, sizeof fw->link.received);
  lay_out_ring(fw);
  if (board->description != NULL) {
    vle_fw_sha256_begin(&fw->work.sha256);
    vle_fw_sha256_add(&fw->work.sha256, board->description, board->description_size);
    vle_fw_sha256_end(&fw->work.sha256, fw->description_hash);
  }
  return true;
}

static void on_frame(vle_fw* fw, const vle_fw_frame* frame) {
  ++fw->count.frames_received;
  if (frame->header.wire_version != VLE_FW_WIRE_VERSION) {
    ++fw->count.bad_frames;
    vle_fw_reply(fw, 0, vle_v1_LinkStatus_LINK_STATUS_VERSION_MISMATCH, "wire version 1 only");
    return;
  }
  if (frame->header.kind != VLE_FW_KIND_REQUEST) {
    // Never answered: two boards on one wire would go on for ever.
    ++fw->count.bad_frames;
    return;
  }
  pb_istream_t stream = pb_istream_from_buffer(frame->payload, frame->count);
  vle_v1_LinkRequest* request = &fw->link.request;
  if (!pb_decode(&stream, vle_v1_LinkRequest_fields, request)) {
    ++fw->count.decode_errors;
    vle_fw_reply(fw, 0, vle_v1_LinkStatus_LINK_STATUS_MALFORMED, "unreadable message");
    return;
  }
  if (request->which_body == vle_v1_LinkRequest_hello_tag) {
    vle_fw_on_hello(fw, request->id, &request->body.hello);
    return;
  }
  if (!fw->session.active || frame->header.session != fw->session.number) {
    vle_fw_reply(fw, request->id, vle_v1_LinkStatus_LINK_STATUS_NO_SESSION, "say Hello first");
    return;
  }
  vle_fw_session_heard(fw);
  vle_fw_dispatch(fw);
}

size_t vle_fw_receive(vle_fw* fw, const uint8_t* bytes, size_t count) {
  size_t used = 0;
  while (used < count && !fw->link.reply_waits) {
    size_t taken = 0;
    vle_fw_frame frame;
    const vle_fw_decode_result result =
        vle_fw_decoder_feed(&fw->link.decoder, bytes + used, count - used, &taken, &frame);
    used += taken;
    switch (result) {
      case VLE_FW_DECODE_MORE:
        break;
      case VLE_FW_DECODE_FRAME:
        on_frame(fw, &frame);
        break;
      case VLE_FW_DECODE_BAD_CODE:
        ++fw->count.bad_frames;
        break;
      case VLE_FW_DECODE_BAD_CRC:
        ++fw->count.crc_errors;
        break;
      case VLE_FW_DECODE_OVERSIZE:
        ++fw->count.oversize;
        break;
    }
  }
  return used;
}

/// A clock that steps back, as between two halves of a counter, stands still instead: it must not look like 71 minutes.
static void keep_time(vle_fw* fw) {
  const uint32_t now_us = fw->hal->now_us(fw->context);
  if (now_us - fw->now_us >= 0x80000000U) return;
  fw->uptime_rest_us += now_us - fw->now_us;
  fw->uptime_ms += fw->uptime_rest_us / 1000U;
  fw->uptime_rest_us %= 1000U;
  fw->now_us = now_us;
}

static void reset_when_told(vle_fw* fw) {
  if (!fw->link.reset_wanted || !vle_fw_can_send_event(fw)) return;
  fw->link.reset_wanted = false;
  vle_fw_run_halt(fw, vle_v1_RunState_RUN_STATE_ABORTED, vle_v1_HaltCause_HALT_CAUSE_REQUEST);
  if (fw->hal->safe_state != NULL) fw->hal->safe_state(fw->context);
  fw->hal->reset(fw->context);
}

/// Sending comes first and last, so that a reply leaves in the turn in which it is made.
void vle_fw_poll(vle_fw* fw) {
  keep_time(fw);
  vle_fw_drain(fw);
  vle_fw_session_watch(fw);
  vle_fw_work_turn(fw);
  vle_fw_run_turn(fw);
  vle_fw_trace_turn(fw);
  vle_fw_drain(fw);
  reset_when_told(fw);
  if (fw->hal->watchdog_kick != NULL) fw->hal->watchdog_kick(fw->context);
}

bool vle_fw_idle(const vle_fw* fw) {
  return vle_fw_can_send_event(fw) && fw->work.kind == VLE_FW_WORK_NONE && !vle_fw_run_active(fw) &&
         !fw->trace.draining && !vle_fw_trace_to_send(fw) && !fw->link.reset_wanted;
}
