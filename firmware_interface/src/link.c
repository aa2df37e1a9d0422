#include <pb_encode.h>
#include <string.h>

#include "core.h"

_Static_assert(vle_v1_LinkRequest_size <= VLE_FW_MAX_PAYLOAD, "a request fits a frame");
_Static_assert(vle_v1_LinkReply_size <= VLE_FW_MAX_PAYLOAD, "a reply fits a frame");
_Static_assert(vle_v1_LinkEvent_size <= VLE_FW_MAX_PAYLOAD, "an event fits a frame");
_Static_assert(sizeof((vle_v1_UploadChunkRequest_data_t){0}.bytes) == VLE_FW_MAX_CHUNK, "nanopb's options agree");

static bool sending(const vle_fw* fw) {
  return fw->link.sent < fw->link.sending_count;
}

static uint16_t credit(const vle_fw* fw) {
  uint32_t window = fw->board.rx_window;
  if (fw->hal->receive_window != NULL) window = fw->hal->receive_window(fw->context);
  window /= VLE_FW_CREDIT_UNIT;
  return (uint16_t)(window < UINT16_MAX ? window : UINT16_MAX);
}

static void put_frame(vle_fw* fw, vle_fw_kind kind) {
  const vle_fw_header header = {VLE_FW_WIRE_VERSION, (uint8_t)kind,
                                fw->session.active ? fw->session.number : (uint16_t)0, fw->link.sequence, credit(fw)};
  ++fw->link.sequence;
  ++fw->count.frames_sent;
  fw->link.sent = 0;
  fw->link.sending_count =
      vle_fw_frame_encode(&header, fw->link.payload, fw->link.payload_count, fw->link.sending, sizeof fw->link.sending);
}

void vle_fw_drain(vle_fw* fw) {
  if (!sending(fw) && fw->link.reply_waits) {
    fw->link.reply_waits = false;
    put_frame(fw, VLE_FW_KIND_REPLY);
  }
  if (!sending(fw)) return;
  const size_t left = fw->link.sending_count - fw->link.sent;
  const size_t taken = fw->hal->transmit(fw->context, fw->link.sending + fw->link.sent, left);
  fw->link.sent += taken < left ? taken : left;
}

static void encode(vle_fw* fw, const pb_msgdesc_t* fields, const void* message) {
  pb_ostream_t stream = pb_ostream_from_buffer(fw->link.payload, sizeof fw->link.payload);
  // The sizes are bounded at compile time, so this cannot fail.
  fw->link.payload_count = pb_encode(&stream, fields, message) ? stream.bytes_written : 0U;
}

vle_v1_LinkReply* vle_fw_reply_begin(vle_fw* fw, uint32_t id, vle_v1_LinkStatus status, const char* text) {
  vle_v1_LinkReply* reply = &fw->link.message.reply;
  memset(reply, 0, sizeof *reply);
  reply->id = id;
  reply->status = status;
  if (text != NULL) {
    size_t length = 0;
    while (text[length] != '\0' && length + 1U < sizeof reply->text) ++length;
    memcpy(reply->text, text, length);
  }
  return reply;
}

void vle_fw_reply_end(vle_fw* fw) {
  const uint32_t id = fw->link.message.reply.id;
  encode(fw, vle_v1_LinkReply_fields, &fw->link.message.reply);
  if (id != 0U && id == fw->session.newest_mutation && fw->link.payload_count <= sizeof fw->session.cached) {
    memcpy(fw->session.cached, fw->link.payload, fw->link.payload_count);
    fw->session.cached_count = fw->link.payload_count;
    fw->session.cached_id = id;
  }
  fw->link.reply_waits = true;
  vle_fw_drain(fw);
}

void vle_fw_reply(vle_fw* fw, uint32_t id, vle_v1_LinkStatus status, const char* text) {
  (void)vle_fw_reply_begin(fw, id, status, text);
  vle_fw_reply_end(fw);
}

void vle_fw_reply_again(vle_fw* fw) {
  memcpy(fw->link.payload, fw->session.cached, fw->session.cached_count);
  fw->link.payload_count = fw->session.cached_count;
  fw->link.reply_waits = true;
  ++fw->count.duplicates;
  vle_fw_drain(fw);
}

bool vle_fw_can_send_event(const vle_fw* fw) {
  return !sending(fw) && !fw->link.reply_waits;
}

void vle_fw_send_event(vle_fw* fw) {
  encode(fw, vle_v1_LinkEvent_fields, &fw->link.message.event);
  put_frame(fw, VLE_FW_KIND_EVENT);
  vle_fw_drain(fw);
}
