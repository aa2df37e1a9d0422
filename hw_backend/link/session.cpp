#include "session.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vle::link {
namespace {

using std::chrono::milliseconds;

constexpr Duration kFirstRetry = milliseconds(250);
constexpr Duration kShortestRetry = milliseconds(25);
constexpr Duration kLongestRetry = std::chrono::seconds(2);
constexpr Duration kLongestSilence = std::chrono::seconds(1);
constexpr std::uint32_t kOldestVersion = 1;
constexpr std::uint32_t kNewestVersion = 1;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string cause_of(v1::ResetCause cause) {
  switch (cause) {
    case v1::RESET_CAUSE_POWER_ON:
      return "power on";
    case v1::RESET_CAUSE_WATCHDOG:
      return "its watchdog";
    case v1::RESET_CAUSE_REQUEST:
      return "a request";
    case v1::RESET_CAUSE_FAULT:
      return "a fault";
    default:
      return "a cause it does not name";
  }
}

}  // namespace

std::string name_of(const v1::LinkRequest& request) {
  const auto* field = v1::LinkRequest::descriptor()->FindFieldByNumber(static_cast<int>(request.body_case()));
  return field == nullptr ? "request" : field->name();
}

Session::Session(Medium& medium, const Patience& patience, std::uint64_t client_nonce)
    : medium_(medium), patience_(patience), nonce_(client_nonce) {}

std::size_t Session::wire_size(const v1::LinkRequest& request) {
  return VLE_FW_FRAME_BOUND(request.ByteSizeLong() + 8);
}

Duration Session::retry_after(std::size_t bytes) const {
  const Duration line = medium_.byte_time() * static_cast<std::int64_t>(2 * bytes);
  if (smoothed_ == Duration{}) return kFirstRetry + line;
  return std::max(kShortestRetry, smoothed_ + 4 * variation_) + line;
}

void Session::note_round_trip(Duration taken) {
  if (smoothed_ == Duration{}) {
    smoothed_ = std::max(taken, Duration(1));
    variation_ = taken / 2;
    return;
  }
  variation_ = (3 * variation_ + (taken > smoothed_ ? taken - smoothed_ : smoothed_ - taken)) / 4;
  smoothed_ = (7 * smoothed_ + taken) / 8;
}

tl::unexpected<Error> Session::refused(std::string_view what, const v1::LinkReply& reply) const {
  const ErrorCode code = reply.status() == v1::LINK_STATUS_UNSUPPORTED ? ErrorCode::kUnsupported : ErrorCode::kDevice;
  std::string status = v1::LinkStatus_Name(reply.status());
  constexpr std::string_view kPrefix = "LINK_STATUS_";
  if (status.starts_with(kPrefix)) status.erase(0, kPrefix.size());
  return fail(code, "{}: the board refuses {}: {}{}{}", name(), what, status, reply.text().empty() ? "" : ": ",
              reply.text());
}

void Session::encode(const v1::LinkRequest& request) {
  const std::uint16_t session = request.has_hello() ? std::uint16_t{0} : session_;
  request.SerializeToString(&payload_);
  frames_.encode(VLE_FW_KIND_REQUEST, session, payload_, outgoing_);
}

Result<> Session::write(TimePoint deadline) {
  if (!transport_) {
    outgoing_.clear();
    return fail(ErrorCode::kDevice, "{}: not connected", name());
  }
  Result<> sent = transport_->write(outgoing_, deadline);
  outgoing_.clear();
  if (!sent) transport_.reset();
  if (!unheard_since_) unheard_since_ = now();
  return sent;
}

Result<> Session::send(const v1::LinkRequest& request, TimePoint deadline) {
  encode(request);
  return write(deadline);
}

Result<std::optional<Message>> Session::receive(TimePoint deadline) {
  std::array<std::uint8_t, 65536> bytes;
  std::vector<Frame> frames;
  while (waiting_.empty()) {
    if (!transport_) return fail(ErrorCode::kDevice, "{}: not connected", name());
    const Result<std::size_t> count = transport_->read(bytes, deadline);
    if (!count) {
      transport_.reset();
      return tl::unexpected(count.error());
    }
    frames.clear();
    if (*count > 0) unheard_since_.reset();
    frames_.feed({bytes.data(), *count}, frames);
    for (const Frame& frame : frames) {
      v1::LinkReply reply;
      v1::LinkEvent event;
      if (frame.header.kind == VLE_FW_KIND_REPLY && reply.ParseFromString(frame.payload)) {
        waiting_.emplace_back(std::move(reply));
      } else if (frame.header.kind == VLE_FW_KIND_EVENT && event.ParseFromString(frame.payload)) {
        waiting_.emplace_back(std::move(event));
      }
    }
    if (*count == 0 && now() >= deadline) break;
  }
  if (waiting_.empty()) return std::optional<Message>{};
  std::optional<Message> first(std::move(waiting_.front()));
  waiting_.pop_front();
  return first;
}

