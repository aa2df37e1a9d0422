#include <string.h>

#include "core.h"

vle_v1_LinkStatus vle_fw_link_status(vle_fw_status status) {
  static const uint8_t numbers[] = {
      [VLE_FW_OK] = vle_v1_LinkStatus_LINK_STATUS_OK,
      [VLE_FW_AGAIN] = vle_v1_LinkStatus_LINK_STATUS_BUSY,
      [VLE_FW_BUSY] = vle_v1_LinkStatus_LINK_STATUS_BUSY,
      [VLE_FW_OUT_OF_RANGE] = vle_v1_LinkStatus_LINK_STATUS_OUT_OF_RANGE,
      [VLE_FW_UNSUPPORTED] = vle_v1_LinkStatus_LINK_STATUS_UNSUPPORTED,
      [VLE_FW_WRONG_STATE] = vle_v1_LinkStatus_LINK_STATUS_WRONG_STATE,
      [VLE_FW_FAULT] = vle_v1_LinkStatus_LINK_STATUS_DEVICE_FAULT,
  };
  // A board's function may say what it likes.
  const size_t index = (size_t)status < sizeof numbers ? (size_t)status : (size_t)VLE_FW_FAULT;
  return (vle_v1_LinkStatus)numbers[index];
}

const char* vle_fw_refusal(const vle_fw* fw, const char* text) {
  const char* own = fw->hal->refusal == NULL ? NULL : fw->hal->refusal(fw->context);
  return own == NULL ? text : own;
}

static void on_get_target(vle_fw* fw, uint32_t id, const vle_v1_GetTargetRequest* get) {
  const vle_fw_board* board = &fw->board;
  if (board->description == NULL) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_UNSUPPORTED, vle_fw_refusal(fw, "no description here"));
    return;
  }
  if (get->offset > board->description_size) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_OUT_OF_RANGE, "offset too large");
    return;
  }
  const uint32_t left = board->description_size - get->offset;
  const uint32_t count = left < VLE_FW_MAX_CHUNK ? left : VLE_FW_MAX_CHUNK;
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL);
  reply->which_body = vle_v1_LinkReply_get_target_tag;
  vle_v1_GetTargetReply* body = &reply->body.get_target;
  body->offset = get->offset;
  body->total_size = board->description_size;
  body->data.size = (pb_size_t)count;
  memcpy(body->data.bytes, board->description + get->offset, count);
  memcpy(body->sha256, fw->description_hash, sizeof body->sha256);
  vle_fw_reply_end(fw);
}

static void on_digest(vle_fw* fw, uint32_t id, const vle_v1_DigestRequest* digest) {
  const vle_fw_content* content = vle_fw_content_of(fw, (uint32_t)digest->object);
  if (content == NULL) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_MALFORMED, "no such object");
    return;
  }
  if (fw->hal->object_read == NULL) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_UNSUPPORTED, "no read-back here");
    return;
  }
  vle_fw_work_start(fw, VLE_FW_WORK_DIGEST, id, (vle_fw_object)digest->object,
                    content->held ? content->upload.size : 0U);
}

static void on_heartbeat(vle_fw* fw, uint32_t id) {
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL);
  reply->which_body = vle_v1_LinkReply_heartbeat_tag;
  reply->body.heartbeat = (vle_v1_HeartbeatReply){fw->run.state,
                                                  fw->run.id,
                                                  vle_fw_steps_played(fw),
                                                  fw->run.cause,
                                                  vle_fw_trace_blocks_made(fw),
                                                  fw->work.kind == VLE_FW_WORK_NONE ? 0U : fw->work.id};
  vle_fw_reply_end(fw);
}

static void on_stats(vle_fw* fw, uint32_t id) {
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL);
  reply->which_body = vle_v1_LinkReply_stats_tag;
  vle_v1_StatsReply* stats = &reply->body.stats;
  stats->frames_received = fw->count.frames_received;
  stats->frames_sent = fw->count.frames_sent;
  stats->crc_errors = fw->count.crc_errors;
  stats->overruns = fw->hal->overruns == NULL ? 0U : fw->hal->overruns(fw->context);
  stats->oversize = fw->count.oversize;
  stats->bad_frames = fw->count.bad_frames;
  stats->decode_errors = fw->count.decode_errors;
  stats->duplicates = fw->count.duplicates;
  stats->stale = fw->count.stale;
  stats->stack_high_water = fw->hal->stack_high_water == NULL ? 0U : fw->hal->stack_high_water(fw->context);
  stats->reset_cause = (vle_v1_ResetCause)fw->board.reset_cause;
  stats->uptime_ms = fw->uptime_ms;
  vle_fw_reply_end(fw);
}

