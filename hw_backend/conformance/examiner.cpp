#include "examiner.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vle::conformance {
namespace {

using std::chrono::milliseconds;

constexpr Duration kRetry = milliseconds(700);
constexpr Duration kAnswer = std::chrono::seconds(3);
constexpr Duration kLongestWork = std::chrono::seconds(60);
constexpr Duration kWrite = std::chrono::seconds(10);
constexpr std::size_t kHeard = 4096;

std::string without(std::string name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  return name;
}

}  // namespace

std::string name_of(v1::LinkStatus status) {
  const std::string& name = v1::LinkStatus_Name(status);
  return name.empty() ? fmt::format("status {}", static_cast<int>(status)) : without(name, "LINK_STATUS_");
}

std::string name_of(v1::RunState state) {
  const std::string& name = v1::RunState_Name(state);
  return name.empty() ? fmt::format("state {}", static_cast<int>(state)) : without(name, "RUN_STATE_");
}

std::string name_of(const v1::LinkRequest& request) {
  const auto* field = v1::LinkRequest::descriptor()->FindFieldByNumber(static_cast<int>(request.body_case()));
  return field == nullptr ? "an empty request" : field->name();
}

double milliseconds_of(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

v1::LinkRequest make_heartbeat() {
  v1::LinkRequest request;
  request.mutable_heartbeat();
  return request;
}

v1::LinkRequest make_abort() {
  v1::LinkRequest request;
  request.mutable_abort();
  return request;
}

v1::LinkRequest make_hello(std::uint64_t nonce) {
  v1::LinkRequest request;
  request.mutable_hello()->set_version_min(1);
  request.mutable_hello()->set_version_max(1);
  request.mutable_hello()->set_client_nonce(nonce);
  request.mutable_hello()->set_client("vle conformance");
  return request;
}

Examiner::Examiner(link::Medium& medium, std::uint64_t nonce, std::uint64_t seed)
    : medium_(medium), nonce_(nonce), state_(seed), next_run_id_(static_cast<std::uint32_t>(nonce >> 33) | 1U) {}

void Examiner::begin_check() {
  settled_ = false;
  verdict_ = Verdict::kPassed;
  text_.clear();
  events_.clear();
}

void Examiner::complain(std::string text) {
  settled_ = true;
  verdict_ = preparing_ > 0 ? Verdict::kUnjudged : Verdict::kFailed;
  text_ = preparing_ > 0 ? "cannot be judged: " + std::move(text) : std::move(text);
}

void Examiner::skip(std::string reason) {
  if (settled_) return;
  settled_ = true;
  verdict_ = Verdict::kSkipped;
  text_ = std::move(reason);
}

bool Examiner::needs_feature(v1::LinkFeature feature) {
  if (!has_feature(feature)) {
    skip("the board lacks the feature " + without(v1::LinkFeature_Name(feature), "LINK_FEATURE_"));
  }
  return goes_on();
}

bool Examiner::expect_status(const v1::LinkReply& reply, v1::LinkStatus status, std::string_view what) {
  return expect(reply.status() == status, "{} is answered with {}{}{}, not with {}", what, name_of(reply.status()),
                reply.text().empty() ? "" : ": ", reply.text(), name_of(status));
}

Result<> Examiner::connect() {
  transport_.reset();
  frames_.restart();
  inbox_.clear();
  heard_.clear();
  has_heard_ = false;
  Result<std::unique_ptr<link::Transport>> connected = medium_.connect(now() + std::chrono::seconds(5));
  if (!connected) return tl::unexpected(connected.error());
  transport_ = std::move(*connected);
  const std::uint8_t delimiter = 0;
  return transport_->write({&delimiter, 1}, now() + kWrite);
}

void Examiner::reconnect() {
  if (!goes_on()) return;
  const Result<> connected = connect();
  expect(connected.has_value(), "a second connection fails: {}", connected ? "" : connected.error().message);
}

void Examiner::write(std::span<const std::uint8_t> bytes) {
  if (!goes_on()) return;
  const Preparing link(*this);
  if (!expect(transport_ != nullptr, "the connection is lost")) return;
  const Result<> written = transport_->write(bytes, now() + kWrite + line_time(bytes.size()));
  if (!written) transport_.reset();
  expect(written.has_value(), "{}", written ? "" : written.error().message);
}

void Examiner::sort_in(link::Frame frame) {
  Received received{frame.header, std::move(frame.payload), std::nullopt, std::nullopt};
  v1::LinkReply reply;
  v1::LinkEvent event;
  if (received.header.kind == VLE_FW_KIND_REPLY && reply.ParseFromString(received.payload)) {
    received.reply = std::move(reply);
  } else if (received.header.kind == VLE_FW_KIND_EVENT && event.ParseFromString(received.payload)) {
    received.event = std::move(event);
  }
  inbox_.push_back(std::move(received));
}

std::optional<Received> Examiner::receive(TimePoint until) {
  std::array<std::uint8_t, 16384> bytes;
  while (inbox_.empty()) {
    if (!transport_) return std::nullopt;
    const Result<std::size_t> count = transport_->read(bytes, until);
    if (!count) {
      transport_.reset();
      return std::nullopt;
    }
    has_heard_ = has_heard_ || *count > 0;
    const std::size_t kept = std::min(*count, kHeard - std::min(kHeard, heard_.size()));
    heard_.insert(heard_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(kept));
    std::vector<link::Frame> frames;
    frames_.feed({bytes.data(), *count}, frames);
    for (link::Frame& frame : frames) sort_in(std::move(frame));
    if (*count == 0 && now() >= until) break;
  }
  if (inbox_.empty()) return std::nullopt;
  std::optional<Received> first(std::move(inbox_.front()));
  inbox_.pop_front();
  return first;
}

void Examiner::wait(Duration duration) {
  if (goes_on()) medium_.pause(now() + duration);
}

vle_fw_header Examiner::header() const {
  return {VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, session_, sequence_, 0};
}

Bytes Examiner::frame_of(std::string_view message, const vle_fw_header& header) {
  Bytes content = content_of(header, message);
  append_crc(content, crc32_of(content, kLinkPolynomial));
  return delimited(content);
}

std::uint32_t Examiner::post(v1::LinkRequest request, std::uint32_t id) {
  request.set_id(id == 0 ? fresh_id() : id);
  vle_fw_header own = header();
  if (request.has_hello()) own.session = 0;
  if (request.has_heartbeat()) beats_.insert(request.id());
  ++sequence_;
  write(frame_of(message_of(request), own));
  return request.id();
}

bool Examiner::receive_until(const std::function<bool(Received&)>& is_it, TimePoint until) {
  while (std::optional<Received> received = receive(until)) {
    if (received->event) events_.push_back(*received->event);
    if (is_it(*received)) return true;
    if (now() >= until && inbox_.empty()) return false;
  }
  return false;
}

std::optional<v1::LinkReply> Examiner::reply_to(std::uint32_t id, Duration limit) {
  std::optional<v1::LinkReply> reply;
  if (!goes_on()) return reply;
  receive_until(
      [&](Received& received) {
        if (!received.reply || received.reply->id() != id) return false;
        reply = std::move(received.reply);
        return true;
      },
      now() + limit);
  return reply;
}

std::vector<v1::LinkReply> Examiner::replies_to(std::vector<std::uint32_t> ids, Duration limit) {
  std::vector<v1::LinkReply> replies;
  if (!goes_on()) return replies;
  receive_until(
      [&](Received& received) {
        if (!received.reply) return false;
        std::erase(ids, received.reply->id());
        replies.push_back(std::move(*received.reply));
        return ids.empty();
      },
      now() + limit);
  return replies;
}

std::optional<v1::LinkEvent> Examiner::next_event(TimePoint until) {
  if (events_.empty() && goes_on()) {
    receive_until([](const Received& received) { return received.event.has_value(); }, until);
  }
  if (events_.empty()) return std::nullopt;
  std::optional<v1::LinkEvent> first(std::move(events_.front()));
  events_.pop_front();
  return first;
}

// A board that says that it is at the request has time for it.
v1::LinkReply Examiner::ask(v1::LinkRequest request, std::uint32_t id) {
  request.set_id(id == 0 ? fresh_id() : id);
  const Duration line = line_time(request.ByteSizeLong() + 700);
  const TimePoint begun = now();
  TimePoint deadline = begun + kAnswer + line;
  while (goes_on() && now() < deadline) {
    const TimePoint sent = now();
    post(request, request.id());
    std::optional<v1::LinkReply> reply = reply_to(request.id(), kRetry + line);
    const std::uint32_t beat = reply ? 0 : post(make_heartbeat());
    if (!reply) {
      for (v1::LinkReply& late : replies_to({request.id()}, kRetry + line)) {
        const bool works = late.id() == beat && late.heartbeat().working_on() == request.id();
        if (works && now() - begun < kLongestWork) deadline = now() + kAnswer + line;
        if (late.id() == request.id()) reply = std::move(late);
      }
    }
    if (!reply) continue;
    if (reply->status() == v1::LINK_STATUS_BUSY && !request.has_hello() && now() - begun < kAnswer) {
      wait(milliseconds(5));
      continue;
    }
    if (request.has_heartbeat()) note_round_trip(now() - sent);
    return std::move(*reply);
  }
  expect(false, "no answer to {}", name_of(request));
  return {};
}

v1::LinkReply Examiner::ask_ok(v1::LinkRequest request, std::string_view what) {
  v1::LinkReply reply = ask(std::move(request));
  expect_status(reply, v1::LINK_STATUS_OK, what);
  return reply;
}

std::vector<Received> Examiner::replies_so_far() {
  std::vector<Received> replies;
  const TimePoint deadline = now() + kAnswer;
  while (goes_on() && now() < deadline) {
    const std::uint32_t fence = post(make_heartbeat());
    const bool passed = receive_until(
        [&](Received& received) {
          // Answers to other Heartbeats that were sent are late, and no answer to anything else.
          const bool is_beat = received.reply && beats_.contains(received.reply->id());
          const bool is_fence = is_beat && received.reply->id() == fence;
          if (!received.event && !is_beat) replies.push_back(std::move(received));
          return is_fence;
        },
        now() + kRetry + line_time(700));
    if (passed) return replies;
  }
  const Preparing fence(*this);
  expect(false, "no answer to Heartbeat");
  return replies;
}

bool Examiner::expect_silence(std::string_view what) {
  for (const Received& received : replies_so_far()) {
    expect(
        false, "{} is answered with {}", what,
        received.reply ? name_of(received.reply->status()) : fmt::format("a frame of kind {}", received.header.kind));
  }
  return goes_on();
}

v1::LinkReply Examiner::hello(std::uint64_t nonce) {
  return ask(make_hello(nonce));
}

void Examiner::take_session(const v1::HelloReply& hello) {
  board_ = hello;
  session_ = static_cast<std::uint16_t>(hello.session());
}

Duration Examiner::heartbeat_limit() const {
  return milliseconds(board_.limits().heartbeat_limit_ms());
}

bool Examiner::greet_again(TimePoint until) {
  while (now() < until) {
    begin_check();
    if (!transport_ && !connect()) {
      wait(milliseconds(100));
      continue;
    }
    const v1::LinkReply reply = hello(nonce_);
    if (goes_on() && reply.status() == v1::LINK_STATUS_OK) {
      take_session(reply.hello());
      return true;
    }
    if (!goes_on()) transport_.reset();
    begin_check();
    wait(milliseconds(100));
  }
  return false;
}

bool Examiner::refresh() {
  const TimePoint until = now() + 3 * kAnswer + 2 * heartbeat_limit();
  while (greet_again(until)) {
    const v1::LinkReply aborted = ask(make_abort());
    v1::LinkRequest no_more;
    no_more.mutable_trace()->set_run_id(aborted.run_state().run_id());
    ask(no_more);
    replies_so_far();
    if (goes_on()) return true;
  }
  return false;
}

// SplitMix64.
std::uint32_t Examiner::draw(std::uint32_t bound) {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<std::uint32_t>((z ^ (z >> 31)) % std::max(bound, 1U));
}

void Examiner::note_round_trip(Duration taken) {
  round_trips_.push_back(std::chrono::duration<double>(taken).count());
}

}  // namespace vle::conformance
