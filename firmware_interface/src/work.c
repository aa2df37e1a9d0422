#include <string.h>

#include "core.h"

void vle_fw_work_start(vle_fw* fw, vle_fw_work_kind kind, uint32_t id, vle_fw_object object, uint32_t count) {
  fw->work.kind = kind;
  fw->work.id = id;
  fw->work.object = object;
  fw->work.count = count;
  fw->work.done = 0;
  fw->work.last_progress_us = fw->now_us;
  vle_fw_sha256_begin(&fw->work.sha256);
  vle_fw_work_turn(fw);
}

bool vle_fw_hashing(const vle_fw* fw) {
  return fw->work.kind == VLE_FW_WORK_HASH || fw->work.kind == VLE_FW_WORK_SWITCH;
}

void vle_fw_work_cancel(vle_fw* fw) {
  // The memory may hold anything now.
  if (vle_fw_hashing(fw) || fw->work.kind == VLE_FW_WORK_BEGIN) fw->staged.open = false;
  fw->work.kind = VLE_FW_WORK_NONE;
}

/// One piece; the hash is in work.bytes in the end. VLE_FW_AGAIN with `moved` set means: got on, not yet done.
static vle_fw_status hash_piece(vle_fw* fw, bool staged, bool* moved) {
  if (fw->hal->object_hash != NULL) return fw->hal->object_hash(fw->context, fw->work.object, staged, fw->work.bytes);
  const uint32_t left = fw->work.count - fw->work.done;
  const uint32_t piece = left < VLE_FW_MAX_CHUNK ? left : VLE_FW_MAX_CHUNK;
  const vle_fw_status status =
      fw->hal->object_read(fw->context, fw->work.object, staged, fw->work.done, fw->work.bytes, piece);
  if (status != VLE_FW_OK) return status;
  vle_fw_sha256_add(&fw->work.sha256, fw->work.bytes, piece);
  fw->work.done += piece;
  *moved = true;
  if (fw->work.done < fw->work.count) return VLE_FW_AGAIN;
  vle_fw_sha256_end(&fw->work.sha256, fw->work.bytes);
  return VLE_FW_OK;
}

static vle_fw_status piece_of(vle_fw* fw, bool* moved) {
  const vle_fw_hal* hal = fw->hal;
  switch (fw->work.kind) {
    case VLE_FW_WORK_NONE:
      return VLE_FW_OK;
    case VLE_FW_WORK_BEGIN:
      return hal->object_begin(fw->context, &fw->staged.upload);
    case VLE_FW_WORK_HASH:
      return hash_piece(fw, true, moved);
    case VLE_FW_WORK_SWITCH:
      return hal->object_commit(fw->context, fw->work.object);
    case VLE_FW_WORK_DIGEST:
      return fw->work.count == 0U ? VLE_FW_OK : hash_piece(fw, false, moved);
    case VLE_FW_WORK_WRITE:
      return hal->registers_write(fw->context, fw->work.address, fw->work.bytes, fw->work.count / 2U);
    case VLE_FW_WORK_READ:
      return hal->registers_read(fw->context, fw->work.address, fw->work.bytes, fw->work.count / 2U);
  }
  return VLE_FW_FAULT;
}

static void end_hash(vle_fw* fw) {
  if (memcmp(fw->work.bytes, fw->staged.hash, sizeof fw->staged.hash) != 0) {
    fw->work.kind = VLE_FW_WORK_NONE;
    fw->staged.open = false;
    vle_fw_reply(fw, fw->work.id, vle_v1_LinkStatus_LINK_STATUS_HASH_MISMATCH, "stored differs from announced");
    return;
  }
  fw->work.kind = VLE_FW_WORK_SWITCH;
}

static void end_switch(vle_fw* fw) {
  vle_fw_content* content = vle_fw_content_of(fw, (uint32_t)fw->work.object);
  fw->work.kind = VLE_FW_WORK_NONE;
  fw->staged.open = false;
  content->held = true;
  content->hash_known = true;
  content->upload = fw->staged.upload;
  memcpy(content->hash, fw->staged.hash, sizeof content->hash);
  if (content == &fw->content[0]) {
    fw->run.state = vle_v1_RunState_RUN_STATE_LOADED;
    fw->run.cause = vle_v1_HaltCause_HALT_CAUSE_NONE;
    vle_fw_trace_reset(fw);
  }
  vle_fw_reply_upload(fw, fw->work.id, vle_v1_UploadVerdict_UPLOAD_VERDICT_COMMITTED);
}

static void end_digest(vle_fw* fw) {
  fw->work.kind = VLE_FW_WORK_NONE;
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, fw->work.id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL);
  reply->which_body = vle_v1_LinkReply_digest_tag;
  reply->body.digest.object = (vle_v1_LinkObject)fw->work.object;
  reply->body.digest.size = fw->work.count;
  if (fw->work.count > 0U) {
    reply->body.digest.sha256.size = VLE_FW_HASH_BYTES;
    memcpy(reply->body.digest.sha256.bytes, fw->work.bytes, VLE_FW_HASH_BYTES);
  }
  vle_fw_reply_end(fw);
}

static void end_read(vle_fw* fw) {
  fw->work.kind = VLE_FW_WORK_NONE;
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, fw->work.id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL);
  reply->which_body = vle_v1_LinkReply_read_registers_tag;
  reply->body.read_registers.address = fw->work.address;
  reply->body.read_registers.words.size = (pb_size_t)fw->work.count;
  memcpy(reply->body.read_registers.words.bytes, fw->work.bytes, fw->work.count);
  vle_fw_reply_end(fw);
}

static void end_work(vle_fw* fw) {
  switch (fw->work.kind) {
    case VLE_FW_WORK_NONE:
      break;
    case VLE_FW_WORK_BEGIN:
      fw->work.kind = VLE_FW_WORK_NONE;
      fw->staged.open = true;
      vle_fw_reply_upload(fw, fw->work.id, vle_v1_UploadVerdict_UPLOAD_VERDICT_FRESH);
      break;
    case VLE_FW_WORK_HASH:
      end_hash(fw);
      break;
    case VLE_FW_WORK_SWITCH:
      end_switch(fw);
      break;
    case VLE_FW_WORK_DIGEST:
      end_digest(fw);
      break;
    case VLE_FW_WORK_WRITE:
      fw->work.kind = VLE_FW_WORK_NONE;
      vle_fw_reply(fw, fw->work.id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL);
      break;
    case VLE_FW_WORK_READ:
      end_read(fw);
      break;
  }
}

void vle_fw_work_turn(vle_fw* fw) {
  // The last piece ends in a reply, so none is begun while another waits.
  if (fw->work.kind == VLE_FW_WORK_NONE || fw->link.reply_waits) return;
  bool moved = false;
  const vle_fw_status status = piece_of(fw, &moved);
  if (status == VLE_FW_OK) {
    fw->work.last_progress_us = fw->now_us;
    end_work(fw);
    return;
  }
  if (moved) fw->work.last_progress_us = fw->now_us;
  const bool stalled = fw->now_us - fw->work.last_progress_us > fw->board.stall_limit_ms * 1000U;
  if (status == VLE_FW_AGAIN && !stalled) return;
  vle_fw_work_cancel(fw);
  if (status == VLE_FW_AGAIN) {
    vle_fw_reply(fw, fw->work.id, vle_v1_LinkStatus_LINK_STATUS_TIMEOUT, "no progress");
  } else {
    vle_fw_reply(fw, fw->work.id, vle_fw_link_status(status), vle_fw_refusal(fw, "the hardware refused"));
  }
}
