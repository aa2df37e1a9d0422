#include <algorithm>
#include <cstdlib>
#include <span>

#include "../firmware_interface/fake_board.hpp"

namespace vle::firmware_interface {
namespace {

/// The input is a list of steps: a byte that says what, a byte that says how much, and as many bytes.
enum Step : std::uint8_t { kRawBytes, kMessage, kForeignMessage, kTurns, kTime, kTrouble, kSteps };

void take_step(FakeBoard& board, std::uint8_t step, std::uint8_t amount, const Bytes& bytes) {
  const std::uint16_t session = board.core.session.number;
  switch (step % kSteps) {
    case kRawBytes:
      board.receive(bytes);
      break;
    case kMessage:
      board.receive(encoded({VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, session, 0, 0}, bytes));
      break;
    case kForeignMessage:
      board.receive(encoded({amount, amount, static_cast<std::uint16_t>(session + 1), 0, 0}, bytes));
      break;
    case kTurns:
      for (int i = 0; i < amount; ++i) board.poll();
      break;
    case kTime:
      board.poll(amount * 20000U);
      break;
    default:
      board.again = amount & 7;
      board.next_status = static_cast<vle_fw_status>((amount >> 3) % 7);
      board.chip_stuck = (amount & 64) != 0;
      board.core.board.pauses = (amount & 128) != 0;
  }
}

/// The board must answer a Hello that comes after anything, if only to say that it is busy.
void expect_alive(FakeBoard& board) {
  board.again = 0;
  for (int i = 0; i < 4000 && !vle_fw_idle(&board.core); ++i) board.poll(1000);
  board.take_sent();
  // LinkRequest{id: 1, hello{version_min: 1, version_max: 1, client_nonce: 9}}
  const Bytes hello{0x08, 0x01, 0x12, 0x0D, 0x08, 0x01, 0x10, 0x01, 0x19, 0x09, 0, 0, 0, 0, 0, 0, 0};
  board.receive({0});
  board.receive(encoded({VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, 0, 0, 0}, hello));
  for (int i = 0; i < 100; ++i) board.poll();
  if (board.take_sent().empty()) std::abort();
}

}  // namespace
}  // namespace vle::firmware_interface

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vle::firmware_interface;
  FakeBoard board(2048);
  std::span<const std::uint8_t> input(data, size);
  while (input.size() >= 2) {
    const std::uint8_t step = input[0];
    const std::uint8_t amount = input[1];
    const bool has_bytes = step % kSteps <= kForeignMessage;
    const std::size_t count = has_bytes ? std::min<std::size_t>(amount, input.size() - 2) : 0;
    take_step(board, step, amount, Bytes(input.begin() + 2, input.begin() + 2 + static_cast<std::ptrdiff_t>(count)));
    board.poll();
    input = input.subspan(2 + count);
  }
  expect_alive(board);
  return 0;
}
