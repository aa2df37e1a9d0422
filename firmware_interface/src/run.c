#include <string.h>

#include "core.h"

bool vle_fw_run_active(const vle_fw* fw) {
  return fw->run.state == vle_v1_RunState_RUN_STATE_ARMED || fw->run.state == vle_v1_RunState_RUN_STATE_RUNNING;
}

uint32_t vle_fw_steps_played(const vle_fw* fw) {
  const uint32_t settling = fw->run.plan.settle_steps;
  return fw->run.steps_done > settling ? fw->run.steps_done - settling : 0U;
}

static void put_counters(vle_fw* fw, vle_v1_RunStateReply* body) {
  enum { MOST = VLE_FW_MAX_COUNTERS };
  _Static_assert(sizeof body->counter / sizeof body->counter[0] == (size_t)MOST, "nanopb's options agree");
  if (fw->hal->run_counters == NULL || fw->run.id == 0U) return;
  size_t count = fw->hal->run_counters(fw->context, fw->run.counter, MOST);
  if (count > (size_t)MOST) count = MOST;
  for (size_t i = 0; i < count; ++i) {
    body->counter[i].kind = (vle_v1_RunCounterKind)fw->run.counter[i].kind;
    body->counter[i].count = fw->run.counter[i].count;
  }
  body->counter_count = (pb_size_t)count;
}

void vle_fw_reply_run_state(vle_fw* fw, uint32_t id, vle_v1_LinkStatus status, const char* text, bool counters) {
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, id, status, text);
  reply->which_body = vle_v1_LinkReply_run_state_tag;
  vle_v1_RunStateReply* body = &reply->body.run_state;
  body->state = fw->run.state;
  body->run_id = fw->run.id;
  body->steps_done = vle_fw_steps_played(fw);
  body->halt_cause = fw->run.cause;
  body->blocks_made = vle_fw_trace_blocks_made(fw);
  body->blocks_from = fw->trace.oldest < body->blocks_made ? fw->trace.oldest : body->blocks_made;
  if (counters) put_counters(fw, body);
  vle_fw_reply_end(fw);
}

/// Why these ranges cannot be recorded; NULL if they can.
static const char* scan_complaint(const vle_fw* fw, const vle_v1_RunRequest* request) {
  const vle_fw_upload* image = &fw->content[0].upload;
  if (request->scan_count > 0U && (fw->hal->run_samples == NULL || fw->trace.blocks < 2U)) return "no recording here";
  for (pb_size_t i = 0; i < request->scan_count; ++i) {
    const vle_v1_ScanRange* range = &request->scan[i];
    if (range->signal < vle_v1_ReadoutSignal_READOUT_SIGNAL_U ||
        range->signal > vle_v1_ReadoutSignal_READOUT_SIGNAL_S) {
      return "no such signal";
    }
    if (range->core >= image->cores || range->count == 0U || range->first_column >= image->columns ||
        range->count > image->columns - range->first_column) {
      return "scan beyond the image";
    }
  }
  return NULL;
}

static const char* complaint(const vle_fw* fw, const vle_v1_RunRequest* request) {
  const vle_fw_board* board = &fw->board;
  const vle_fw_upload* stimulus = &fw->content[1].upload;
  if (request->steps == 0U || request->steps < board->steps_min) return "too few steps";
  if (request->steps > board->steps_max || request->settle_steps > board->steps_max - request->steps) {
    return "too many steps";
  }
  if (request->steps > stimulus->steps) return "stimulus too short";
  if (request->every == 0U) return "every is 0";
  if (request->nudging && stimulus->target_channels == 0U) return "nudging without targets";
  return scan_complaint(fw, request);
}

static void plan_run(vle_fw* fw, const vle_v1_RunRequest* request) {
  for (pb_size_t i = 0; i < request->scan_count; ++i) {
    const vle_v1_ScanRange* range = &request->scan[i];
    fw->run.scan[i] = (vle_fw_scan_range){(vle_fw_signal)range->signal, range->core, range->first_column, range->count};
  }
  vle_fw_run* plan = &fw->run.plan;
  plan->steps = request->steps;
  plan->settle_steps = request->settle_steps;
  plan->every = request->every;
  plan->nudging = request->nudging;
  plan->seed = request->seed;
  plan->trial = request->trial;
  plan->scan = fw->run.scan;
  plan->scan_count = request->scan_count;
  fw->run.id = request->run_id;
  fw->run.cause = vle_v1_HaltCause_HALT_CAUSE_NONE;
  fw->run.steps_done = 0;
  fw->run.last_progress_us = fw->now_us;
  vle_fw_trace_reset(fw);
}

static bool board_runs(const vle_fw_hal* hal) {
  return hal->run_prepare != NULL && hal->run_step != NULL && hal->run_stop != NULL;
}

