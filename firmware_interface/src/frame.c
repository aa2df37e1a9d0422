#include <string.h>
#include <vle/firmware/frame.h>

#if defined(VLE_FW_FAST_CODEC) && defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HAS_WORDS 1
#if defined(__x86_64__) && !defined(VLE_FW_NO_VECTORS)
#define HAS_VECTORS 1
#include "cobs_vectors.h"
#endif
#endif

enum { LONGEST_RUN = 254 };

/// COBS: runs of bytes that are not 0, each behind a code that says how long it is; a run shorter than LONGEST_RUN
/// stands for a zero after it.
typedef struct {
  uint8_t* out;
  size_t capacity;
  size_t used;
  size_t code;  ///< where the code of the run at hand goes
  size_t run;   ///< bytes in it
  uint8_t fits;
} cobs_writer;

static void open_run(cobs_writer* writer) {
  if (writer->used >= writer->capacity) {
    writer->fits = 0;
    return;
  }
  writer->code = writer->used++;
  writer->run = 0;
}

static void close_run(cobs_writer* writer) {
  writer->out[writer->code] = (uint8_t)(writer->run + 1U);
}

/// The most bytes from `bytes` that belong to one run: up to a zero, `limit`, or the end.
static size_t run_length(const uint8_t* bytes, size_t count, size_t limit) {
  const size_t most = count < limit ? count : limit;
  const uint8_t* zero = memchr(bytes, 0, most);
  return zero == NULL ? most : (size_t)(zero - bytes);
}

#if defined(HAS_WORDS)
/// The high bit of each byte of `word` that is 0.
static uint64_t zeros_of(uint64_t word) {
  const uint64_t low_bits = 0x7F7F7F7F7F7F7F7FU;
  return ~(((word & low_bits) + low_bits) | word | low_bits);
}

/// Eight bytes at a time, as long as neither the run nor the room can end among them. COBS leaves every byte where it
/// is but the zeros, which become codes. Returns the bytes taken.
static size_t append_words(cobs_writer* writer, const uint8_t* bytes, size_t count) {
  uint8_t* out = writer->out;
  size_t used = writer->used;
  size_t code = writer->code;
  size_t taken = 0;
#if defined(HAS_VECTORS)
  if (has_blocks()) taken = code_blocks(bytes, count, out, writer->capacity, LONGEST_RUN, &used, &code);
#endif
  while (count - taken >= 8U && writer->capacity - used >= 8U && used - code <= LONGEST_RUN - 7U) {
    uint64_t word;
    memcpy(&word, bytes + taken, sizeof word);
    memcpy(out + used, &word, sizeof word);
    for (uint64_t zeros = zeros_of(word); zeros != 0U; zeros &= zeros - 1U) {
      const size_t zero = used + ((size_t)__builtin_ctzll(zeros) >> 3);
      out[code] = (uint8_t)(zero - code);
      code = zero;
    }
    used += 8U;
    taken += 8U;
  }
  writer->used = used;
  writer->code = code;
  writer->run = used - code - 1U;
  return taken;
}
#endif

static void append(cobs_writer* writer, const uint8_t* bytes, size_t count) {
  while (count > 0U && writer->fits != 0U) {
#if defined(HAS_WORDS)
    const size_t taken = append_words(writer, bytes, count);
    bytes += taken;
    count -= taken;
    if (count == 0U) return;
#endif
    if (writer->run == LONGEST_RUN) {
      close_run(writer);
      open_run(writer);
      continue;
    }
    const size_t length = run_length(bytes, count, LONGEST_RUN - writer->run);
    if (length > writer->capacity - writer->used) {
      writer->fits = 0;
      return;
    }
    if (length > 0U) memcpy(writer->out + writer->used, bytes, length);
    writer->used += length;
    writer->run += length;
    bytes += length;
    count -= length;
    if (count > 0U && *bytes == 0U && writer->run < LONGEST_RUN) {
      close_run(writer);
      open_run(writer);
      ++bytes;
      --count;
    }
  }
}

static void put_u16(uint8_t* bytes, uint16_t value) {
  bytes[0] = (uint8_t)(value & 0xFFU);
  bytes[1] = (uint8_t)(value >> 8);
}

static uint16_t get_u16(const uint8_t* bytes) {
  return (uint16_t)(bytes[0] | (uint32_t)bytes[1] << 8);
}

size_t vle_fw_frame_encode(const vle_fw_header* header, const uint8_t* payload, size_t count, uint8_t* out,
                           size_t capacity) {
  uint8_t head[VLE_FW_HEADER_BYTES] = {header->wire_version, header->kind};
  put_u16(head + 2, header->session);
  put_u16(head + 4, header->sequence);
  put_u16(head + 6, header->credit);
  const uint32_t crc = vle_fw_crc32(vle_fw_crc32(0, head, sizeof head), payload, count);
  uint8_t tail[VLE_FW_CRC_BYTES];
  put_u16(tail, (uint16_t)(crc & 0xFFFFU));
  put_u16(tail + 2, (uint16_t)(crc >> 16));

  cobs_writer writer = {out, capacity, 0, 0, 0, 1};
  open_run(&writer);
  append(&writer, head, sizeof head);
  append(&writer, payload, count);
  append(&writer, tail, sizeof tail);
  if (writer.fits == 0U || writer.used >= capacity) return 0;
  close_run(&writer);
  out[writer.used++] = 0;
  return writer.used;
}

