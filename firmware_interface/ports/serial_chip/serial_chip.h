#pragma once

#include <vle/firmware/frame.h>
#include <vle/firmware/hal.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A chip at the end of a serial line: the chip's half of the HAL, for boards that reach their chip so. Commands go out
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
  VLE_SERIAL_DATA = 512,                      ///< most bytes of data in a command or an answer
  VLE_SERIAL_PAYLOAD = VLE_SERIAL_DATA + 64,  ///< most bytes of either
  VLE_SERIAL_SCAN = 24,                       ///< most ranges of a scan
  VLE_SERIAL_IDENTITY_BYTES = 88,             ///< of an identity, before the name
  VLE_SERIAL_RANGE_BYTES = 13,                ///< of a range in a command
  VLE_SERIAL_COUNTER_BYTES = 9                ///< of a counter in an answer
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

/// What a chip says of itself.
typedef struct {
  uint64_t chip_id;
  uint32_t image_words;
  uint32_t stimulus_bytes;
  uint32_t steps_max;
  char target_hash[65];
  char target[32];
  uint32_t description_size;  ///< of the serialized vle.v1.Target
} vle_serial_identity;

typedef struct {
  vle_serial_line line;
  vle_serial_staging staging[2];  ///< image, stimulus

  uint8_t draft[VLE_SERIAL_PAYLOAD];  ///< of the next command

  // The command at hand.
  uint8_t command[VLE_SERIAL_PAYLOAD];
  size_t command_count;
  bool under_way;
  bool stop_wanted;  ///< goes before any other command
  bool lost;         ///< the chip is not the one that was met
  uint16_t session;  ///< that the chip opened when it was met
  uint16_t tag;
  uint32_t quiet_since_us;
  uint32_t attempts;
  uint8_t frame[1U + VLE_FW_FRAME_BOUND(VLE_SERIAL_PAYLOAD)];
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

/// Meets the chip: asks who it is, and has it forget whatever it was at. VLE_FW_AGAIN until it has answered;
/// VLE_FW_FAULT: it does not answer, or not in this language.
vle_fw_status vle_serial_chip_meet(vle_serial_chip* chip, vle_serial_identity* identity);
/// Fetches the chip's description from `done` on, one piece, and counts `done` up. VLE_FW_AGAIN until all of it is
/// there.
vle_fw_status vle_serial_chip_describe(vle_serial_chip* chip, uint8_t* memory, uint32_t size, uint32_t* done);
/// Goes on with what no function of the HAL waits for. Called in every turn of the main loop.
void vle_serial_chip_turn(vle_serial_chip* chip);
/// Nothing can go on but by what comes from the chip: the processor may sleep until then.
bool vle_serial_chip_waits(const vle_serial_chip* chip);
/// The chip has restarted and forgotten everything: the board must begin anew as well.
bool vle_serial_chip_lost(const vle_serial_chip* chip);

// The functions of the HAL, with a vle_serial_chip instead of a context. Objects, registers and samples move in pieces
// of at most VLE_SERIAL_DATA bytes.
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
