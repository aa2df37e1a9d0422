#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a function of the board says.
typedef enum {
  VLE_FW_OK = 0,
  VLE_FW_AGAIN,         ///< not yet done: call again with the same arguments
  VLE_FW_BUSY,          ///< another user has it
  VLE_FW_OUT_OF_RANGE,  ///< a number that the board has no place for
  VLE_FW_UNSUPPORTED,   ///< the board cannot do this
  VLE_FW_WRONG_STATE,   ///< not now
  VLE_FW_FAULT          ///< the hardware failed
} vle_fw_status;

/// The enums of hal.h have the numbers of proto/vle/v1/link.proto.
typedef enum { VLE_FW_IMAGE = 1, VLE_FW_STIMULUS = 2 } vle_fw_object;

typedef enum {
  VLE_FW_RESET_POWER_ON = 1,
  VLE_FW_RESET_WATCHDOG = 2,
  VLE_FW_RESET_REQUEST = 3,
  VLE_FW_RESET_FAULT = 4,
  VLE_FW_RESET_OTHER = 5
} vle_fw_reset_cause;

/// What is about to be stored.
typedef struct {
  vle_fw_object object;
  uint32_t size;  ///< bytes
  /// Of an image (docs/registers.md).
  uint32_t cores, rows, columns, input_channels, target_channels, link_channels;
  /// Of a stimulus: codes of 16 bits, little endian, [steps][input_channels], then [steps][target_channels]; the
  /// numbers of channels are those above.
  uint32_t steps;
} vle_fw_upload;

typedef enum {
  VLE_FW_SIGNAL_U = 1,
  VLE_FW_SIGNAL_V = 2,
  VLE_FW_SIGNAL_R = 3,
  VLE_FW_SIGNAL_EPSILON = 4,
  VLE_FW_SIGNAL_E = 5,
  VLE_FW_SIGNAL_S = 6
} vle_fw_signal;

typedef struct {
  vle_fw_signal signal;
  uint32_t core;
  uint32_t first_column;
  uint32_t count;
} vle_fw_scan_range;

/// One trial.
typedef struct {
  uint32_t steps;         ///< with stimulus and recording
  uint32_t settle_steps;  ///< before that: the first input held, no target error
  uint32_t every;         ///< record steps 0, every, 2 every, ...
  bool nudging;           ///< drive the outputs towards the targets
  uint64_t seed;
  uint32_t trial;
  const vle_fw_scan_range* scan;  ///< one sample, in this order; valid until the run is over
  size_t scan_count;
} vle_fw_run;

typedef struct {
  uint32_t kind;  ///< a RunCounterKind of link.proto
  uint64_t count;
} vle_fw_counter;

enum { VLE_FW_HAL_ABI = 1 };

/// What a board can do, filled in by its firmware's author (docs/firmware.md works one through). Every function gets
/// the `context` of vle_fw_init(), is called from vle_fw_poll() or vle_fw_receive(), never from an interrupt, and
/// returns within a millisecond or so: what takes longer is cut in pieces, VLE_FW_AGAIN asking for the next one. NULL:
/// the board lacks it; only now_us and transmit must be there.
typedef struct {
  uint32_t size;  ///< sizeof(vle_fw_hal)
  uint32_t abi;   ///< VLE_FW_HAL_ABI

  /// Microseconds since whenever, wrapping at 2^32.
  uint32_t (*now_us)(void* context);
  /// Sends bytes to the host; returns how many it took, 0 while its buffer is full.
  size_t (*transmit)(void* context, const uint8_t* bytes, size_t count);
  /// Bytes that the receiver lost since the start: its ring was full, or the hardware said overrun.
  uint32_t (*overruns)(void* context);
  /// The receive window that the host may use now, in bytes; NULL: always vle_fw_board.rx_window.
  uint32_t (*receive_window)(void* context);

  /// A client wants the board. VLE_FW_BUSY with a place in the queue, from 1, keeps it waiting. NULL: whoever comes
  /// first, while it is not silent.
  vle_fw_status (*claim)(void* context, uint64_t client_nonce, uint32_t* queue_position);
  /// The client that had the board is gone, or silent for too long.
  void (*release)(void* context);

  /// Makes room for an object beside the one in use, and forgets what was stored there before.
  vle_fw_status (*object_begin)(void* context, const vle_fw_upload* upload);
  /// Stores bytes at `offset`; calls come in the order of offsets, without gaps.
  vle_fw_status (*object_write)(void* context, vle_fw_object object, uint32_t offset, const uint8_t* bytes,
                                size_t count);
  /// Reads what was stored (`staged`) or what is in use, from the hardware where that can be read.
  vle_fw_status (*object_read)(void* context, vle_fw_object object, bool staged, uint32_t offset, uint8_t* bytes,
                               size_t count);
  /// SHA-256 of an object's bytes, as they lie in the memory, where a board is faster at that than the core, which
  /// reads them and computes: `hash` gets 32 bytes. NULL: the core does it.
  vle_fw_status (*object_hash)(void* context, vle_fw_object object, bool staged, uint8_t* hash);
  /// What was stored is whole: use it from now on.
  vle_fw_status (*object_commit)(void* context, vle_fw_object object);

  /// Registers of the image in use, two bytes a word, little endian, at most 256 words. The addresses are within the
  /// image.
  vle_fw_status (*registers_write)(void* context, uint32_t address, const uint8_t* words, size_t count);
  vle_fw_status (*registers_read)(void* context, uint32_t address, uint8_t* words, size_t count);

  /// Resets the analog state and makes ready. VLE_FW_OUT_OF_RANGE: the scan names what the board does not have.
  vle_fw_status (*run_prepare)(void* context, const vle_fw_run* run);
  /// Goes on with the run: starts it, or lets it advance for a bounded time. `steps_done` counts from the run's start,
  /// settling included. VLE_FW_AGAIN until the last step is done, then VLE_FW_OK. Where the chip can pause
  /// (vle_fw_board.pauses), it stands still between calls.
  vle_fw_status (*run_step)(void* context, uint32_t* steps_done);
  /// Takes read-out codes, in the order of the scan, two bytes each, little endian; returns the bytes written, less
  /// than `most` only if there are none left at present.
  size_t (*run_samples)(void* context, uint8_t* bytes, size_t most);
  /// What the last run counted; returns how many entries it wrote.
  size_t (*run_counters)(void* context, vle_fw_counter* counters, size_t most);
  /// Ends a run at once, whatever it is at. Must not fail.
  void (*run_stop)(void* context);
  /// Brings the hardware into a state in which it can be left alone. Must not fail.
  void (*safe_state)(void* context);

  /// The core is alive. Called at the end of every vle_fw_poll().
  void (*watchdog_kick)(void* context);
  /// Restarts the board. May return.
  void (*reset)(void* context);
  /// Most bytes of stack used so far.
  uint32_t (*stack_high_water)(void* context);
  /// Why the function that was called last refused, in at most 55 bytes, for people; NULL: nothing to add.
  const char* (*refusal)(void* context);
} vle_fw_hal;

#ifdef __cplusplus
}
#endif
