#include <algorithm>

#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

/// Sends a message that must be answered with id 0 and MALFORMED.
void expect_malformed(Examiner& examiner, std::string_view message, std::string_view what) {
  examiner.write(examiner.frame_of(message));
  const std::vector<Received> replies = examiner.replies_so_far();
  if (!examiner.expect(replies.size() == 1 && replies[0].reply, "{} gets {} answers", what, replies.size())) return;
  examiner.expect_status(*replies[0].reply, v1::LINK_STATUS_MALFORMED, what);
  examiner.expect(replies[0].reply->id() == 0, "{} is answered with id {}, not 0", what, replies[0].reply->id());
}

void unreadable(Examiner& examiner) {
  using namespace std::string_view_literals;
  expect_malformed(examiner, "\xFF\xFF\xFF"sv, "a tag without an end");
  expect_malformed(examiner, "\x08"sv, "an id without a value");
  expect_malformed(examiner, "\x08\x01\x72\x05\x01"sv, "a body shorter than its length");
  expect_malformed(examiner, "\x0B"sv, "a group, which the link has none of");
  v1::LinkRequest request = make_hello(examiner.nonce());
  request.set_id(examiner.fresh_id());
  request.mutable_hello()->set_client(std::string(60, 'x'));
  expect_malformed(examiner, examiner.message_of(request), "a client's name of 60 bytes");
  request = {};
  request.set_id(examiner.fresh_id());
  for (std::uint32_t i = 0; i <= std::max(examiner.board().limits().scan_ranges(), 24U); ++i) {
    request.mutable_run()->add_scan()->set_count(1);
  }
  expect_malformed(examiner, examiner.message_of(request), "a scan of more ranges than scan_ranges");
}

void id_zero(Examiner& examiner) {
  expect_malformed(examiner, "", "an empty message");
  v1::LinkRequest abort = make_abort();
  abort.set_id(0);
  expect_malformed(examiner, examiner.message_of(abort), "Abort with id 0");
  v1::LinkRequest hello = make_hello(examiner.nonce());
  hello.set_id(0);
  expect_malformed(examiner, examiner.message_of(hello), "Hello with id 0");
}

void unknown(Examiner& examiner) {
  const std::uint32_t id = examiner.fresh_id();
  v1::LinkRequest bare;
  bare.set_id(id);
  // Field 100, length-delimited, empty: a request of a later version.
  examiner.write(examiner.frame_of(examiner.message_of(bare) + std::string("\xA2\x06\x00", 3)));
  const auto reply = examiner.reply_to(id, std::chrono::seconds(1) + examiner.line_time(200));
  if (!examiner.expect(reply.has_value(), "a request of a later version is not answered")) return;
  examiner.expect_status(*reply, v1::LINK_STATUS_UNSUPPORTED, "a request of a later version");
  v1::LinkRequest heartbeat = make_heartbeat();
  heartbeat.set_id(examiner.fresh_id());
  examiner.write(examiner.frame_of(examiner.message_of(heartbeat) + std::string("\xA8\x06\x2A\xB2\x06\x01x", 7)));
  const auto answer = examiner.reply_to(heartbeat.id(), std::chrono::seconds(1) + examiner.line_time(200));
  if (!examiner.expect(answer.has_value(), "Heartbeat with fields of a later version is not answered")) return;
  examiner.expect_status(*answer, v1::LINK_STATUS_OK, "Heartbeat with fields of a later version");
}

/// A request of any kind with numbers of any size. None resets the board, or says Hello for another.
v1::LinkRequest draw_request(Examiner& examiner) {
  constexpr std::uint32_t kNumbers[] = {0, 1, 2, 3, 255, 65535, 65536, 0x7FFFFFFF, 0x80000000U, 0xFFFFFFFFU};
  const auto number = [&] { return kNumbers[examiner.draw(std::size(kNumbers))]; };
  v1::LinkRequest request;
  request.set_id(examiner.fresh_id());
  switch (examiner.draw(9)) {
    case 0:
      request.mutable_get_target()->set_offset(number());
      break;
    case 1: {
      v1::UploadBeginRequest& begin = *request.mutable_upload_begin();
      begin.set_object(static_cast<v1::LinkObject>(1 + examiner.draw(3)));
      begin.set_size(number());
      begin.mutable_shape()->set_steps(number());
      begin.mutable_shape()->set_input_channels(number());
      begin.mutable_shape()->set_target_channels(number());
      begin.set_sha256(std::string(32, '\x11'));
      break;
    }
    case 2:
      request.mutable_upload_chunk()->set_offset(number());
      request.mutable_upload_chunk()->set_data(std::string(examiner.draw(20), '\0'));
      break;
    case 3:
      request.mutable_read_registers()->set_address(number());
      request.mutable_read_registers()->set_count(number());
      break;
    case 4:
      request.mutable_write_registers()->set_address(0x80000000U | number());
      request.mutable_write_registers()->set_words(std::string(examiner.draw(20), '\0'));
      break;
    case 5:
      request.mutable_digest()->set_object(static_cast<v1::LinkObject>(number() & 0x7FFFFFFFU));
      break;
    case 6:
      request.mutable_trace()->set_run_id(number());
      request.mutable_trace()->set_first_index(number());
      request.mutable_trace()->set_count(number());
      request.mutable_trace()->set_release(number());
      break;
    case 7:
      request.mutable_run()->set_run_id(number());
      request.mutable_run()->set_steps(number());
      request.mutable_run()->set_settle_steps(number());
      request.mutable_run()->add_scan()->set_count(number());
      break;
    default:
      request.mutable_upload_commit();
  }
  return request;
}

