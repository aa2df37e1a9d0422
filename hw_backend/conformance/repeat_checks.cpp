#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

Duration patience(const Examiner& examiner) {
  return std::chrono::seconds(1) + examiner.line_time(1000);
}

/// Requests whose answer would be the same if they were done again: only the answer's being there is looked at.
void repeat_answered(Examiner& examiner) {
  v1::LinkRequest refused = some_stimulus(examiner, 0x0202).begin_request();
  refused.mutable_upload_begin()->set_size(1);
  for (const v1::LinkRequest& request : {refused, make_abort()}) {
    const std::uint32_t id = examiner.fresh_id();
    const v1::LinkReply first = examiner.ask(request, id);
    for (int i = 0; i < 3 && examiner.goes_on(); ++i) {
      examiner.post(request, id);
      const auto again = examiner.reply_to(id, patience(examiner));
      if (!examiner.expect(again.has_value(), "the repeat of {} is not answered", name_of(request))) return;
      examiner.expect(again->SerializeAsString() == first.SerializeAsString(),
                      "the repeat of {} is answered with {} {}, the first with {}", name_of(request),
                      name_of(again->status()), again->text(), name_of(first.status()));
    }
  }
}

// A host never sends another request under the same id. It shows whether the repeat is done.
void repeat_not_done(Examiner& examiner) {
  const Upload first = some_stimulus(examiner, 0x0303);
  const Upload second = some_stimulus(examiner, 0x0404);
  const std::uint32_t id = examiner.fresh_id();
  examiner.expect_status(examiner.ask(first.begin_request(), id), v1::LINK_STATUS_OK, "UploadBegin");
  examiner.post(second.begin_request(), id);
  static_cast<void>(examiner.reply_to(id, patience(examiner)));
  const v1::LinkReply same = examiner.ask(first.begin_request());
  examiner.expect(same.upload().verdict() == v1::UPLOAD_VERDICT_RESUME,
                  "a second UploadBegin under the id of the first took its place");
}

void stale(Examiner& examiner) {
  const Upload older = some_stimulus(examiner, 0x0505);
  const Upload newer = some_stimulus(examiner, 0x0606);
  const std::uint32_t id = examiner.fresh_id();
  examiner.expect_status(examiner.ask(newer.begin_request()), v1::LINK_STATUS_OK, "UploadBegin");
  examiner.expect_status(examiner.ask(older.begin_request(), id), v1::LINK_STATUS_STALE, "an overtaken UploadBegin");
  examiner.expect_status(examiner.ask(make_abort(), id), v1::LINK_STATUS_STALE, "an overtaken Abort");
  const v1::LinkReply same = examiner.ask(newer.begin_request());
  examiner.expect(same.upload().verdict() == v1::UPLOAD_VERDICT_RESUME, "an overtaken UploadBegin was done");
}

// How long the commit takes is the board's affair: where it is done at once, the next digest has its turn.
void busy(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x0707);
  {
    const Examiner::Preparing preparing(examiner);
    examiner.ask_ok(upload.begin_request(), "UploadBegin");
    send_chunks(examiner, upload, 0, upload.size());
  }
  const std::uint32_t commit = examiner.post(make_commit());
  examiner.post(make_commit(), commit);
  const std::uint32_t digest = examiner.post(make_digest(v1::LINK_OBJECT_STIMULUS));
  const std::uint32_t beat = examiner.post(make_heartbeat());
  const std::vector<v1::LinkReply> replies =
      examiner.replies_to({commit, digest, beat}, std::chrono::seconds(30) + patience(examiner));
  for (const v1::LinkReply& reply : replies) {
    if (reply.id() != beat) continue;
    const std::uint32_t at = reply.heartbeat().working_on();
    examiner.expect(at == 0 || at == commit || at == digest, "working_on is {}; the requests under way are {} and {}",
                    at, commit, digest);
  }
  const auto first_to = [&](std::uint32_t id) {
    for (const v1::LinkReply& reply : replies) {
      if (reply.id() == id) return reply;
    }
    examiner.expect(false, "of a commit, a digest and a Heartbeat in a row, not all are answered");
    return v1::LinkReply();
  };
  static_cast<void>(first_to(beat));
  examiner.expect_status(first_to(commit), v1::LINK_STATUS_OK, "a commit that was repeated while it was worked on");
  const v1::LinkStatus other = first_to(digest).status();
  examiner.expect(other == v1::LINK_STATUS_OK || other == v1::LINK_STATUS_BUSY,
                  "a digest behind a commit is answered with {}", name_of(other));
  const v1::LinkReply read = examiner.ask(make_digest(v1::LINK_OBJECT_STIMULUS));
  examiner.expect(read.digest().sha256() == upload.begin.sha256(), "a commit that was repeated is not in use");
}

}  // namespace

std::vector<CheckRecord> repeat_checks() {
  constexpr unsigned kNeeds = kSession | kFacts | kUploads;
  return {
      {{"repeat", "repeat.answer", "a refused UploadBegin and Abort, each four times under one id",
        "the core keeps the last answer; vle_fw must live as long as the board runs"},
       kNeeds,
       kNothing,
       repeat_answered},
      {{"repeat-not-done", "repeat.once", "another UploadBegin under the id of the one before",
        "the id alone tells a repeat; answer it from memory"},
       kNeeds,
       kNothing,
       repeat_not_done},
      {{"overtaken", "repeat.stale", "UploadBegin and Abort with the id before the last one",
        "a request that was late on its way must not undo a newer one"},
       kNeeds,
       kNothing,
       stale},
      {{"work", "repeat.busy", "a commit, its repeat, a digest and a Heartbeat in a row",
        "object_read and object_commit return VLE_FW_AGAIN rather than wait"},
       kNeeds,
       kNothing,
       busy},
  };
}

}  // namespace vle::conformance
