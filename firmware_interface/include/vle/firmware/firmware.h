#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vle/firmware/frame.h>
#include <vle/firmware/hal.h>
#include <vle/v1/link.np.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Most bytes of data in a message; the library is built with it, and with nanopb options that have the same number.
#ifndef VLE_FW_MAX_CHUNK
#define VLE_FW_MAX_CHUNK 512
#endif

enum {
  VLE_FW_PROTOCOL = 1,                          ///< the protocol version that this core speaks
  VLE_FW_MAX_PAYLOAD = VLE_FW_MAX_CHUNK + 128,  ///< bytes of a message
  VLE_FW_MAX_SCAN = 24,                         ///< ranges of a scan
  VLE_FW_MAX_COUNTERS = 17,                     ///< of a run
  VLE_FW_HASH_BYTES = 32
};

/// What the board is. The pointers must outlive the vle_fw.
typedef struct {
  uint32_t boot_id;              ///< another one after every restart
  const char* firmware_version;  ///< at most 23 bytes
  const char* target;            ///< name, at most 31 bytes
  const char* target_hash;       ///< 64 hexadecimal digits
  uint64_t chip_id;
  vle_fw_reset_cause reset_cause;
  const uint8_t* description;  ///< the serialized vle.v1.Target; NULL: the host must bring its own
  uint32_t description_size;

  uint32_t image_words;     ///< most registers of an image
  uint32_t stimulus_bytes;  ///< most bytes of a stimulus
  uint32_t steps_min;       ///< of a run
  uint32_t steps_max;       ///< of a run, settling included
  uint32_t rx_window;       ///< bytes of the receiver's ring; at least VLE_FW_FRAME_BOUND(VLE_FW_MAX_PAYLOAD)

  uint32_t heartbeat_limit_ms;  ///< silence of the host after which a board that runs makes itself safe
  uint32_t stall_limit_ms;      ///< most time without progress of the chip or of the memory

  bool pauses;  ///< the chip stands still between calls of run_step: no sample is ever lost
  bool seeded;  ///< equal seeds give equal traces

  uint8_t* trace_ring;  ///< memory for read-out codes that the host has not taken yet
  uint32_t trace_ring_bytes;
} vle_fw_board;

/// What is stored of an object, or is in use.
typedef struct {
  bool held;
  bool hash_known;  ///< false once registers were written
  vle_fw_upload upload;
  uint8_t hash[VLE_FW_HASH_BYTES];
} vle_fw_content;

/// SHA-256 (FIPS 180-4) of a message that comes in pieces.
typedef struct {
  uint32_t state[8];
  uint64_t length;  ///< bytes so far
  uint8_t block[64];
} vle_fw_sha256;

typedef enum {
  VLE_FW_WORK_NONE = 0,
  VLE_FW_WORK_BEGIN,
  VLE_FW_WORK_HASH,    ///< of what was uploaded
  VLE_FW_WORK_SWITCH,  ///< to what was uploaded
  VLE_FW_WORK_DIGEST,
  VLE_FW_WORK_WRITE,
  VLE_FW_WORK_READ
} vle_fw_work_kind;

/// The whole state of a board's end of the link. Nothing else is kept anywhere: a process may hold many. Its members
/// are not for the board's firmware to touch.
typedef struct {
  const vle_fw_hal* hal;
  void* context;
  vle_fw_board board;
  uint8_t description_hash[VLE_FW_HASH_BYTES];
  uint32_t now_us;
  uint32_t uptime_ms;
  uint32_t uptime_rest_us;

  struct {
    vle_fw_decoder decoder;
    uint8_t received[VLE_FW_FRAME_CONTENT(VLE_FW_MAX_PAYLOAD)];
    uint8_t payload[VLE_FW_MAX_PAYLOAD];  ///< of the reply that waits, or of the event at hand
    size_t payload_count;
    bool reply_waits;
    bool reset_wanted;  ///< once the reply has left
    uint8_t sending[VLE_FW_FRAME_BOUND(VLE_FW_MAX_PAYLOAD)];
    size_t sending_count;
    size_t sent;
    uint16_t sequence;
    vle_v1_LinkRequest request;
    union {
      vle_v1_LinkReply reply;
      vle_v1_LinkEvent event;
    } message;
  } link;

  struct {
    uint64_t client_nonce;  ///< 0: nobody has been here
    char client[32];
    uint16_t number;
    bool active;
    bool silent;  ///< for longer than the heartbeat limit: another client may have the board
    uint32_t last_frame_us;
    uint32_t newest_mutation;  ///< its id
    uint32_t cached_id;        ///< of the reply below; 0: none
    uint8_t cached[128];
    size_t cached_count;
  } session;

  struct {
    bool open;
    vle_fw_upload upload;
    uint8_t hash[VLE_FW_HASH_BYTES];
    uint32_t next_offset;
    uint32_t begin_id;
  } staged;
  vle_fw_content content[2];  ///< in use: image, stimulus

  struct {
    vle_fw_work_kind kind;
    uint32_t id;  ///< of the request
    vle_fw_object object;
    uint32_t address;
    uint32_t count;  ///< bytes
    uint32_t done;   ///< bytes
    uint32_t last_progress_us;
    vle_fw_sha256 sha256;
    uint8_t bytes[VLE_FW_MAX_CHUNK];
  } work;

  struct {
    vle_v1_RunState state;
    vle_v1_HaltCause cause;
    uint32_t id;
    vle_fw_run plan;
    vle_fw_scan_range scan[VLE_FW_MAX_SCAN];
    vle_fw_counter counter[VLE_FW_MAX_COUNTERS];  ///< on their way into an answer: too many for a small stack
    uint32_t steps_done;                          ///< settling included
    uint32_t last_progress_us;
  } run;

  struct {
    uint32_t block_bytes;
    uint32_t blocks;   ///< that the ring holds
    uint32_t oldest;   ///< index of the first block that is still there
    uint32_t filling;  ///< index of the block at hand
    uint32_t fill;     ///< bytes in it
    bool draining;     ///< the run is over, its last samples are still to be taken
    bool ended;        ///< the block at hand is the last
    uint32_t next;     ///< to send
    uint32_t credit;   ///< blocks that may be sent
  } trace;

  struct {
    uint32_t frames_received, frames_sent, crc_errors, oversize, bad_frames, decode_errors, duplicates, stale;
  } count;
} vle_fw;

/// Starts the firmware of a board that has just been reset. `hal` must outlive `fw`. False: `hal` or `board` is not
/// usable (another abi, a function missing that must be there, a text too long).
bool vle_fw_init(vle_fw* fw, const vle_fw_hal* hal, void* context, const vle_fw_board* board);

/// Takes bytes that came from the host, and does what they ask for. Returns how many it took: less than `count` while
/// an answer waits for the transmitter; offer the others again after the next vle_fw_poll().
size_t vle_fw_receive(vle_fw* fw, const uint8_t* bytes, size_t count);

/// One turn, as often as there is time for: sends, watches the host's silence, goes on with the work at hand and with
/// the run, streams. Bounded by one call of the chip, one block of samples and one piece of hashing.
void vle_fw_poll(vle_fw* fw);

/// There is nothing to do until bytes arrive or a millisecond has passed: the processor may sleep.
bool vle_fw_idle(const vle_fw* fw);

void vle_fw_sha256_begin(vle_fw_sha256* sha256);
void vle_fw_sha256_add(vle_fw_sha256* sha256, const uint8_t* bytes, size_t count);
void vle_fw_sha256_end(vle_fw_sha256* sha256, uint8_t hash[VLE_FW_HASH_BYTES]);

#ifdef __cplusplus
}
#endif
