#pragma once

#include <vle/v1/link.pb.h>

#include <cstdint>
#include <span>
#include <vector>
#include <vle/link/transport.hpp>

#include "frame_stream.hpp"

namespace vle::link::test {

/// What the peer does with a request, by a byte of the input.
enum class Act : std::uint8_t {
  kAnswer,  ///< as a sound board would
  kSilence,
  kTwice,    ///< the sound answer, two times
  kStatus,   ///< the sound answer with a status from the input
  kMessage,  ///< a reply to this id whose body is bytes of the input
  kEvent,    ///< bytes of the input as an event, before the sound answer
  kFlip,     ///< the sound answer's message with a byte of it changed
  kRaw,      ///< bytes of the input, in no frame
  kCut,
  kForget,  ///< the board restarts: another boot id and session from now on
  kLast     ///< not an act
};

/// The other end of a host's session: a board that does what the input says, and is silent when that is used up. Its
/// clock moves only while the host waits.
class PeerMedium final : public Medium {
 public:
  explicit PeerMedium(std::span<const std::uint8_t> input) : input_(input) {}

  std::string name() const override { return "peer:"; }
  Result<std::unique_ptr<Transport>> connect(TimePoint deadline) override;
  TimePoint now() const override { return now_; }
  void pause(TimePoint until) override { now_ = std::max(now_, until); }

 private:
  friend class PeerTransport;
  using Bytes = std::vector<std::uint8_t>;

  std::uint8_t take();
  std::string take_bytes();
  /// Appends to `out` what comes for a request; false: the connection is cut.
  bool act_on(const v1::LinkRequest& request, Bytes& out);
  v1::LinkReply sound_answer(const v1::LinkRequest& request);
  void send(std::uint8_t kind, const std::string& message, Bytes& out);
  void send_blocks(const v1::TraceRequest& asked, Bytes& out);

  std::span<const std::uint8_t> input_;
  TimePoint now_{std::chrono::hours(1)};
  FrameStream frames_;
  std::uint32_t boots_ = 1;
  std::uint32_t stored_ = 0;
};

}  // namespace vle::link::test
