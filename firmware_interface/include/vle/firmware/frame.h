#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The frame of the link, for both of its ends:
///
///     0x00? COBS( header[8] | payload | CRC-32(header | payload) ) 0x00
///
/// header: u8 wire version, u8 kind, u16 session, u16 sequence, u16 credit. Header and CRC are little endian. 0x00
/// stands nowhere but at the end of a frame, so whoever lost the thread finds it again at the next one
/// (docs/protocol.md).
enum {
  VLE_FW_WIRE_VERSION = 1,
  VLE_FW_HEADER_BYTES = 8,
  VLE_FW_CRC_BYTES = 4,
  VLE_FW_CREDIT_UNIT = 64  ///< bytes that a credit of 1 stands for
};

/// Bytes of header, `payload` bytes and CRC: what COBS encodes, and what a decoder's buffer must hold.
#define VLE_FW_FRAME_CONTENT(payload) ((payload) + 12U)
/// Most bytes that a frame of `payload` bytes takes on the wire, delimiters at both ends included.
#define VLE_FW_FRAME_BOUND(payload) (VLE_FW_FRAME_CONTENT(payload) + VLE_FW_FRAME_CONTENT(payload) / 254U + 3U)

typedef enum {
  VLE_FW_KIND_REQUEST = 1,  ///< host to board: a LinkRequest
  VLE_FW_KIND_REPLY = 2,    ///< board to host: a LinkReply
  VLE_FW_KIND_EVENT = 3     ///< board to host: a LinkEvent
} vle_fw_kind;

typedef struct {
  uint8_t wire_version;
  uint8_t kind;       ///< a vle_fw_kind, or what a later version sends
  uint16_t session;   ///< of HelloReply; 0 before
  uint16_t sequence;  ///< counts the frames of a sender; a jump tells how many were lost
  uint16_t credit;    ///< from a board: receive window, in VLE_FW_CREDIT_UNIT bytes; from a host: 0
} vle_fw_header;

/// CRC-32 (IEEE 802.3, reflected) of `bytes` appended to what `crc` is the CRC of; 0 to begin.
uint32_t vle_fw_crc32(uint32_t crc, const uint8_t* bytes, size_t count);

/// Writes a whole frame, its delimiter included but none before it. Returns its length, or 0 if `capacity` is less than
/// needed; VLE_FW_FRAME_BOUND(count) always suffices. `payload` and `out` do not overlap.
size_t vle_fw_frame_encode(const vle_fw_header* header, const uint8_t* payload, size_t count, uint8_t* out,
                           size_t capacity);

typedef enum {
  VLE_FW_DECODE_MORE = 0,  ///< all bytes taken, no frame ended
  VLE_FW_DECODE_FRAME,     ///< a whole frame
  VLE_FW_DECODE_BAD_CODE,  ///< a frame ended that is no COBS code, or is too short
  VLE_FW_DECODE_BAD_CRC,   ///< a frame ended whose CRC is wrong
  VLE_FW_DECODE_OVERSIZE   ///< a frame ended that the buffer could not hold
} vle_fw_decode_result;

/// Takes a stream apart, whatever pieces it comes in, with a memory of one frame. After any damage it is right again
/// from the next delimiter on.
typedef struct {
  uint8_t* buffer;  ///< the caller's: VLE_FW_FRAME_CONTENT(most payload) bytes
  size_t capacity;
  size_t used;
  uint8_t run_left;   ///< bytes to copy until the next code
  uint8_t zero_next;  ///< the run at hand stands for a zero after it
  uint8_t in_frame;   ///< bytes have come since the last delimiter
  uint8_t broken;     ///< the buffer is full: skip to the delimiter
} vle_fw_decoder;

typedef struct {
  vle_fw_header header;
  const uint8_t* payload;  ///< in the decoder's buffer, valid until the next vle_fw_decoder_feed()
  size_t count;
} vle_fw_frame;

void vle_fw_decoder_init(vle_fw_decoder* decoder, uint8_t* buffer, size_t capacity);

/// Takes bytes up to the end of a frame, or all of them; `taken` says how many. `frame` is written with
/// VLE_FW_DECODE_FRAME only. Call again with what is left. Empty frames (further delimiters) are skipped.
vle_fw_decode_result vle_fw_decoder_feed(vle_fw_decoder* decoder, const uint8_t* bytes, size_t count, size_t* taken,
                                         vle_fw_frame* frame);

#ifdef __cplusplus
}
#endif
