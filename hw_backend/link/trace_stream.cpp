#include "trace_stream.hpp"

#include <algorithm>

namespace vle::link {
namespace {

constexpr std::uint32_t kBlocksAtOnce = 256;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string halt_text(const v1::RunStateReply& state) {
  switch (state.halt_cause()) {
    case v1::HALT_CAUSE_HOST_SILENT:
      return "the board heard nothing from this host and made itself safe";
    case v1::HALT_CAUSE_CHIP_STALLED:
      return "the chip made no step for too long";
    case v1::HALT_CAUSE_CHIP_FAULT:
      return "the chip reported a fault";
    case v1::HALT_CAUSE_REQUEST:
      return "another request stopped it";
    default:
      return "the board names no cause";
  }
}

using TakeCodes = std::function<Result<>(std::span<const std::uint8_t>)>;

/// Fetches the blocks of one run in order, some at a time, and asks again for those that do not come.
class TraceStream {
 public:
  TraceStream(Session& session, const v1::RunRequest& run, std::size_t expected, const TakeCodes& take)
      : session_(session),
        run_(run),
        take_codes_(take),
        block_bytes_(session.board().limits().trace_block_bytes()),
        beat_(std::max(kShortestBeat, std::chrono::milliseconds(session.board().limits().heartbeat_limit_ms()) / 4)),
        expected_(expected),
        progress_(session.now()) {}

  /// The last block has come: there is one in every run.
  bool is_complete() const { return is_complete_; }
  /// Bytes of codes.
  std::size_t received() const { return received_; }

  /// Waits for the next thing to happen. An error of the link leaves the stream as it is; resume() then.
  Result<> step() {
    if (next_ >= granted_) {
      if (Result<> sent = request_blocks(); !sent) return sent;
    }
    const Duration wait = std::min(beat_, session_.retry_after(block_bytes_) + kPatienceForBlock);
    const Result<std::optional<Message>> message = session_.receive(session_.now() + wait);
    if (!message) return tl::unexpected(message.error());
    if (session_.now() - beaten_ >= beat_) {
      if (Result<> sent = beat(); !sent) return sent;
    }
    if (!*message) {
      if (session_.now() - progress_ > session_.patience().progress) return stalled();
      if (session_.seems_dead()) return session_.disconnect();
      return request_blocks();
    }
    if (const auto* event = std::get_if<v1::LinkEvent>(&**message)) return take(*event);
    return take(std::get<v1::LinkReply>(**message));
  }

  /// After the connection was made again.
  void resume() { granted_ = next_; }

 private:
  static constexpr std::chrono::milliseconds kShortestBeat{50};
  static constexpr Duration kPatienceForBlock = std::chrono::milliseconds(100);

  Result<> request_blocks() {
    v1::LinkRequest request;
    request.mutable_trace()->set_run_id(run_.run_id());
    request.mutable_trace()->set_first_index(next_);
    request.mutable_trace()->set_count(kBlocksAtOnce);
    request.mutable_trace()->set_release(next_);
    const Result<std::uint32_t> id = session_.post(std::move(request));
    if (!id) return tl::unexpected(id.error());
    granted_ = next_ + kBlocksAtOnce;
    asked_again_for_ = next_;
    beaten_ = session_.now();
    return {};
  }

  Result<> beat() {
    v1::LinkRequest request;
    request.mutable_heartbeat();
    beaten_ = session_.now();
    const Result<std::uint32_t> id = session_.post(std::move(request));
    return id ? Result<>{} : tl::unexpected(id.error());
  }

  Result<> take(const v1::LinkEvent& event) {
    if (event.has_trace_gap() && event.trace_gap().run_id() == run_.run_id()) {
      return fail(ErrorCode::kDevice,
                  "{}: the board overwrote trace blocks {} to {} before they were fetched; record fewer signals, or "
                  "every n-th step",
                  session_.name(), event.trace_gap().first(), event.trace_gap().end() - 1);
    }
    const v1::TraceBlock& block = event.trace_block();
    if (!event.has_trace_block() || block.run_id() != run_.run_id() || block.index() < next_) return {};
    if (block.index() > next_) {
      // Blocks come in order: one is lost. Asked for once; what was on its way meanwhile comes twice and is skipped.
      return asked_again_for_ == next_ && block.index() != next_ + 1 ? Result<>{} : request_blocks();
    }
    const bool has_room = received_ + block.data().size() <= expected_;
    if (!has_room || (!block.last() && block.data().size() != block_bytes_)) {
      return fail(ErrorCode::kDevice, "{}: trace block {} has {} bytes where {} are due", session_.name(),
                  block.index(), block.data().size(), std::min(block_bytes_, expected_ - received_));
    }
    received_ += block.data().size();
    ++next_;
    is_complete_ = block.last();
    progress_ = session_.now();
    return take_codes_(bytes_of(block.data()));
  }