void hostile(Examiner& examiner) {
  constexpr int kMessages = 300;
  for (int i = 0; i < kMessages && examiner.goes_on(); ++i) {
    std::string message = examiner.message_of(draw_request(examiner));
    if (i % 3 == 0 && !message.empty()) {
      message[examiner.draw(static_cast<std::uint32_t>(message.size()))] = static_cast<char>(examiner.draw(256));
    }
    if (i % 7 == 0) message.resize(examiner.draw(static_cast<std::uint32_t>(message.size()) + 1));
    // Not what the session, or the board, would end with: an id of the far future makes all others late.
    v1::LinkRequest read;
    const bool is_read = read.ParseFromString(message);
    if (is_read && (read.has_hello() || read.has_reset() || read.id() >= examiner.fresh_id())) continue;
    examiner.write(examiner.frame_of(message));
    const bool lives =
        examiner.reply_to(examiner.post(make_heartbeat()), std::chrono::seconds(2) + examiner.line_time(2000))
            .has_value();
    examiner.expect(lives, "Heartbeat behind hostile message {} is not answered", i);
  }
}

void statistics(Examiner& examiner) {
  v1::LinkRequest request;
  request.mutable_stats();
  const v1::StatsReply before = examiner.ask_ok(request, "Stats").stats();
  for (int i = 0; i < 10; ++i) examiner.ask(make_heartbeat());
  examiner.write(examiner.frame_of("\xFF\xFF"));
  examiner.wait(std::chrono::milliseconds(20));
  const v1::StatsReply after = examiner.ask_ok(request, "Stats").stats();
  const auto rises = [&](std::string_view name, std::uint32_t from, std::uint32_t to, std::uint32_t least) {
    examiner.expect(to - from >= least && to - from < least + 10, "{} rises by {}; {} were due", name, to - from,
                    least);
  };
  rises("frames_received", before.frames_received(), after.frames_received(), 12);
  rises("frames_sent", before.frames_sent(), after.frames_sent(), 12);
  rises("decode_errors", before.decode_errors(), after.decode_errors(), 1);
  examiner.expect(after.uptime_ms() >= before.uptime_ms() + 10 && after.uptime_ms() < before.uptime_ms() + 60000,
                  "uptime_ms goes from {} to {}", before.uptime_ms(), after.uptime_ms());
  examiner.expect(after.reset_cause() == examiner.board().reset_cause(), "reset_cause is not that of Hello");
}

/// The slowest of 100 answers counts.
void round_trips(Examiner& examiner) {
  const Duration limit = examiner.heartbeat_limit() / 4 + examiner.line_time(100);
  for (int i = 0; i < 100 && examiner.goes_on(); ++i) {
    const TimePoint sent = examiner.now();
    examiner.ask_ok(make_heartbeat(), "Heartbeat");
    const Duration taken = examiner.now() - sent;
    examiner.expect(taken <= limit, "Heartbeat is answered after {:.1f} ms; a quarter of heartbeat_limit_ms is {:.1f}",
                    milliseconds_of(taken), milliseconds_of(limit));
  }
}

}  // namespace

std::vector<CheckRecord> message_checks() {
  return {
      {{"unreadable", "message.unreadable", "messages that end early, and fields beyond their size",
        "pb_decode fails: answer, do not stay silent; link.options is that of the repository"},
       kSession,
       kNothing,
       unreadable},
      {{"id-zero", "message.id", "an empty message; Abort and Hello with id 0", "id 0 means that somebody forgot it"},
       kSession,
       kNothing,
       id_zero},
      {{"later-version", "message.unknown", "a request and fields with numbers of a later version",
        "an empty body is UNSUPPORTED under the request's id; protobuf skips unknown fields by itself"},
       kSession,
       kNothing,
       unknown},
      {{"hostile", "message.hostile", "300 drawn messages, a third of them damaged; a Heartbeat behind each",
        "offsets, sizes and counts from the host are compared before they are added or used as an index"},
       kSession,
       kNothing,
       hostile},
      {{"stats", "stats.counts", "Stats before and after heartbeats and an unreadable message",
        "do not clear the counts; now_us counts microseconds"},
       kSession,
       kNothing,
       statistics},
      {{"round-trip", "timing.answer", "100 Heartbeats, one after another",
        "every function of the table returns within a millisecond; cut what takes longer with VLE_FW_AGAIN"},
       kSession,
       kNothing,
       round_trips},
  };
}

}  // namespace vle::conformance