static void begin_frame(vle_fw_decoder* decoder) {
  decoder->used = 0;
  decoder->run_left = 0;
  decoder->zero_next = 0;
  decoder->in_frame = 0;
  decoder->broken = 0;
}

void vle_fw_decoder_init(vle_fw_decoder* decoder, uint8_t* buffer, size_t capacity) {
  decoder->buffer = buffer;
  decoder->capacity = capacity;
  begin_frame(decoder);
}

static void store(vle_fw_decoder* decoder, const uint8_t* bytes, size_t count) {
  if (count > decoder->capacity - decoder->used) {
    decoder->broken = 1;
    return;
  }
  memcpy(decoder->buffer + decoder->used, bytes, count);
  decoder->used += count;
}

static vle_fw_decode_result end_frame(vle_fw_decoder* decoder, vle_fw_frame* frame) {
  const uint8_t* content = decoder->buffer;
  const size_t used = decoder->used;
  const uint8_t broken = decoder->broken;
  const uint8_t run_left = decoder->run_left;
  begin_frame(decoder);
  if (broken != 0U) return VLE_FW_DECODE_OVERSIZE;
  if (run_left != 0U || used < VLE_FW_HEADER_BYTES + VLE_FW_CRC_BYTES) return VLE_FW_DECODE_BAD_CODE;
  const uint8_t* tail = content + used - VLE_FW_CRC_BYTES;
  const uint32_t crc = get_u16(tail) | (uint32_t)get_u16(tail + 2) << 16;
  if (vle_fw_crc32(0, content, used - VLE_FW_CRC_BYTES) != crc) return VLE_FW_DECODE_BAD_CRC;
  frame->header.wire_version = content[0];
  frame->header.kind = content[1];
  frame->header.session = get_u16(content + 2);
  frame->header.sequence = get_u16(content + 4);
  frame->header.credit = get_u16(content + 6);
  frame->payload = content + VLE_FW_HEADER_BYTES;
  frame->count = used - VLE_FW_HEADER_BYTES - VLE_FW_CRC_BYTES;
  return VLE_FW_DECODE_FRAME;
}

#if defined(HAS_WORDS)
/// Whole runs, as long as neither bytes nor room can end in one; copies sixteen bytes where a run is shorter. Returns
/// the bytes taken.
static size_t take_runs(vle_fw_decoder* decoder, const uint8_t* bytes, size_t count) {
  enum { AT_ONCE = 16, MOST = LONGEST_RUN + 1 + AT_ONCE };
  if (count < MOST) return 0;
  const size_t length = run_length(bytes, count, count);
  uint8_t* out = decoder->buffer;
  size_t used = decoder->used;
  size_t at = 0;
  uint8_t zero_next = decoder->zero_next;
  while (length - at >= MOST && decoder->capacity - used >= MOST) {
#if defined(HAS_VECTORS)
    if (zero_next != 0U && has_blocks()) {
      const size_t room = decoder->capacity - used;
      const size_t decoded = decode_blocks(bytes + at, length - at < room ? length - at : room, out + used);
      at += decoded;
      used += decoded;
      if (length - at < MOST || decoder->capacity - used < MOST) break;
    }
#endif
    const size_t code = bytes[at];
    out[used] = 0;
    used += zero_next;
    memcpy(out + used, bytes + at + 1, AT_ONCE);
    if (code > AT_ONCE + 1) memcpy(out + used + AT_ONCE, bytes + at + 1 + AT_ONCE, code - 1U - AT_ONCE);
    used += code - 1U;
    at += code;
    zero_next = code != LONGEST_RUN + 1;
  }
  decoder->used = used;
  decoder->zero_next = zero_next;
  return at;
}
#endif

/// Takes a code, or part of a run. Returns the bytes taken: at least 1. The first of `bytes` is not 0.
static size_t take(vle_fw_decoder* decoder, const uint8_t* bytes, size_t count) {
  static const uint8_t zero = 0;
  decoder->in_frame = 1;
  if (decoder->broken != 0U) return run_length(bytes, count, count);
  if (decoder->run_left == 0U) {
#if defined(HAS_WORDS)
    const size_t taken = take_runs(decoder, bytes, count);
    if (taken > 0U) return taken;
#endif
    if (decoder->zero_next != 0U) store(decoder, &zero, 1);
    decoder->run_left = (uint8_t)(bytes[0] - 1U);
    decoder->zero_next = bytes[0] != LONGEST_RUN + 1;
    return 1;
  }
  const size_t length = run_length(bytes, count, decoder->run_left);
  store(decoder, bytes, length);
  decoder->run_left = (uint8_t)(decoder->run_left - length);
  return length;
}

vle_fw_decode_result vle_fw_decoder_feed(vle_fw_decoder* decoder, const uint8_t* bytes, size_t count, size_t* taken,
                                         vle_fw_frame* frame) {
  size_t at = 0;
  while (at < count) {
    if (bytes[at] != 0U) {
      at += take(decoder, bytes + at, count - at);
      continue;
    }
    ++at;
    if (decoder->in_frame == 0U) continue;
    *taken = at;
    return end_frame(decoder, frame);
  }
  *taken = count;
  return VLE_FW_DECODE_MORE;
}
