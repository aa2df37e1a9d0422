#pragma once

#include <vle/firmware/firmware.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A chip at the end of a serial line: the chip's half of the HAL, for boards that reach their chip so. Requests go out
/// in frames of the link's own codec (kind REQUEST, the sequence number as tag), one at a time; an answer that stays
/// away is asked for again under the same tag, and a chip does nothing twice for it. README.md of this folder lists the
/// commands.
enum {
  VLE_SERIAL_IDENTITY = 1,
  VLE_SERIAL_DESCRIPTION,
  VLE_SERIAL_BEGIN,
  VLE_SERIAL_WRITE,
  VLE_SERIAL_COMMIT,
  VLE_SERIAL_READ,
  VLE_SERIAL_WRITE_REGISTERS,
  VLE_SERIAL_READ_REGISTERS,
  VLE_SERIAL_PREPARE,
  VLE_SERIAL_STEP,
  VLE_SERIAL_SAMPLES,
  VLE_SERIAL_COUNTERS,
  VLE_SERIAL_STOP
};

enum {
  VLE_SERIAL_DATA = 512,                     ///< most bytes of data in a command or an answer
  VLE_SERIAL_PAYLOAD = VLE_SERIAL_DATA + 64  ///< most bytes of either
};

/// What the line is made of. Both take or give what they can at once.
typedef struct {
  size_t (*send)(void* context, const uint8_t* bytes, size_t count);
  size_t (*receive)(void* context, uint8_t* bytes, size_t most);
  uint32_t (*now_us)(void* context);
  void* context;
} vle_serial_line;

/// Memory of the board for an object that is being uploaded.
typedef struct {
  uint8_t* memory;
  uint32_t bytes;
  vle_fw_upload upload;
} vle_serial_staging;

typedef struct {
  vle_serial_line line;
  vle_serial_staging staging[2];  ///< image, stimulus

  uint8_t draft[VLE_SERIAL_PAYLOAD];  ///< of the next command

  // The command at hand.
  uint8_t command[VLE_SERIAL_PAYLOAD];
  size_t command_count;
  bool under_way;
  uint16_t tag;
  uint32_t sent_us;
  uint32_t attempts;
  uint8_t frame[VLE_FW_FRAME_BOUND(VLE_SERIAL_PAYLOAD)];
  size_t frame_count;
  size_t frame_sent;
  vle_fw_decoder decoder;
  uint8_t received[VLE_FW_FRAME_CONTENT(VLE_SERIAL_PAYLOAD)];
  uint8_t answer[VLE_SERIAL_PAYLOAD];
  size_t answer_count;

  uint32_t commit_done;  ///< bytes of the commit at hand that the chip has
  bool commit_begun;

  // The run.
  uint8_t samples[VLE_SERIAL_DATA];
  size_t samples_count;
  size_t samples_taken;
  uint32_t samples_waiting;  ///< bytes that the chip still has
  uint32_t steps_done;
  bool finished;
  uint8_t counters[VLE_SERIAL_DATA];
  size_t counters_count;
} vle_serial_chip;

void vle_serial_chip_init(vle_serial_chip* chip, const vle_serial_line* line);

/// Asks the chip who it is. Fills `board` (name, hash, chip id, limits, description) with what lies in `memory`, of
/// `bytes` bytes. VLE_FW_AGAIN until all of it is there; VLE_FW_OUT_OF_RANGE: more than fits.
vle_fw_status vle_serial_chip_identify(vle_serial_chip* chip, vle_fw_board* board, uint8_t* memory, uint32_t bytes);

// The functions of the HAL, with a vle_serial_chip instead of a context.
vle_fw_status vle_serial_object_begin(vle_serial_chip* chip, const vle_fw_upload* upload);
vle_fw_status vle_serial_object_write(vle_serial_chip* chip, vle_fw_object object, uint32_t offset,
                                      const uint8_t* bytes, size_t count);
vle_fw_status vle_serial_object_read(vle_serial_chip* chip, vle_fw_object object, bool staged, uint32_t offset,
                                     uint8_t* bytes, size_t count);
vle_fw_status vle_serial_object_commit(vle_serial_chip* chip, vle_fw_object object);
vle_fw_status vle_serial_registers_write(vle_serial_chip* chip, uint32_t address, const uint8_t* words, size_t count);
vle_fw_status vle_serial_registers_read(vle_serial_chip* chip, uint32_t address, uint8_t* words, size_t count);
vle_fw_status vle_serial_run_prepare(vle_serial_chip* chip, const vle_fw_run* run);
vle_fw_status vle_serial_run_step(vle_serial_chip* chip, uint32_t* steps_done);
size_t vle_serial_run_samples(vle_serial_chip* chip, uint8_t* bytes, size_t most);
size_t vle_serial_run_counters(const vle_serial_chip* chip, vle_fw_counter* counters, size_t most);
void vle_serial_run_stop(vle_serial_chip* chip);

#ifdef __cplusplus
}
#endif