// Events and answers to earlier requests that come meanwhile belong to nobody any more.
Result<std::optional<v1::LinkReply>> Session::await(std::uint32_t id, TimePoint until) {
  while (true) {
    Result<std::optional<Message>> message = receive(until);
    if (!message) return tl::unexpected(message.error());
    if (!*message) return std::optional<v1::LinkReply>{};
    auto* reply = std::get_if<v1::LinkReply>(&**message);
    if (reply != nullptr && reply->has_heartbeat()) working_on_ = reply->heartbeat().working_on();
    if (reply != nullptr && reply->id() == id) return std::optional(std::move(*reply));
  }
}

tl::unexpected<Error> Session::other_version(const v1::HelloReply& answer) const {
  return fail(ErrorCode::kDevice, "{}: the board speaks versions {} to {} of the protocol, this program {} to {}",
              name(), answer.version_min(), answer.version_max(), kOldestVersion, kNewestVersion);
}

// A connection on which nothing comes back may be half open: it is given up while there is time for another.
Result<> Session::hello(TimePoint& deadline, v1::HelloReply& answer) {
  v1::LinkRequest request;
  request.set_id(next_id_++);
  request.mutable_hello()->set_version_min(kOldestVersion);
  request.mutable_hello()->set_version_max(kNewestVersion);
  request.mutable_hello()->set_client_nonce(nonce_);
  request.mutable_hello()->set_client("vle");
  Duration wait = retry_after(wire_size(request));
  TimePoint turn_ends = now() + patience_.turn;
  while (true) {
    if (Result<> sent = send(request, deadline); !sent) return sent;
    const Result<std::optional<v1::LinkReply>> reply = await(request.id(), std::min(now() + wait, deadline));
    if (!reply) return tl::unexpected(reply.error());
    if (!*reply) {
      const bool is_late = now() >= deadline;
      if (is_late || now() - unheard_since_.value_or(now()) > patience_.connect / 3) {
        if (!is_late) transport_.reset();
        return fail(ErrorCode::kDevice,
                    "{}: connected, but no answer to Hello within {:.1f} s ({} frames came damaged); is that a vle "
                    "board, at the right speed?",
                    name(), seconds(patience_.connect), frames_.damaged());
      }
      wait = std::min(2 * wait, kLongestRetry);
      outgoing_.push_back(0);  // ends a frame that was cut short
      continue;
    }
    answer = (*reply)->hello();
    switch ((*reply)->status()) {
      case v1::LINK_STATUS_OK:
        if (answer.version() < kOldestVersion || answer.version() > kNewestVersion) return other_version(answer);
        return {};
      case v1::LINK_STATUS_BUSY:
        if (now() >= turn_ends) {
          return fail(ErrorCode::kDevice, "{}: others have the board (place {} in its queue) after {:.0f} s; try later",
                      name(), answer.queue_position(), seconds(patience_.turn));
        }
        medium_.pause(now() + milliseconds(50));
        deadline = now() + patience_.connect;
        request.set_id(next_id_++);
        continue;
      case v1::LINK_STATUS_VERSION_MISMATCH:
        return other_version(answer);
      default:
        return refused("hello", **reply);
    }
  }
}

Result<> Session::check_same_board(const v1::HelloReply& answer) const {
  if (answer.target_hash() != board_.target_hash() || answer.chip_id() != board_.chip_id()) {
    return fail(ErrorCode::kDevice, "{}: another board answers now: chip {} of {}, not chip {} of {}", name(),
                answer.chip_id(), answer.target(), board_.chip_id(), board_.target());
  }
  if (answer.boot_id() != board_.boot_id()) {
    return fail(ErrorCode::kDevice, "{}: the board restarted (by {}) and lost what it held; run the command again",
                name(), cause_of(answer.reset_cause()));
  }
  if (answer.session() != session_) {
    return fail(ErrorCode::kDevice, "{}: the board ended the session and forgot what it held; run the command again",
                name());
  }
  return {};
}

