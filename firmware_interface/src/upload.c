#include <string.h>

#include "core.h"

vle_fw_content* vle_fw_content_of(vle_fw* fw, uint32_t object) {
  switch (object) {
    case VLE_FW_IMAGE:
      return &fw->content[0];
    case VLE_FW_STIMULUS:
      return &fw->content[1];
    default:
      return NULL;
  }
}

void vle_fw_reply_upload(vle_fw* fw, uint32_t id, vle_v1_UploadVerdict verdict) {
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, id, vle_v1_LinkStatus_LINK_STATUS_OK, NULL);
  reply->which_body = vle_v1_LinkReply_upload_tag;
  reply->body.upload.verdict = verdict;
  reply->body.upload.next_offset = fw->staged.next_offset;
  vle_fw_reply_end(fw);
}

static vle_fw_upload announced(const vle_v1_UploadBeginRequest* begin) {
  vle_fw_upload upload = {.object = (vle_fw_object)begin->object, .size = begin->size};
  if (begin->object == vle_v1_LinkObject_LINK_OBJECT_IMAGE) {
    const vle_v1_ImageGeometry* geometry = &begin->geometry;
    upload.cores = geometry->cores;
    upload.rows = geometry->rows;
    upload.columns = geometry->columns;
    upload.input_channels = geometry->input_channels;
    upload.target_channels = geometry->target_channels;
    upload.link_channels = geometry->link_channels;
  } else {
    upload.steps = begin->shape.steps;
    upload.input_channels = begin->shape.input_channels;
    upload.target_channels = begin->shape.target_channels;
  }
  return upload;
}

/// Why this cannot be uploaded here; NULL if it can.
static const char* complaint(const vle_fw* fw, const vle_v1_UploadBeginRequest* begin) {
  if (begin->size == 0U || begin->size % 2U != 0U) return "size is 0 or odd";
  if (begin->object == vle_v1_LinkObject_LINK_OBJECT_IMAGE) {
    if (!begin->has_geometry) return "geometry missing";
    return begin->size / 2U > fw->board.image_words ? "image too large" : NULL;
  }
  if (!begin->has_shape) return "shape missing";
  if (begin->size > fw->board.stimulus_bytes) return "stimulus too large";
  const uint64_t channels = (uint64_t)begin->shape.input_channels + begin->shape.target_channels;
  // Compared by division: the product may not fit.
  const uint32_t codes = begin->size / 2U;
  const uint32_t steps = begin->shape.steps;
  if (steps == 0U || channels == 0U || codes % steps != 0U || codes / steps != channels) {
    return "size is not the shape's";
  }
  return NULL;
}

static bool same_upload(const vle_fw_upload* a, const vle_fw_upload* b) {
  return a->object == b->object && a->size == b->size && a->cores == b->cores && a->rows == b->rows &&
         a->columns == b->columns && a->input_channels == b->input_channels &&
         a->target_channels == b->target_channels && a->link_channels == b->link_channels && a->steps == b->steps;
}

static bool board_takes_uploads(const vle_fw_hal* hal) {
  return hal->object_begin != NULL && hal->object_write != NULL && hal->object_read != NULL &&
         hal->object_commit != NULL;
}

void vle_fw_on_upload_begin(vle_fw* fw, uint32_t id, const vle_v1_UploadBeginRequest* begin) {
  const vle_fw_content* content = vle_fw_content_of(fw, (uint32_t)begin->object);
  if (content == NULL) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_MALFORMED, "no such object");
    return;
  }
  if (!board_takes_uploads(fw->hal)) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_UNSUPPORTED, "no uploads here");
    return;
  }
  const char* text = complaint(fw, begin);
  if (text != NULL) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_OUT_OF_RANGE, text);
    return;
  }
  const vle_fw_upload upload = announced(begin);
  if (content->held && content->hash_known && same_upload(&content->upload, &upload) &&
      memcmp(content->hash, begin->sha256, VLE_FW_HASH_BYTES) == 0) {
    fw->staged.open = false;
    fw->staged.next_offset = upload.size;
    vle_fw_reply_upload(fw, id, vle_v1_UploadVerdict_UPLOAD_VERDICT_MATCH);
    return;
  }
  fw->staged.begin_id = id;
  if (fw->staged.open && same_upload(&fw->staged.upload, &upload) &&
      memcmp(fw->staged.hash, begin->sha256, VLE_FW_HASH_BYTES) == 0) {
    vle_fw_reply_upload(fw, id, vle_v1_UploadVerdict_UPLOAD_VERDICT_RESUME);
    return;
  }
  // From here on there is nothing to resume, whatever becomes of the new upload.
  fw->staged.open = false;
  fw->staged.next_offset = 0;
  fw->staged.upload = upload;
  memcpy(fw->staged.hash, begin->sha256, VLE_FW_HASH_BYTES);
  vle_fw_work_start(fw, VLE_FW_WORK_BEGIN, id, upload.object, 0);
}

static void reply_gap(vle_fw* fw, uint32_t id) {
  vle_v1_LinkReply* reply = vle_fw_reply_begin(fw, id, vle_v1_LinkStatus_LINK_STATUS_GAP, "chunks are missing");
  reply->which_body = vle_v1_LinkReply_upload_tag;
  reply->body.upload.next_offset = fw->staged.next_offset;
  vle_fw_reply_end(fw);
}

void vle_fw_on_upload_chunk(vle_fw* fw, uint32_t id, const vle_v1_UploadChunkRequest* chunk) {
  if (!fw->staged.open || vle_fw_hashing(fw)) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_WRONG_STATE, "no upload is open");
    return;
  }
  if (id < fw->staged.begin_id) {
    ++fw->count.stale;
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_STALE, "of an earlier upload");
    return;
  }
  if (chunk->data.size == 0U) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_MALFORMED, "no data");
    return;
  }
  if (chunk->offset > fw->staged.next_offset) {
    reply_gap(fw, id);
    return;
  }
  if (chunk->offset < fw->staged.next_offset) {
    ++fw->count.duplicates;
    vle_fw_reply_upload(fw, id, vle_v1_UploadVerdict_UPLOAD_VERDICT_STORED);
    return;
  }
  if (chunk->data.size > fw->staged.upload.size - chunk->offset) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_OUT_OF_RANGE, "chunk beyond the size");
    return;
  }
  const vle_fw_status status =
      fw->hal->object_write(fw->context, fw->staged.upload.object, chunk->offset, chunk->data.bytes, chunk->data.size);
  if (status != VLE_FW_OK) {
    vle_fw_reply(fw, id, vle_fw_link_status(status), vle_fw_refusal(fw, "the memory did not take it"));
    return;
  }
  fw->staged.next_offset += chunk->data.size;
  vle_fw_reply_upload(fw, id, vle_v1_UploadVerdict_UPLOAD_VERDICT_STORED);
}

void vle_fw_on_upload_commit(vle_fw* fw, uint32_t id) {
  if (!fw->staged.open) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_WRONG_STATE, "no upload is open");
    return;
  }
  if (fw->staged.next_offset < fw->staged.upload.size) {
    reply_gap(fw, id);
    return;
  }
  vle_fw_work_start(fw, VLE_FW_WORK_HASH, id, fw->staged.upload.object, fw->staged.upload.size);
}
