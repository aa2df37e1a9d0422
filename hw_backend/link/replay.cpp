#include <vle/v1/link.pb.h>

#include <algorithm>
#include <map>
#include <optional>

#include "frame_stream.hpp"
#include "record.hpp"

namespace vle::link {
namespace {

/// What makes two requests the same question: all but the id, and who asks.
std::string question_of(v1::LinkRequest request) {
  request.clear_id();
  if (request.has_hello()) request.mutable_hello()->Clear();
  return request.SerializeAsString();
}

/// A question of a record and what came for it.
struct Exchange {
  std::string question;
  bool is_used = false;
  std::vector<v1::LinkReply> replies;
  std::vector<v1::LinkEvent> events;
};

/// Puts a record's frames together to questions and answers. Events belong to the request for traces before them.
std::vector<Exchange> exchanges_of(const LinkRecord& record) {
  std::vector<Exchange> exchanges;
  std::map<std::uint32_t, std::size_t> by_id;
  std::optional<std::size_t> traces;
  FrameStream to_board;
  FrameStream to_host;
  std::vector<Frame> frames;
  for (const RecordedPiece& piece : record.pieces) {
    if (piece.direction == '!') {
      to_board.restart();
      to_host.restart();
    }
    frames.clear();
    (piece.direction == '>' ? to_board : to_host).feed(piece.bytes, frames);
    for (const Frame& frame : frames) {
      v1::LinkRequest request;
      v1::LinkReply reply;
      v1::LinkEvent event;
      if (frame.header.kind == VLE_FW_KIND_REQUEST && request.ParseFromString(frame.payload)) {
        const auto [known, is_new] = by_id.try_emplace(request.id(), exchanges.size());
        if (is_new) exchanges.push_back({question_of(request), false, {}, {}});
        if (request.has_trace()) traces = known->second;
      } else if (frame.header.kind == VLE_FW_KIND_REPLY && reply.ParseFromString(frame.payload)) {
        const auto asked = by_id.find(reply.id());
        if (asked != by_id.end()) exchanges[asked->second].replies.push_back(std::move(reply));
      } else if (frame.header.kind == VLE_FW_KIND_EVENT && event.ParseFromString(frame.payload) && traces) {
        exchanges[*traces].events.push_back(std::move(event));
      }
    }
  }
  return exchanges;
}

class ReplayTransport final : public Transport {
 public:
  ReplayTransport(std::vector<Exchange>& exchanges, const std::string& name) : exchanges_(exchanges), name_(name) {}

  Result<> write(std::span<const std::uint8_t> bytes, TimePoint) override {
    std::vector<Frame> frames;
    from_host_.feed(bytes, frames);
    for (const Frame& frame : frames) {
      v1::LinkRequest request;
      if (!request.ParseFromString(frame.payload)) continue;
      if (Result<> ok = answer(request); !ok) return ok;
    }
    return {};
  }

  Result<std::size_t> read(std::span<std::uint8_t> into, TimePoint) override {
    const std::size_t count = std::min(into.size(), output_.size());
    std::copy_n(output_.begin(), count, into.begin());
    output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

 private:
  /// The first such question that was not asked yet, or else the last that was: a repeat.
  Exchange* find(const std::string& question) {
    Exchange* repeat = nullptr;
    for (Exchange& exchange : exchanges_) {
      if (exchange.question != question || exchange.replies.empty()) continue;
      if (!exchange.is_used) return &exchange;
      repeat = &exchange;
    }
    return repeat;
  }

  Result<> answer(const v1::LinkRequest& request) {
    Exchange* exchange = find(question_of(request));
    if (exchange == nullptr) {
      // When a host says that it is still there depends on the hour.
      if (request.has_heartbeat()) return {};
      return fail(ErrorCode::kInvalidInput,
                  "{}: the record has no answer to request {}; replay the command that was recorded, with the same "
                  "files and options",
                  name_, request.id());
    }
    exchange->is_used = true;
    for (v1::LinkReply reply : exchange->replies) {
      reply.set_id(request.id());
      send(VLE_FW_KIND_REPLY, reply.SerializeAsString());
    }
    for (const v1::LinkEvent& event : exchange->events) send(VLE_FW_KIND_EVENT, event.SerializeAsString());
    return {};
  }

  void send(std::uint8_t kind, const std::string& payload) {
    std::vector<std::uint8_t> bytes;
    to_host_.encode(kind, 0, payload, bytes);
    output_.insert(output_.end(), bytes.begin(), bytes.end());
  }

  std::vector<Exchange>& exchanges_;
  const std::string& name_;
  FrameStream from_host_;
  FrameStream to_host_;
  std::vector<std::uint8_t> output_;
};

/// Its clock moves only while the host waits, so a record is replayed as fast as it is read.
class ReplayMedium final : public Medium {
 public:
  ReplayMedium(const LinkRecord& record, std::string name) : exchanges_(exchanges_of(record)), name_(std::move(name)) {}

  std::string name() const override { return name_; }
  Result<std::unique_ptr<Transport>> connect(TimePoint) override {
    return std::make_unique<ReplayTransport>(exchanges_, name_);
  }
  TimePoint now() const override { return now_ += std::chrono::microseconds(100); }
  void pause(TimePoint until) override { now_ = std::max(now_, until); }

 private:
  std::vector<Exchange> exchanges_;
  std::string name_;
  mutable TimePoint now_{std::chrono::hours(1)};
};

}  // namespace

std::unique_ptr<Medium> make_replay_medium(const LinkRecord& record, std::string name) {
  return std::make_unique<ReplayMedium>(record, std::move(name));
}

}  // namespace vle::link