  Result<> take(const v1::LinkReply& reply) {
    const bool was_heartbeat = reply.has_heartbeat();
    const v1::RunState state = was_heartbeat ? reply.heartbeat().state() : reply.run_state().state();
    const std::uint32_t steps = was_heartbeat ? reply.heartbeat().steps_done() : reply.run_state().steps_done();
    // Late answers to earlier requests; a refusal to send traces comes with the state of the run.
    if (!was_heartbeat && !reply.has_run_state()) return {};
    // Waiting for its turn with the chip is no standstill, and neither is a long settling.
    if (steps != steps_ || state == v1::RUN_STATE_ARMED) progress_ = session_.now();
    steps_ = steps;
    if (state == v1::RUN_STATE_FAULT || state == v1::RUN_STATE_ABORTED) {
      v1::RunStateReply halted;
      halted.set_halt_cause(was_heartbeat ? reply.heartbeat().halt_cause() : reply.run_state().halt_cause());
      return fail(ErrorCode::kDevice, "{}: the run ended early: {}", session_.name(), halt_text(halted));
    }
    return {};
  }

  Result<> stalled() const {
    return fail(ErrorCode::kDevice, "{}: the run stands still at {} of {} bytes of codes; nothing new for {} s",
                session_.name(), received_, expected_,
                std::chrono::duration_cast<std::chrono::seconds>(session_.patience().progress).count());
  }

  Session& session_;
  const v1::RunRequest& run_;
  const TakeCodes& take_codes_;
  std::size_t block_bytes_;
  Duration beat_;
  std::size_t expected_;
  bool is_complete_ = false;
  std::size_t received_ = 0;
  std::uint32_t next_ = 0;     ///< block
  std::uint32_t granted_ = 0;  ///< blocks before this one were asked for
  std::uint32_t asked_again_for_ = 0;
  std::uint32_t steps_ = 0;
  TimePoint progress_;
  TimePoint beaten_;
};

Result<v1::RunStateReply> ask_state(Session& session, bool abort) {
  v1::LinkRequest request;
  if (abort) {
    request.mutable_abort();
  } else {
    request.mutable_run_state();
  }
  Result<v1::LinkReply> reply = session.ask(std::move(request));
  if (!reply) return tl::unexpected(reply.error());
  return reply->run_state();
}

}  // namespace

Result<RunOutcome> stream_run(Session& session, const v1::RunRequest& run, std::size_t expected,
                              const std::stop_token& stop, const TakeCodes& take) {
  v1::LinkRequest request;
  *request.mutable_run() = run;
  const Result<v1::LinkReply> started = session.ask(std::move(request));
  if (!started) return tl::unexpected(started.error());
  TraceStream stream(session, run, expected, take);
  RunOutcome outcome;
  while (!stream.is_complete() && !outcome.stopped) {
    if (Result<> stepped = stream.step(); !stepped) {
      const bool is_lost = !session.is_connected() && stepped.error().code == ErrorCode::kDevice;
      if (Result<> again = is_lost ? session.recover() : stepped; !again) {
        if (!is_lost) static_cast<void>(ask_state(session, true));
        return tl::unexpected(again.error());
      }
      stream.resume();
    }
    outcome.stopped = stop.stop_requested() && !stream.is_complete();
  }
  if (outcome.stopped) {
    if (const auto aborted = ask_state(session, true); !aborted) return tl::unexpected(aborted.error());
  }
  Result<v1::RunStateReply> state = ask_state(session, false);
  if (!state) return tl::unexpected(state.error());
  if (!outcome.stopped && (state->state() != v1::RUN_STATE_DONE || stream.received() != expected)) {
    return fail(ErrorCode::kDevice, "{}: the run ended early, with {} of {} bytes of codes: {}", session.name(),
                stream.received(), expected, halt_text(*state));
  }
  outcome.steps_done = state->steps_done();
  outcome.state = std::move(*state);
  return outcome;
}

}  // namespace vle::link