void vle_fw_on_run(vle_fw* fw, uint32_t id, const vle_v1_RunRequest* request) {
  if (request->run_id == 0U) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_MALFORMED, "run_id is 0");
    return;
  }
  if (request->run_id == fw->run.id) {
    ++fw->count.duplicates;
    vle_fw_reply_run_state(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL, false);
    return;
  }
  if (!board_runs(fw->hal)) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_UNSUPPORTED, "no runs here");
    return;
  }
  const char* text = NULL;
  if (vle_fw_run_active(fw)) text = "another run is going on";
  if (!fw->content[0].held || !fw->content[1].held) text = "image or stimulus missing";
  if (text != NULL) {
    vle_fw_reply_run_state(fw, id, vle_v1_LinkStatus_LINK_STATUS_WRONG_STATE, text, false);
    return;
  }
  text = complaint(fw, request);
  if (text != NULL) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_OUT_OF_RANGE, text);
    return;
  }
  plan_run(fw, request);
  const vle_fw_status status = fw->hal->run_prepare(fw->context, &fw->run.plan);
  if (status != VLE_FW_OK && status != VLE_FW_AGAIN) {
    // The run never began: its number may be used again.
    fw->run.id = 0;
    fw->run.state = vle_v1_RunState_RUN_STATE_LOADED;
    vle_fw_reply(fw, id, vle_fw_link_status(status), vle_fw_refusal(fw, "the chip cannot be run so"));
    return;
  }
  fw->run.state = status == VLE_FW_OK ? vle_v1_RunState_RUN_STATE_RUNNING : vle_v1_RunState_RUN_STATE_ARMED;
  vle_fw_reply_run_state(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL, false);
}

void vle_fw_run_halt(vle_fw* fw, vle_v1_RunState state, vle_v1_HaltCause cause) {
  if (!vle_fw_run_active(fw)) return;
  fw->hal->run_stop(fw->context);
  if (cause != vle_v1_HaltCause_HALT_CAUSE_REQUEST && fw->hal->safe_state != NULL) fw->hal->safe_state(fw->context);
  fw->run.state = state;
  fw->run.cause = cause;
  // What a chip that stopped in order has recorded is still worth having.
  fw->trace.draining = state == vle_v1_RunState_RUN_STATE_ABORTED;
  fw->trace.ended = !fw->trace.draining;
}

static void watch_progress(vle_fw* fw, bool moved) {
  if (moved) fw->run.last_progress_us = fw->now_us;
  if (fw->now_us - fw->run.last_progress_us > fw->board.stall_limit_ms * 1000U) {
    vle_fw_run_halt(fw, vle_v1_RunState_RUN_STATE_FAULT, vle_v1_HaltCause_HALT_CAUSE_CHIP_STALLED);
  }
}

static void prepare(vle_fw* fw) {
  const vle_fw_status status = fw->hal->run_prepare(fw->context, &fw->run.plan);
  if (status == VLE_FW_AGAIN) {
    watch_progress(fw, false);
  } else if (status == VLE_FW_OK) {
    fw->run.state = vle_v1_RunState_RUN_STATE_RUNNING;
    fw->run.last_progress_us = fw->now_us;
  } else {
    vle_fw_run_halt(fw, vle_v1_RunState_RUN_STATE_FAULT, vle_v1_HaltCause_HALT_CAUSE_CHIP_FAULT);
  }
}

static void advance(vle_fw* fw) {
  const bool drained = vle_fw_trace_pull(fw);
  if (!drained && fw->board.pauses) {
    // It is the host that keeps the chip waiting.
    fw->run.last_progress_us = fw->now_us;
    return;
  }
  uint32_t steps_done = fw->run.steps_done;
  const vle_fw_status status = fw->hal->run_step(fw->context, &steps_done);
  const bool moved = steps_done != fw->run.steps_done;
  fw->run.steps_done = steps_done;
  if (status == VLE_FW_AGAIN) {
    watch_progress(fw, moved);
  } else if (status == VLE_FW_OK) {
    fw->run.state = vle_v1_RunState_RUN_STATE_DONE;
    fw->trace.draining = true;
  } else {
    vle_fw_run_halt(fw, vle_v1_RunState_RUN_STATE_FAULT, vle_v1_HaltCause_HALT_CAUSE_CHIP_FAULT);
  }
}

void vle_fw_run_turn(vle_fw* fw) {
  if (fw->run.state == vle_v1_RunState_RUN_STATE_ARMED) {
    prepare(fw);
  } else if (fw->run.state == vle_v1_RunState_RUN_STATE_RUNNING) {
    advance(fw);
  } else if (fw->trace.draining && vle_fw_trace_pull(fw)) {
    fw->trace.draining = false;
    fw->trace.ended = true;
  }
}
