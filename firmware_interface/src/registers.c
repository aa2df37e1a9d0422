#include <string.h>

#include "core.h"

/// The words that say how an image is laid out: its version and its sub-steps (docs/registers.md).
enum { LAYOUT_WORDS = 2 };

/// Replies, and returns false, unless `[address, address + count)` lies in the image in use.
static bool in_image(vle_fw* fw, uint32_t id, uint32_t address, uint32_t count) {
  const vle_fw_content* image = &fw->content[0];
  // One feature, as Hello tells it: reading without writing is no use to a host.
  if (fw->hal->registers_write == NULL || fw->hal->registers_read == NULL) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_UNSUPPORTED, "no registers here");
    return false;
  }
  if (!image->held) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_WRONG_STATE, "no image: upload one");
    return false;
  }
  const uint32_t words = image->upload.size / 2U;
  if (count == 0U || count > VLE_FW_MAX_CHUNK / 2U || address > words || count > words - address) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_OUT_OF_RANGE, "beyond the image");
    return false;
  }
  return true;
}

void vle_fw_on_write_registers(vle_fw* fw, uint32_t id, const vle_v1_WriteRegistersRequest* write) {
  const uint32_t bytes = write->words.size;
  if (bytes % 2U != 0U) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_MALFORMED, "half a word");
    return;
  }
  if (!in_image(fw, id, write->address, bytes / 2U)) return;
  if (write->address < LAYOUT_WORDS) {
    vle_fw_reply(fw, id, vle_v1_LinkStatus_LINK_STATUS_OUT_OF_RANGE, "registers 0 and 1 are fixed");
    return;
  }
  fw->content[0].hash_known = false;
  fw->work.address = write->address;
  memcpy(fw->work.bytes, write->words.bytes, bytes);
  vle_fw_work_start(fw, VLE_FW_WORK_WRITE, id, VLE_FW_IMAGE, bytes);
}

void vle_fw_on_read_registers(vle_fw* fw, uint32_t id, const vle_v1_ReadRegistersRequest* read) {
  if (!in_image(fw, id, read->address, read->count)) return;
  fw->work.address = read->address;
  vle_fw_work_start(fw, VLE_FW_WORK_READ, id, VLE_FW_IMAGE, read->count * 2U);
}