static void on_abort(vle_fw* fw, uint32_t id) {
  vle_fw_work_cancel(fw);
  vle_fw_run_halt(fw, vle_v1_RunState_RUN_STATE_ABORTED, vle_v1_HaltCause_HALT_CAUSE_REQUEST);
  vle_fw_reply_run_state(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL, false);
}

static void on_reset(vle_fw* fw, uint32_t id) {
  if (fw->hal->reset == NULL) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_UNSUPPORTED, "no reset here");
    return;
  }
  fw->link.reset_wanted = true;
  vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL);
}

typedef struct {
  bool mutates;     ///< never done twice, never late
  bool works;       ///< may take more than one turn
  bool needs_rest;  ///< not while armed or running
} request_rules;

static request_rules rules_of(pb_size_t body) {
  switch (body) {
    case vle_v1_LinkRequest_upload_begin_tag:
    case vle_v1_LinkRequest_upload_commit_tag:
    case vle_v1_LinkRequest_write_registers_tag:
      return (request_rules){true, true, true};
    case vle_v1_LinkRequest_digest_tag:
    case vle_v1_LinkRequest_read_registers_tag:
      return (request_rules){false, true, true};
    case vle_v1_LinkRequest_run_tag:
      return (request_rules){true, true, false};
    case vle_v1_LinkRequest_abort_tag:
    case vle_v1_LinkRequest_reset_tag:
      return (request_rules){true, false, false};
    default:
      return (request_rules){false, false, false};
  }
}

/// True if the request is answered here, or needs no answer, and must not be done.
static bool turned_away(vle_fw* fw, uint32_t id, request_rules rules) {
  const bool working = fw->work.kind != VLE_FW_WORK_NONE;
  if (working && id == fw->work.id) {
    ++fw->count.duplicates;
    return true;
  }
  if (rules.mutates && id == fw->session.cached_id) {
    vle_fw_reply_again(fw);
    return true;
  }
  if (rules.mutates && id <= fw->session.newest_mutation) {
    ++fw->count.stale;
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_STALE, "overtaken");
    return true;
  }
  if (rules.works && working) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_BUSY, "at work");
    return true;
  }
  if (rules.mutates) fw->session.newest_mutation = id;
  if (rules.needs_rest && vle_fw_run_active(fw)) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_WRONG_STATE, "a run is going on");
    return true;
  }
  return false;
}

static void carry_out(vle_fw* fw, const vle_v1_LinkRequest* request) {
  switch (request->which_body) {
    case vle_v1_LinkRequest_get_target_tag:
      on_get_target(fw, request->id, &request->body.get_target);
      break;
    case vle_v1_LinkRequest_upload_begin_tag:
      vle_fw_on_upload_begin(fw, request->id, &request->body.upload_begin);
      break;
    case vle_v1_LinkRequest_upload_chunk_tag:
      vle_fw_on_upload_chunk(fw, request->id, &request->body.upload_chunk);
      break;
    case vle_v1_LinkRequest_upload_commit_tag:
      vle_fw_on_upload_commit(fw, request->id);
      break;
    case vle_v1_LinkRequest_write_registers_tag:
      vle_fw_on_write_registers(fw, request->id, &request->body.write_registers);
      break;
    case vle_v1_LinkRequest_read_registers_tag:
      vle_fw_on_read_registers(fw, request->id, &request->body.read_registers);
      break;
    case vle_v1_LinkRequest_digest_tag:
      on_digest(fw, request->id, &request->body.digest);
      break;
    case vle_v1_LinkRequest_run_tag:
      vle_fw_on_run(fw, request->id, &request->body.run);
      break;
    case vle_v1_LinkRequest_run_state_tag:
      vle_fw_reply_run_state(fw, request->id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL, true);
      break;
    case vle_v1_LinkRequest_trace_tag:
      vle_fw_on_trace(fw, request->id, &request->body.trace);
      break;
    case vle_v1_LinkRequest_abort_tag:
      on_abort(fw, request->id);
      break;
    case vle_v1_LinkRequest_heartbeat_tag:
      on_heartbeat(fw, request->id);
      break;
    case vle_v1_LinkRequest_stats_tag:
      on_stats(fw, request->id);
      break;
    case vle_v1_LinkRequest_reset_tag:
      on_reset(fw, request->id);
      break;
    default:
      vle_fw_reply(fw, request->id, vle_v1_LinkStatus_LINK_STATUS_UNSUPPORTED, "unknown request");
      break;
  }
}

void vle_fw_dispatch(vle_fw* fw) {
  const vle_v1_LinkRequest* request = &fw->link.request;
  if (request->id == 0U) {
    vle_fw_reply(fw, 0, vle_v1_LinkStatus_LINK_STATUS_MALFORMED, "id is 0");
    return;
  }
  if (!turned_away(fw, request->id, rules_of(request->which_body))) carry_out(fw, request);
}