Result<> Session::connect_once(TimePoint deadline) {
  Result<std::unique_ptr<Transport>> connected = medium_.connect(deadline);
  if (!connected) return tl::unexpected(connected.error());
  transport_ = std::move(*connected);
  frames_.restart();
  outgoing_.clear();
  waiting_.clear();
  unheard_since_.reset();
  const std::uint8_t delimiter = 0;
  if (Result<> sent = transport_->write({&delimiter, 1}, deadline); !sent) return sent;
  return {};
}

Result<> Session::disconnect() {
  transport_.reset();
  return fail(ErrorCode::kDevice, "{}: the board is silent, or knows of no session", name());
}

bool Session::seems_dead() const {
  return unheard_since_ && now() - *unheard_since_ > kLongestSilence;
}

Result<> Session::open() {
  return recover();
}

Result<> Session::recover() {
  TimePoint deadline = now() + patience_.connect;
  Duration wait = milliseconds(20);
  while (true) {
    transport_.reset();
    v1::HelloReply answer;
    Result<> done = connect_once(deadline);
    if (done) done = hello(deadline, answer);
    if (done) {
      if (!is_open_) {
        board_ = std::move(answer);
        session_ = static_cast<std::uint16_t>(board_.session());
        is_open_ = true;
        return {};
      }
      return check_same_board(answer);
    }
    // Still connected: the board itself said no.
    if (transport_ || now() + wait >= deadline || done.error().code != ErrorCode::kDevice) return done;
    medium_.pause(now() + wait);
    wait = std::min(2 * wait, Duration(milliseconds(500)));
  }
}

std::uint32_t Session::enqueue(v1::LinkRequest& request) {
  request.set_id(next_id_++);
  encode(request);
  return request.id();
}

Result<> Session::flush() {
  return outgoing_.empty() ? Result<>{} : write(now() + patience_.answer);
}

Result<std::uint32_t> Session::post(v1::LinkRequest request) {
  const std::uint32_t id = enqueue(request);
  if (Result<> sent = flush(); !sent) return tl::unexpected(sent.error());
  return id;
}

/// Its answer comes among others; a link that is down shows at the next request.
void Session::ask_whether_it_works() {
  v1::LinkRequest request;
  request.mutable_heartbeat();
  static_cast<void>(post(std::move(request)));
}

Result<v1::LinkReply> Session::ask(v1::LinkRequest request) {
  request.set_id(next_id_++);
  TimePoint deadline = now() + patience_.answer;
  Duration wait = retry_after(wire_size(request));
  int attempts = 0;
  while (now() < deadline) {
    const TimePoint begun = now();
    ++attempts;
    Result<std::optional<v1::LinkReply>> reply = std::optional<v1::LinkReply>{};
    if (Result<> sent = send(request, deadline); !sent) {
      reply = tl::unexpected(sent.error());
    } else {
      reply = await(request.id(), std::min(begun + wait, deadline));
    }
    if (!reply) {
      if (reply.error().code != ErrorCode::kDevice) return tl::unexpected(reply.error());
      if (Result<> again = recover(); !again) return tl::unexpected(again.error());
      // Hello has overtaken the earlier id. Every request may be made twice: it names offset, value or run.
      request.set_id(next_id_++);
      continue;
    }
    if (!*reply) {
      wait = std::min(2 * wait, kLongestRetry);
      // A board that says it is at it has all the time it needs; its own limits watch over that.
      if (std::exchange(working_on_, 0) == request.id()) deadline = now() + patience_.answer;
      if (seems_dead()) {
        static_cast<void>(disconnect());
      } else {
        ask_whether_it_works();
      }
      continue;
    }
    if ((*reply)->status() == v1::LINK_STATUS_BUSY) {
      medium_.pause(now() + kShortestRetry);
      continue;
    }
    if ((*reply)->status() == v1::LINK_STATUS_NO_SESSION) {
      if (Result<> again = recover(); !again) return tl::unexpected(again.error());
      request.set_id(next_id_++);
      continue;
    }
    if (attempts == 1) note_round_trip(now() - begun);
    if ((*reply)->status() == v1::LINK_STATUS_OK) return std::move(**reply);
    return refused(name_of(request), **reply);
  }
  return fail(ErrorCode::kDevice, "{}: no answer to {} within {:.1f} s, asked {} times ({} frames came damaged)",
              name(), name_of(request), seconds(patience_.answer), attempts, frames_.damaged());
}

}  // namespace vle::link
