#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "fake_board.hpp"
#include "vle/v1/link.pb.h"

namespace vle::firmware_interface {

/// What a wire may do to a message.
enum class Fault { kNone, kDrop, kDuplicate, kDelay };

/// A simple host in the same process as a FakeBoard: stop and wait, retries, its own protobuf library. The wire between
/// them does `fault` to message number `faulty`, counted over both directions.
class TestClient {
 public:
  explicit TestClient(FakeBoard& board, std::uint64_t nonce = 1) : board_(board), nonce_(nonce) {}

  Fault fault = Fault::kNone;
  int faulty = -1;
  int messages = 0;  ///< that went over the wire
  int retries = 8;
  int patience = 100;  ///< turns of the board until a retry
  std::uint32_t session = 0;

  /// Sends the request under a new id, again until it is answered; nothing if it never is.
  std::optional<v1::LinkReply> ask(v1::LinkRequest request);
  /// The answer, which must come.
  v1::LinkReply answer(const v1::LinkRequest& request);
  /// Says Hello and takes up the session.
  v1::LinkReply hello();
  /// Begin, chunks, commit; the first status that is not OK, or that of the commit.
  v1::LinkStatus upload(v1::LinkObject object, const Bytes& bytes);
  v1::LinkReply run(const v1::RunRequest& run);
  /// Every block until the last, asked for again where lost. Nothing if the stream does not end.
  std::optional<Bytes> traces(std::uint32_t run_id, std::uint32_t credit = 3);

  /// Sends without waiting.
  void send(const v1::LinkRequest& request);
  void send_bytes(const Bytes& bytes) { board_.receive(bytes); }
  /// A turn of the board and of the wire; what came is in `replies` and `events`.
  void turn(std::uint32_t us = 100);

  std::uint32_t next_id = 1;
  std::vector<v1::LinkReply> replies;
  std::vector<v1::LinkEvent> events;
  std::uint16_t last_credit = 0;
  std::function<void()> after_turn = [] {};

 private:
  void through_wire(const Bytes& frame, const std::function<void(const Bytes&)>& arrive);
  void arrived(const Bytes& frame);

  FakeBoard& board_;
  std::uint64_t nonce_;
  std::uint16_t sequence_ = 0;
  Bytes line_;
  struct Late {
    int turns;
    Bytes frame;
    std::function<void(const Bytes&)> arrive;
  };
  std::vector<Late> late_;
};

/// The announcement of an object, of a shape that fits: an image of one core with 16 columns, a stimulus of 2 + 1
/// channels.
v1::LinkRequest begin_of(v1::LinkObject object, const Bytes& bytes);
Bytes sha256_of(const Bytes& bytes);

}  // namespace vle::firmware_interface
