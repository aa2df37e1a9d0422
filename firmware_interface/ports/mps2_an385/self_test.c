#include <string.h>
#include <vle/firmware/firmware.h>

#include "startup.h"

// Tests of the core on the processor itself. The exit status goes to whoever started the emulator (semihosting), or to
// the debugger.

void on_uart0(void) {}
void on_uart1(void) {}

static void leave(uint32_t status) {
  enum { EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };
  const uint32_t block[2] = {APPLICATION_EXIT, status};
  register uint32_t operation __asm("r0") = EXIT_EXTENDED;
  register const uint32_t* argument __asm("r1") = block;
  __asm volatile("bkpt 0xAB" : : "r"(operation), "r"(argument) : "memory");
}

static bool crc_has_its_check_value(void) {
  static const uint8_t digits[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
  return vle_fw_crc32(0, digits, sizeof digits) == 0xCBF43926U;
}

static bool hash_is_that_of_the_standard(void) {
  static const uint8_t text[] = {'a', 'b', 'c'};
  static const uint8_t first[] = {0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA};
  vle_fw_sha256 sha256;
  uint8_t hash[VLE_FW_HASH_BYTES];
  vle_fw_sha256_begin(&sha256);
  vle_fw_sha256_add(&sha256, text, sizeof text);
  vle_fw_sha256_end(&sha256, hash);
  return memcmp(hash, first, sizeof first) == 0;
}

static bool frames_come_back(void) {
  static uint8_t payload[600], wire[VLE_FW_FRAME_BOUND(600)], buffer[VLE_FW_FRAME_CONTENT(600)];
  for (size_t count = 0; count <= sizeof payload; count += 37U) {
    for (size_t i = 0; i < count; ++i) payload[i] = (uint8_t)(i * 3U);
    const vle_fw_header header = {VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, 1, 2, 3};
    const size_t length = vle_fw_frame_encode(&header, payload, count, wire, sizeof wire);
    vle_fw_decoder decoder;
    vle_fw_frame frame;
    size_t taken = 0;
    vle_fw_decoder_init(&decoder, buffer, sizeof buffer);
    if (vle_fw_decoder_feed(&decoder, wire, length, &taken, &frame) != VLE_FW_DECODE_FRAME) return false;
    if (frame.count != count || memcmp(frame.payload, payload, count) != 0) return false;
  }
  return true;
}

static bool clock_moves_forward(void) {
  uint32_t before = clock_us();
  for (unsigned i = 0; i < 20000U; ++i) {
    const uint32_t now = clock_us();
    if (now - before > 1000000U) return false;
    before = now;
  }
  return before != 0U;
}

/// Returns 0, or the number of the test that failed.
int main(void) {
  static bool (*const tests[])(void) = {crc_has_its_check_value, hash_is_that_of_the_standard, frames_come_back,
                                        clock_moves_forward};
  clock_start();
  __asm volatile("cpsie i");
  uint32_t failed = 0;
  for (uint32_t i = 0; i < sizeof tests / sizeof tests[0] && failed == 0U; ++i) {
    if (!tests[i]()) failed = i + 1U;
  }
  leave(failed);
  return 0;
}
