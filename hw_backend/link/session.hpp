#pragma once

#include <vle/v1/link.pb.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>
#include <vle/link/link_backend.hpp>
#include <vle/link/transport.hpp>

#include "frame_stream.hpp"

namespace vle::link {

/// What comes from a board.
using Message = std::variant<v1::LinkReply, v1::LinkEvent>;

/// A conversation with one board (docs/protocol.md), over as many connections as it takes.
///
/// Every request carries an id under which the board answers it once, however often it arrives; so each may be repeated
/// until its answer comes or its deadline passes. A lost connection is made again and the session goes on. A board that
/// has restarted meanwhile has lost what it was told: that is an error, and nothing is done again behind the user's
/// back.
class Session {
 public:
  Session(Medium& medium, const Patience& patience, std::uint64_t client_nonce);

  /// Connects and says Hello, waits for its turn where others have the board.
  [[nodiscard]] Result<> open();
  /// What the board said of itself.
  const v1::HelloReply& board() const { return board_; }

  /// Sends a request until it is answered; an answer that is a refusal is an error. Connects again where the link goes
  /// down.
  [[nodiscard]] Result<v1::LinkReply> ask(v1::LinkRequest request);
  /// Sends a request once and does not wait; returns its id. A link that goes down is an error: recover() then.
  [[nodiscard]] Result<std::uint32_t> post(v1::LinkRequest request);
  /// As post(), but the frame waits for flush(), so that several leave in one write. Numbers `request`.
  std::uint32_t enqueue(v1::LinkRequest& request);
  [[nodiscard]] Result<> flush();
  /// Bytes that wait for flush().
  std::size_t enqueued() const { return outgoing_.size(); }
  /// receive() would give something at once.
  bool has_message() const { return !waiting_.empty(); }
  /// The next answer or event, or nothing before the deadline. A link that goes down is an error: recover() then.
  [[nodiscard]] Result<std::optional<Message>> receive(TimePoint deadline);
  /// Nothing at all has come for longer than a living board keeps silent when it is spoken to: the link may be half
  /// open.
  bool seems_dead() const;
  /// Gives the connection up, as if it were lost; returns the error that says so.
  Result<> disconnect();
  bool is_connected() const { return transport_ != nullptr; }
  /// Makes the connection again. An error is final: the board is not to be reached, or not what it was.
  [[nodiscard]] Result<> recover();

  TimePoint now() const { return medium_.now(); }
  /// How long an answer may take before a repeat is due, for `bytes` under way.
  Duration retry_after(std::size_t bytes) const;
  /// Learns from a measured round trip.
  void note_round_trip(Duration taken);
  const Patience& patience() const { return patience_; }
  std::string name() const { return medium_.name(); }
  /// Bytes that a request takes on the wire.
  static std::size_t wire_size(const v1::LinkRequest& request);
  /// The error that a refusal is.
  tl::unexpected<Error> refused(std::string_view what, const v1::LinkReply& reply) const;

 private:
  Result<> connect_once(TimePoint deadline);
  /// Says Hello until it is answered; `deadline` moves on while others have the board.
  Result<> hello(TimePoint& deadline, v1::HelloReply& answer);
  tl::unexpected<Error> other_version(const v1::HelloReply& answer) const;
  void encode(const v1::LinkRequest& request);
  /// Writes what is encoded.
  Result<> write(TimePoint deadline);
  Result<> send(const v1::LinkRequest& request, TimePoint deadline);
  /// Waits for the answer to `id`; nothing: `until` passed.
  Result<std::optional<v1::LinkReply>> await(std::uint32_t id, TimePoint until);
  void ask_whether_it_works();
  Result<> check_same_board(const v1::HelloReply& answer) const;

  Medium& medium_;
  Patience patience_;
  std::uint64_t nonce_;
  std::unique_ptr<Transport> transport_;
  FrameStream frames_;
  std::string payload_;                 ///< of the request at hand
  std::vector<std::uint8_t> outgoing_;  ///< frames that wait to be written
  v1::HelloReply board_;
  bool is_open_ = false;
  std::uint32_t next_id_ = 1;
  std::uint16_t session_ = 0;
  std::optional<TimePoint> unheard_since_;  ///< the first frame sent since anything came
  std::uint32_t working_on_ = 0;            ///< the request that the board last said it is at
  std::deque<Message> waiting_;
  Duration smoothed_{};   ///< round trip; 0: none measured
  Duration variation_{};  ///< of it
};

/// `upload_begin`, for messages.
[[nodiscard]] std::string name_of(const v1::LinkRequest& request);

}  // namespace vle::link
