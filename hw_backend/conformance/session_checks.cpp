#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

void same_session(Examiner& examiner) {
  for (int connection = 0; connection < 3; ++connection) {
    const v1::LinkReply again = examiner.hello(examiner.nonce());
    examiner.expect_status(again, v1::LINK_STATUS_OK, "Hello of the client that has the board");
    examiner.expect(again.hello().session() == examiner.session(), "the session is {} now; it was {}",
                    again.hello().session(), examiner.session());
    examiner.expect(again.hello().boot_id() == examiner.board().boot_id(), "boot_id is {} now; it was {}",
                    again.hello().boot_id(), examiner.board().boot_id());
    examiner.ask_ok(make_heartbeat(), "Heartbeat in the session");
    if (connection < 2) examiner.reconnect();
  }
}

void version_refused(Examiner& examiner) {
  for (const auto& [oldest, newest] : {std::pair(2U, 9U), std::pair(0U, 0U), std::pair(1000U, 4000000000U)}) {
    v1::LinkRequest hello = make_hello(examiner.nonce());
    hello.mutable_hello()->set_version_min(oldest);
    hello.mutable_hello()->set_version_max(newest);
    const v1::LinkReply reply = examiner.ask(hello);
    const std::string what = fmt::format("Hello of versions {} to {}", oldest, newest);
    examiner.expect_status(reply, v1::LINK_STATUS_VERSION_MISMATCH, what);
    examiner.expect(reply.hello().version_min() == 1 && reply.hello().version_max() >= 1,
                    "{} is answered with the range {} to {}", what, reply.hello().version_min(),
                    reply.hello().version_max());
    examiner.expect(reply.hello().session() == 0, "{} gets session {}", what, reply.hello().session());
    examiner.expect(reply.hello().boot_id() == examiner.board().boot_id(), "{} is not told the boot_id", what);
  }
  examiner.ask_ok(make_heartbeat(), "Heartbeat in the session before");
  v1::LinkRequest wide = make_hello(examiner.nonce());
  wide.mutable_hello()->set_version_min(0);
  wide.mutable_hello()->set_version_max(99);
  const v1::LinkReply reply = examiner.ask_ok(wide, "Hello of versions 0 to 99");
  examiner.expect(reply.hello().version() == examiner.board().version(), "of versions 0 to 99 the board chooses {}",
                  reply.hello().version());
}

void nonce_zero(Examiner& examiner) {
  const v1::LinkRequest hello = make_hello(0);
  examiner.post(hello);
  const std::vector<Received> replies = examiner.replies_so_far();
  if (!examiner.expect(replies.size() == 1 && replies[0].reply, "it gets {} answers", replies.size())) return;
  examiner.expect_status(*replies[0].reply, v1::LINK_STATUS_MALFORMED, "Hello with nonce 0");
}

/// A request that would leave a trace if it were done.
void foreign_session(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x0101);
  close_upload(examiner);
  for (const std::uint16_t session : {std::uint16_t{0}, static_cast<std::uint16_t>(examiner.session() + 1),
                                      static_cast<std::uint16_t>(examiner.session() ^ 0x8000U)}) {
    v1::LinkRequest begin = upload.begin_request();
    begin.set_id(examiner.fresh_id());
    vle_fw_header header = examiner.header();
    header.session = session;
    examiner.write(examiner.frame_of(examiner.message_of(begin), header));
    const std::vector<Received> replies = examiner.replies_so_far();
    if (!examiner.expect(replies.size() == 1 && replies[0].reply, "a frame of session {} gets {} answers", session,
                         replies.size())) {
      return;
    }
    examiner.expect_status(*replies[0].reply, v1::LINK_STATUS_NO_SESSION,
                           fmt::format("a frame of session {}", session));
    const v1::LinkReply chunk = examiner.ask(upload.chunk_request(0, 2));
    examiner.expect(chunk.status() == v1::LINK_STATUS_WRONG_STATE, "UploadBegin of session {} was done", session);
  }
}

/// True where another client has the board to itself, with the first one's state hidden.
void expect_own_place(Examiner& examiner, const v1::HelloReply& theirs) {
  const v1::HelloReply ours = examiner.board();
  examiner.take_session(theirs);
  const v1::LinkReply digest = examiner.ask(make_digest(v1::LINK_OBJECT_STIMULUS));
  examiner.expect(digest.status() == v1::LINK_STATUS_UNSUPPORTED || digest.digest().size() == 0,
                  "a second client is let in beside the first, and sees a stimulus of {} bytes that is not its own",
                  digest.digest().size());
  examiner.take_session(ours);
}

