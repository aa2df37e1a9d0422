#include <string.h>

#include "core.h"

static void copy_text(char* to, size_t capacity, const char* from) {
  size_t length = 0;
  while (length + 1U < capacity && from[length] != '\0') {
    to[length] = from[length];
    ++length;
  }
  to[length] = '\0';
}

static uint32_t features(const vle_fw* fw) {
  uint32_t bits = 0;
  if (fw->board.pauses) bits |= 1U << vle_v1_LinkFeature_LINK_FEATURE_PAUSE;
  if (fw->board.seeded) bits |= 1U << vle_v1_LinkFeature_LINK_FEATURE_SEED;
  if (fw->hal->reset != NULL) bits |= 1U << vle_v1_LinkFeature_LINK_FEATURE_RESET;
  if (fw->hal->registers_write != NULL && fw->hal->registers_read != NULL) {
    bits |= 1U << vle_v1_LinkFeature_LINK_FEATURE_REGISTERS;
  }
  return bits;
}

/// What a client of any version is told.
static vle_v1_HelloReply* reply_hello(vle_fw* fw, uint32_t id, vle_v1_LinkStatus status, const char* text) {
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, id, status, text);
  reply->which_body = vle_v1_LinkReply_hello_tag;
  vle_v1_HelloReply* hello = &reply->body.hello;
  hello->version_min = VLE_FW_PROTOCOL;
  hello->version_max = VLE_FW_PROTOCOL;
  hello->boot_id = fw->board.boot_id;
  copy_text(hello->firmware_version, sizeof hello->firmware_version, fw->board.firmware_version);
  return hello;
}

static void describe(const vle_fw* fw, vle_v1_HelloReply* hello) {
  const vle_fw_board* board = &fw->board;
  hello->version = VLE_FW_PROTOCOL;
  hello->session = fw->session.number;
  hello->max_payload = VLE_FW_MAX_PAYLOAD;
  hello->max_chunk = VLE_FW_MAX_CHUNK;
  hello->rx_window = board->rx_window;
  hello->features = features(fw);
  hello->has_limits = true;
  hello->limits.image_words = board->image_words;
  hello->limits.stimulus_bytes = board->stimulus_bytes;
  hello->limits.trace_ring_bytes = fw->trace.blocks * fw->trace.block_bytes;
  hello->limits.trace_block_bytes = fw->trace.block_bytes;
  hello->limits.heartbeat_limit_ms = board->heartbeat_limit_ms;
  hello->limits.steps_min = board->steps_min;
  hello->limits.steps_max = board->steps_max;
  hello->limits.register_words = VLE_FW_MAX_CHUNK / 2U;
  hello->limits.scan_ranges = VLE_FW_MAX_SCAN;
  copy_text(hello->target, sizeof hello->target, board->target);
  copy_text(hello->target_hash, sizeof hello->target_hash, board->target_hash);
  hello->chip_id = board->chip_id;
  hello->reset_cause = (vle_v1_ResetCause)board->reset_cause;
}

/// Another client than before: nothing of the earlier one's may answer it.
static void take_over(vle_fw* fw, const vle_v1_HelloRequest* hello) {
  vle_fw_run_halt(fw, vle_v1_RunState_RUN_STATE_ABORTED, vle_v1_HaltCause_HALT_CAUSE_HOST_SILENT);
  vle_fw_work_cancel(fw);
  fw->trace.credit = 0;
  fw->session.client_nonce = hello->client_nonce;
  copy_text(fw->session.client, sizeof fw->session.client, hello->client);
  fw->session.number = (uint16_t)(fw->session.number == UINT16_MAX ? 1U : fw->session.number + 1U);
  fw->session.newest_mutation = 0;
  fw->session.cached_id = 0;
}

void vle_fw_on_hello(vle_fw* fw, uint32_t id, const vle_v1_HelloRequest* hello) {
  if (id == 0U || hello->client_nonce == 0U) {
    vle_fw_reply(fw, 0, vle_v1_LinkStatus_LINK_STATUS_MALFORMED, "id or client_nonce is 0");
    return;
  }
  if (hello->version_max < VLE_FW_PROTOCOL || hello->version_min > VLE_FW_PROTOCOL) {
    (void)reply_hello(fw, id, vle_v1_LinkStatus_LINK_STATUS_VERSION_MISMATCH, "no version in common");
    vle_fw_reply_end(fw);
    return;
  }
  const bool same = hello->client_nonce == fw->session.client_nonce;
  if (!same && fw->session.active && !fw->session.silent) {
    (void)reply_hello(fw, id, vle_v1_LinkStatus_LINK_STATUS_BUSY, fw->session.client);
    vle_fw_reply_end(fw);
    return;
  }
  if (!fw->session.active && fw->hal->claim != NULL) {
    uint32_t position = 0;
    if (fw->hal->claim(fw->context, hello->client_nonce, &position) != VLE_FW_OK) {
      reply_hello(fw, id, vle_v1_LinkStatus_LINK_STATUS_BUSY, "queued")->queue_position = position;
      vle_fw_reply_end(fw);
      return;
    }
  }
  if (!same) take_over(fw, hello);
  fw->session.active = true;
  vle_fw_session_heard(fw);
  describe(fw, reply_hello(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL));
  vle_fw_reply_end(fw);
}

void vle_fw_session_heard(vle_fw* fw) {
  fw->session.last_frame_us = fw->now_us;
  fw->session.silent = false;
}

void vle_fw_session_watch(vle_fw* fw) {
  if (!fw->session.active || fw->session.silent) return;
  if (fw->now_us - fw->session.last_frame_us <= fw->board.heartbeat_limit_ms * 1000U) return;
  fw->session.silent = true;
  vle_fw_run_halt(fw, vle_v1_RunState_RUN_STATE_ABORTED, vle_v1_HaltCause_HALT_CAUSE_HOST_SILENT);
  if (fw->hal->claim == NULL) return;
  fw->session.active = false;
  if (fw->hal->release != NULL) fw->hal->release(fw->context);
}
