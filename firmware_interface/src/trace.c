#include <string.h>

#include "core.h"

// The ring holds whole blocks: index i lies in slot i mod `blocks`. Indices from `oldest` to `filling` are there; the
// last of them is still being filled.

void vle_fw_trace_reset(vle_fw* fw) {
  fw->trace.oldest = 0;
  fw->trace.filling = 0;
  fw->trace.fill = 0;
  fw->trace.draining = false;
  fw->trace.ended = false;
  fw->trace.next = 0;
  fw->trace.credit = 0;
}

static uint8_t* slot(const vle_fw* fw, uint32_t index) {
  return fw->board.trace_ring + (size_t)(index % fw->trace.blocks) * fw->trace.block_bytes;
}

bool vle_fw_trace_pull(vle_fw* fw) {
  if (fw->run.plan.scan_count == 0U) return true;
  if (fw->trace.filling - fw->trace.oldest >= fw->trace.blocks) {
    if (fw->board.pauses) return false;
    fw->trace.oldest = fw->trace.filling - fw->trace.blocks + 1U;
  }
  const uint32_t room = fw->trace.block_bytes - fw->trace.fill;
  const size_t count = fw->hal->run_samples(fw->context, slot(fw, fw->trace.filling) + fw->trace.fill, room);
  fw->trace.fill += count < room ? (uint32_t)count : room;
  if (fw->trace.fill == fw->trace.block_bytes) {
    ++fw->trace.filling;
    fw->trace.fill = 0;
  }
  return count < room;
}

uint32_t vle_fw_trace_blocks_made(const vle_fw* fw) {
  return fw->trace.filling + (fw->trace.ended ? 1U : 0U);
}

void vle_fw_on_trace(vle_fw* fw, uint32_t id, const vle_v1_TraceRequest* request) {
  if (request->run_id == 0U || request->run_id != fw->run.id) {
    vle_fw_reply_run_state(fw, id, vle_v1_LinkStatus_LINK_STATUS_WRONG_STATE, "not the board's run", false);
    return;
  }
  if (request->release > vle_fw_trace_blocks_made(fw) || request->first_index < request->release) {
    vle_fw_reply_run_state(fw, id, vle_v1_LinkStatus_LINK_STATUS_OUT_OF_RANGE, "release too large", false);
    return;
  }
  if (request->release > fw->trace.oldest) fw->trace.oldest = request->release;
  fw->trace.next = request->first_index;
  fw->trace.credit = request->count;
  vle_fw_reply_run_state(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL, false);
}

static void send_gap(vle_fw* fw) {
  uint32_t count = fw->trace.oldest - fw->trace.next;
  if (count > fw->trace.credit) count = fw->trace.credit;
  vle_v1_LinkEvent* event = &fw->link.message.event;
  event->which_body = vle_v1_LinkEvent_trace_gap_tag;
  event->body.trace_gap = (vle_v1_TraceGap){fw->run.id, fw->trace.next, fw->trace.next + count};
  fw->trace.next += count;
  fw->trace.credit -= count;
  vle_fw_send_event(fw);
}

static void send_block(vle_fw* fw, bool last) {
  const uint32_t count = last ? fw->trace.fill : fw->trace.block_bytes;
  vle_v1_LinkEvent* event = &fw->link.message.event;
  event->which_body = vle_v1_LinkEvent_trace_block_tag;
  vle_v1_TraceBlock* block = &event->body.trace_block;
  block->run_id = fw->run.id;
  block->index = fw->trace.next;
  block->last = last;
  block->data.size = (pb_size_t)count;
  if (count > 0U) memcpy(block->data.bytes, slot(fw, fw->trace.next), count);
  ++fw->trace.next;
  --fw->trace.credit;
  vle_fw_send_event(fw);
}

bool vle_fw_trace_to_send(const vle_fw* fw) {
  return fw->trace.credit > 0U && fw->trace.next < vle_fw_trace_blocks_made(fw) && fw->session.active;
}

void vle_fw_trace_turn(vle_fw* fw) {
  if (!vle_fw_trace_to_send(fw) || !vle_fw_can_send_event(fw)) return;
  if (fw->trace.next < fw->trace.oldest) {
    send_gap(fw);
  } else {
    send_block(fw, fw->trace.ended && fw->trace.next == fw->trace.filling);
  }
}
