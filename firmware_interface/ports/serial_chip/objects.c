#include <string.h>

#include "command.h"

vle_fw_status vle_serial_chip_meet(vle_serial_chip* chip, vle_serial_identity* identity) {
  enum { HASH_AT = 24, HASH = 64 };
  chip->draft[0] = VLE_SERIAL_IDENTITY;
  const vle_fw_status status = vle_serial_carry_out(chip, 1);
  if (status != VLE_FW_OK) return status;
  const size_t least = 1U + (size_t)VLE_SERIAL_IDENTITY_BYTES;
  if (chip->answer_count < least || chip->answer_count >= least + sizeof identity->target) return VLE_FW_FAULT;
  const uint8_t* answer = chip->answer + 1;
  memset(identity, 0, sizeof *identity);
  identity->chip_id = vle_serial_get_u64(answer);
  identity->image_words = vle_serial_get_u32(answer + 8);
  identity->stimulus_bytes = vle_serial_get_u32(answer + 12);
  identity->steps_max = vle_serial_get_u32(answer + 16);
  identity->description_size = vle_serial_get_u32(answer + 20);
  memcpy(identity->target_hash, answer + HASH_AT, HASH);
  memcpy(identity->target, answer + VLE_SERIAL_IDENTITY_BYTES, chip->answer_count - least);
  chip->lost = false;
  return VLE_FW_OK;
}

vle_fw_status vle_serial_chip_describe(vle_serial_chip* chip, uint8_t* memory, uint32_t size, uint32_t* done) {
  if (*done == size) return VLE_FW_OK;
  chip->draft[0] = VLE_SERIAL_DESCRIPTION;
  vle_serial_put_u32(chip->draft + 1, *done);
  const vle_fw_status status = vle_serial_carry_out(chip, 5);
  if (status != VLE_FW_OK) return status;
  const size_t count = chip->answer_count - 1U;
  if (count == 0U || count > size - *done) return VLE_FW_FAULT;
  memcpy(memory + *done, chip->answer + 1, count);
  *done += (uint32_t)count;
  return *done == size ? VLE_FW_OK : VLE_FW_AGAIN;
}

static vle_serial_staging* staging_of(vle_serial_chip* chip, vle_fw_object object) {
  return &chip->staging[object == VLE_FW_IMAGE ? 0 : 1];
}

vle_fw_status vle_serial_object_begin(vle_serial_chip* chip, const vle_fw_upload* upload) {
  vle_serial_staging* staging = staging_of(chip, upload->object);
  if (upload->size > staging->bytes) return VLE_FW_OUT_OF_RANGE;
  staging->upload = *upload;
  chip->commit_begun = false;
  return VLE_FW_OK;
}

vle_fw_status vle_serial_object_write(vle_serial_chip* chip, vle_fw_object object, uint32_t offset,
                                      const uint8_t* bytes, size_t count) {
  memcpy(staging_of(chip, object)->memory + offset, bytes, count);
  return VLE_FW_OK;
}

vle_fw_status vle_serial_object_read(vle_serial_chip* chip, vle_fw_object object, bool staged, uint32_t offset,
                                     uint8_t* bytes, size_t count) {
  if (staged) {
    memcpy(bytes, staging_of(chip, object)->memory + offset, count);
    return VLE_FW_OK;
  }
  if (count > (size_t)VLE_SERIAL_DATA) return VLE_FW_OUT_OF_RANGE;
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_READ;
  command[1] = (uint8_t)object;
  vle_serial_put_u32(command + 2, offset);
  vle_serial_put_u32(command + 6, (uint32_t)count);
  const vle_fw_status status = vle_serial_carry_out(chip, 10);
  return status == VLE_FW_OK ? vle_serial_take_answer(chip, bytes, count) : status;
}

static vle_fw_status announce(vle_serial_chip* chip, const vle_fw_upload* upload) {
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_BEGIN;
  command[1] = (uint8_t)upload->object;
  const uint32_t numbers[8] = {upload->size,           upload->cores,           upload->rows,          upload->columns,
                               upload->input_channels, upload->target_channels, upload->link_channels, upload->steps};
  for (size_t i = 0; i < 8U; ++i) vle_serial_put_u32(command + 2U + 4U * i, numbers[i]);
  return vle_serial_carry_out(chip, 34);
}

static vle_fw_status pass_on(vle_serial_chip* chip, const vle_serial_staging* staging, uint32_t left) {
  const uint32_t count = left < (uint32_t)VLE_SERIAL_DATA ? left : (uint32_t)VLE_SERIAL_DATA;
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_WRITE;
  command[1] = (uint8_t)staging->upload.object;
  vle_serial_put_u32(command + 2, chip->commit_done);
  memcpy(command + 6, staging->memory + chip->commit_done, count);
  const vle_fw_status status = vle_serial_carry_out(chip, 6U + count);
  if (status != VLE_FW_OK) return status;
  chip->commit_done += count;
  return VLE_FW_AGAIN;
}

/// The object goes to the chip piece by piece: begin, writes, commit.
vle_fw_status vle_serial_object_commit(vle_serial_chip* chip, vle_fw_object object) {
  const vle_serial_staging* staging = staging_of(chip, object);
  vle_fw_status status;
  if (!chip->commit_begun) {
    status = announce(chip, &staging->upload);
    if (status != VLE_FW_OK) return status;
    chip->commit_begun = true;
    chip->commit_done = 0;
    return VLE_FW_AGAIN;
  }
  const uint32_t left = staging->upload.size - chip->commit_done;
  if (left > 0U) {
    status = pass_on(chip, staging, left);
  } else {
    chip->draft[0] = VLE_SERIAL_COMMIT;
    chip->draft[1] = (uint8_t)object;
    status = vle_serial_carry_out(chip, 2);
  }
  if (status != VLE_FW_AGAIN) chip->commit_begun = false;
  return status;
}

vle_fw_status vle_serial_registers_write(vle_serial_chip* chip, uint32_t address, const uint8_t* words, size_t count) {
  if (count > (size_t)VLE_SERIAL_DATA / 2U) return VLE_FW_OUT_OF_RANGE;
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_WRITE_REGISTERS;
  vle_serial_put_u32(command + 1, address);
  memcpy(command + 5, words, 2U * count);
  return vle_serial_carry_out(chip, 5U + 2U * count);
}

vle_fw_status vle_serial_registers_read(vle_serial_chip* chip, uint32_t address, uint8_t* words, size_t count) {
  if (count > (size_t)VLE_SERIAL_DATA / 2U) return VLE_FW_OUT_OF_RANGE;
  uint8_t* command = chip->draft;
  command[0] = VLE_SERIAL_READ_REGISTERS;
  vle_serial_put_u32(command + 1, address);
  vle_serial_put_u32(command + 5, (uint32_t)count);
  const vle_fw_status status = vle_serial_carry_out(chip, 9);
  return status == VLE_FW_OK ? vle_serial_take_answer(chip, words, 2U * count) : status;
}
