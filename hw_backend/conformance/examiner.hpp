#pragma once

#include <vle/v1/link.pb.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>
#include <vle/conformance/conformance.hpp>
#include <vle/link/transport.hpp>

#include "frame_stream.hpp"
#include "wire.hpp"

namespace vle::conformance {

using link::Duration;
using link::TimePoint;

/// A whole frame from the board.
struct Received {
  vle_fw_header header{};
  std::string payload;
  std::optional<v1::LinkReply> reply;  ///< where it is a readable one
  std::optional<v1::LinkEvent> event;
};

/// The other end of a board while a check goes on: sends what no host would send, and keeps the check's verdict.
///
/// The first complaint settles the check. From then on nothing is sent and every answer is empty, so that a check reads
/// as the conversation that it is; its loops ask goes_on().
class Examiner {
 public:
  Examiner(link::Medium& medium, std::uint64_t nonce, std::uint64_t seed);

  // The verdict.
  void begin_check();
  bool goes_on() const { return !settled_; }
  Verdict verdict() const { return verdict_; }
  const std::string& text() const { return text_; }
  /// The clause of the check is broken unless this holds. While preparing: the check cannot be judged.
  template <class... Args>
  bool expect(bool holds, fmt::format_string<Args...> format, Args&&... args) {
    if (!holds && goes_on()) complain(fmt::format(format, std::forward<Args>(args)...));
    return goes_on();
  }
  bool expect_status(const v1::LinkReply& reply, v1::LinkStatus status, std::string_view what);
  void skip(std::string reason);
  /// Skips the check where the board lacks a feature.
  bool has_feature(v1::LinkFeature feature) const { return (board_.features() >> feature & 1U) != 0; }
  bool needs_feature(v1::LinkFeature feature);
  /// While it lives, a complaint means that the check cannot be judged, not that its clause is broken.
  class Preparing {
   public:
    explicit Preparing(Examiner& examiner) : examiner_(examiner) { ++examiner_.preparing_; }
    ~Preparing() { --examiner_.preparing_; }
    Preparing(const Preparing&) = delete;
    Preparing& operator=(const Preparing&) = delete;

   private:
    Examiner& examiner_;
  };

  // The wire.
  [[nodiscard]] Result<> connect();
  void reconnect();
  void write(std::span<const std::uint8_t> bytes);
  /// The next whole frame; nothing: none before `until`.
  std::optional<Received> receive(TimePoint until);
  TimePoint now() const { return medium_.now(); }
  void wait(Duration duration);
  bool is_connected() const { return transport_ != nullptr; }
  /// What `bytes` take on the line, there and back.
  Duration line_time(std::size_t bytes) const { return medium_.byte_time() * static_cast<std::int64_t>(2 * bytes); }
  bool has_heard() const { return has_heard_; }  ///< any byte, since the connection was made
  const Bytes& heard() const { return heard_; }  ///< the first bytes of the connection

  // Frames and requests.
  vle_fw_header header() const;
  std::string message_of(const v1::LinkRequest& request) const { return request.SerializeAsString(); }
  /// A sound frame of the session, whatever the message.
  Bytes frame_of(std::string_view message) { return frame_of(message, header()); }
  static Bytes frame_of(std::string_view message, const vle_fw_header& header);
  std::uint32_t fresh_id() { return next_id_++; }
  /// Sends a request once, under a new id or the one given; returns the id.
  std::uint32_t post(v1::LinkRequest request, std::uint32_t id = 0);
  /// The reply to a request; nothing: none within `limit`. What else comes is kept for events().
  std::optional<v1::LinkReply> reply_to(std::uint32_t id, Duration limit);
  /// All replies, in their order, until each of `ids` has one or `limit` passes.
  std::vector<v1::LinkReply> replies_to(std::vector<std::uint32_t> ids, Duration limit);
  /// Sends a request until it is answered, a clause being broken where it is not.
  v1::LinkReply ask(v1::LinkRequest request, std::uint32_t id = 0);
  v1::LinkReply ask_ok(v1::LinkRequest request, std::string_view what);
  /// All replies that come before the answer to a Heartbeat that is sent now: the board answers in order.
  std::vector<Received> replies_so_far();
  /// No reply has come to what was sent last.
  bool expect_silence(std::string_view what);
  /// The next trace block or gap; nothing: none before `until`.
  std::optional<v1::LinkEvent> next_event(TimePoint until);
  void forget_events() { events_.clear(); }

  // The session.
  v1::LinkReply hello(std::uint64_t nonce);
  /// A session of this host, on a board that is at nothing; false: the board answers no more.
  bool refresh();
  const v1::HelloReply& board() const { return board_; }
  std::uint64_t nonce() const { return nonce_; }
  std::uint16_t session() const { return session_; }
  void take_session(const v1::HelloReply& hello);
  Duration heartbeat_limit() const;

  std::uint32_t draw(std::uint32_t bound);
  std::uint32_t fresh_run_id() { return next_run_id_++; }
  const std::vector<double>& round_trips() const { return round_trips_; }
  void note_round_trip(Duration taken);

  const Subject* subject = nullptr;
  BoardFacts* facts = nullptr;

 private:
  void complain(std::string text);
  void sort_in(link::Frame frame);
  bool receive_until(const std::function<bool(Received&)>& is_it, TimePoint until);
  bool greet_again(TimePoint until);

  link::Medium& medium_;
  std::uint64_t nonce_;
  std::uint64_t state_;
  std::unique_ptr<link::Transport> transport_;
  link::FrameStream frames_;
  std::deque<Received> inbox_;
  std::deque<v1::LinkEvent> events_;
  bool has_heard_ = false;
  Bytes heard_;

  bool settled_ = false;
  int preparing_ = 0;
  Verdict verdict_ = Verdict::kPassed;
  std::string text_;

  v1::HelloReply board_;
  std::uint16_t session_ = 0;
  std::uint16_t sequence_ = 0;
  std::uint32_t next_id_ = 1;
  std::set<std::uint32_t> beats_;  ///< ids of Heartbeats that were sent
  std::uint32_t next_run_id_;
  std::vector<double> round_trips_;
};

[[nodiscard]] std::string name_of(v1::LinkStatus status);
[[nodiscard]] std::string name_of(v1::RunState state);
/// `upload_begin`
[[nodiscard]] std::string name_of(const v1::LinkRequest& request);
[[nodiscard]] double milliseconds_of(Duration duration);

[[nodiscard]] v1::LinkRequest make_heartbeat();
[[nodiscard]] v1::LinkRequest make_abort();
[[nodiscard]] v1::LinkRequest make_hello(std::uint64_t nonce);

}  // namespace vle::conformance