void second_client(Examiner& examiner) {
  close_upload(examiner);
  const v1::LinkReply reply = examiner.hello(examiner.nonce() ^ 0x5555555555555555ULL);
  if (reply.status() == v1::LINK_STATUS_OK) {
    expect_own_place(examiner, reply.hello());
  } else if (examiner.goes_on()) {
    examiner.expect_status(reply, v1::LINK_STATUS_BUSY, "Hello of a second client");
    examiner.expect(!reply.text().empty(), "BUSY without the name of who has the board");
    examiner.expect(reply.hello().session() == 0, "BUSY with session {}", reply.hello().session());
    examiner.ask_ok(make_heartbeat(), "Heartbeat of the first client, after a second one knocked,");
  }
}

void silent_client(Examiner& examiner) {
  const std::uint64_t other = examiner.nonce() ^ 0x3333333333333333ULL;
  const v1::LinkReply early = examiner.hello(other);
  if (early.status() == v1::LINK_STATUS_OK) return examiner.skip("every client gets a place of its own");
  const Duration limit = examiner.heartbeat_limit();
  // Heard a little before the limit, so not yet silent for long enough.
  examiner.ask_ok(make_heartbeat(), "Heartbeat");
  examiner.wait(limit / 2);
  examiner.expect_status(examiner.hello(other), v1::LINK_STATUS_BUSY,
                         "Hello of a second client at half of heartbeat_limit_ms");
  examiner.wait(limit * 3 / 4);
  const v1::LinkReply late = examiner.hello(other);
  examiner.expect_status(late, v1::LINK_STATUS_OK,
                         fmt::format("Hello of a second client {:.0f} ms after the first one's last frame",
                                     milliseconds_of(limit * 5 / 4)));
  examiner.expect(late.hello().session() != examiner.session(), "the second client gets the first one's session");
}

void restart(Examiner& examiner) {
  v1::LinkRequest reset;
  reset.mutable_reset();
  if (!examiner.has_feature(v1::LINK_FEATURE_RESET)) {
    examiner.expect_status(examiner.ask(reset), v1::LINK_STATUS_UNSUPPORTED, "Reset without the feature RESET");
    return examiner.skip("the board lacks the feature RESET: restart it by hand, and look whether boot_id changes");
  }
  const std::uint32_t before = examiner.board().boot_id();
  examiner.ask_ok(reset, "Reset");
  v1::LinkReply hello;
  for (int attempt = 0; attempt < 50 && examiner.goes_on(); ++attempt) {
    examiner.wait(std::chrono::milliseconds(200));
    const auto reply = examiner.reply_to(examiner.post(make_hello(examiner.nonce())), std::chrono::milliseconds(500));
    if (!reply || reply->status() != v1::LINK_STATUS_OK) continue;
    hello = *reply;
    if (hello.hello().boot_id() != before) break;
    if (attempt > 10) break;
  }
  examiner.expect_status(hello, v1::LINK_STATUS_OK, "Hello after Reset");
  examiner.expect(hello.hello().boot_id() != before, "boot_id is {} before and after the restart", before);
  examiner.expect(hello.hello().reset_cause() == v1::RESET_CAUSE_REQUEST, "reset_cause is {} after Reset",
                  v1::ResetCause_Name(hello.hello().reset_cause()));
  if (!examiner.goes_on()) return;
  examiner.take_session(hello.hello());
  const v1::RunState state = heartbeat(examiner).state();
  examiner.expect(state == v1::RUN_STATE_IDLE, "after the restart the board is {}, not IDLE", name_of(state));
}

}  // namespace

std::vector<CheckRecord> session_checks() {
  return {
      {{"hello-again", "session.same", "Hello with the same nonce, on this connection and on two new ones",
        "the session belongs to the nonce, not to the connection; boot_id changes with a restart only"},
       kSession,
       kNothing,
       same_session},
      {{"versions", "session.version", "Hello with ranges of versions that do not meet the board's, and one that does",
        "the first fields of HelloReply are filled in on refusals as well"},
       kSession,
       kNothing,
       version_refused},
      {{"nonce-zero", "session.nonce", "Hello with nonce 0", "0 of everything means that somebody forgot it"},
       kSession,
       kNothing,
       nonce_zero},
      {{"foreign-session", "session.foreign", "UploadBegin in frames of other sessions, then a chunk",
        "compare the header's session before the request is looked at"},
       kSession | kFacts | kUploads,
       kNothing,
       foreign_session},
      {{"second-client", "session.busy", "Hello with another nonce while the first client is there",
        "claim, where it is given, must not let in two"},
       kSession | kFacts | kUploads,
       kNothing,
       second_client},
      {{"silent-client", "session.silence",
        "Hello with another nonce at 1/2 and at 5/4 of heartbeat_limit_ms of silence",
        "now_us counts microseconds and wraps at 2^32; vle_fw_poll runs while nothing comes"},
       kSession,
       kNothing,
       silent_client},
  };
}

std::vector<CheckRecord> restart_checks() {
  return {
      {{"restart", "session.boot", "Reset, and Hello again",
        "boot_id: a counter that survives a reset; reset: restart, with reset_cause VLE_FW_RESET_REQUEST"},
       kSession,
       kNothing,
       restart},
  };
}

}  // namespace vle::conformance
