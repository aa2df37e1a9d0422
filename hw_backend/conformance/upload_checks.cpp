#include <algorithm>

#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

v1::LinkReply begin(Examiner& examiner, const Upload& upload, v1::UploadVerdict wanted, std::uint32_t offset) {
  v1::LinkReply reply = examiner.ask_ok(upload.begin_request(), "UploadBegin");
  examiner.expect(reply.upload().verdict() == wanted, "UploadBegin is answered with {}, not with {}",
                  v1::UploadVerdict_Name(reply.upload().verdict()), v1::UploadVerdict_Name(wanted));
  examiner.expect(wanted == v1::UPLOAD_VERDICT_MATCH || reply.upload().next_offset() == offset,
                  "UploadBegin is answered with next_offset {}, not {}", reply.upload().next_offset(), offset);
  return reply;
}

void commit_and_compare(Examiner& examiner, const Upload& upload, std::string_view when) {
  const v1::LinkReply reply = examiner.ask(make_commit());
  examiner.expect_status(reply, v1::LINK_STATUS_OK, fmt::format("UploadCommit {}", when));
  examiner.expect(reply.upload().verdict() == v1::UPLOAD_VERDICT_COMMITTED, "UploadCommit {} is answered with {}", when,
                  v1::UploadVerdict_Name(reply.upload().verdict()));
  const v1::LinkReply read = examiner.ask(make_digest(upload.begin.object()));
  examiner.expect(read.status() == v1::LINK_STATUS_UNSUPPORTED || read.digest().sha256() == upload.begin.sha256(),
                  "Digest {} is not that of what was uploaded", when);
}

void begin_fresh(Examiner& examiner) {
  const v1::LinkReply reply = examiner.ask(image_of(examiner).begin_request());
  examiner.expect_status(reply, v1::LINK_STATUS_OK, "UploadBegin of an image");
  if (reply.upload().verdict() == v1::UPLOAD_VERDICT_MATCH) return;
  // What an earlier client of the same nonce left may go on.
  const bool is_begun =
      reply.upload().verdict() == v1::UPLOAD_VERDICT_FRESH || reply.upload().verdict() == v1::UPLOAD_VERDICT_RESUME;
  examiner.expect(is_begun, "UploadBegin is answered with {}", v1::UploadVerdict_Name(reply.upload().verdict()));
  begin(examiner, some_stimulus(examiner, 0x0808), v1::UPLOAD_VERDICT_FRESH, 0);
}

void chunks_stored(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x0909);
  {
    const Examiner::Preparing preparing(examiner);
    examiner.ask_ok(upload.begin_request(), "UploadBegin");
  }
  send_chunks(examiner, upload, 0, upload.size());
}

void image_committed(Examiner& examiner) {
  const Upload image = image_of(examiner);
  const v1::LinkReply begun = examiner.ask(image.begin_request());
  if (begun.upload().verdict() != v1::UPLOAD_VERDICT_MATCH) {
    {
      const Examiner::Preparing preparing(examiner);
      examiner.expect_status(begun, v1::LINK_STATUS_OK, "UploadBegin");
      send_chunks(examiner, image, begun.upload().next_offset(), image.size());
    }
    commit_and_compare(examiner, image, "of an image");
  }
  const Upload stimulus = some_stimulus(examiner, 0x0A0A);
  begin_and_send(examiner, stimulus, stimulus.size());
  commit_and_compare(examiner, stimulus, "of a stimulus");
}

void match(Examiner& examiner) {
  const Upload stimulus = some_stimulus(examiner, 0x0B0B);
  {
    const Examiner::Preparing preparing(examiner);
    put(examiner, stimulus);
  }
  begin(examiner, stimulus, v1::UPLOAD_VERDICT_MATCH, stimulus.size());
  Upload other = some_stimulus(examiner, 0x0C0C);
  begin(examiner, other, v1::UPLOAD_VERDICT_FRESH, 0);
}

void resume(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x0D0D);
  const std::uint32_t stored = examiner.board().max_chunk();
  begin_and_send(examiner, upload, stored);
  begin(examiner, upload, v1::UPLOAD_VERDICT_RESUME, stored);
  {
    const Examiner::Preparing preparing(examiner);
    examiner.reconnect();
    const v1::LinkReply back = examiner.hello(examiner.nonce());
    if (examiner.expect_status(back, v1::LINK_STATUS_OK, "Hello")) examiner.take_session(back.hello());
  }
  begin(examiner, upload, v1::UPLOAD_VERDICT_RESUME, stored);
  send_chunks(examiner, upload, stored, upload.size());
  commit_and_compare(examiner, upload, "of a resumed upload");
}

void duplicate(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x0E0E);
  const std::uint32_t chunk = examiner.board().max_chunk();
  begin_and_send(examiner, upload, 2 * chunk);
  for (const std::uint32_t offset : {0U, 2U, chunk, 2 * chunk - 2}) {
    v1::LinkRequest again = upload.chunk_request(offset, 2);
    again.mutable_upload_chunk()->set_data(std::string(2, '\x77'));
    const v1::LinkReply reply = examiner.ask(again);
    examiner.expect_status(reply, v1::LINK_STATUS_OK,
                           fmt::format("a chunk at {} of {} stored bytes", offset, 2 * chunk));
    examiner.expect(reply.upload().next_offset() == 2 * chunk, "a chunk at {} moves next_offset from {} to {}", offset,
                    2 * chunk, reply.upload().next_offset());
  }
  send_chunks(examiner, upload, 2 * chunk, upload.size());
  commit_and_compare(examiner, upload, "after repeated chunks");
}

void gap(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x0F0F);
  const std::uint32_t chunk = examiner.board().max_chunk();
  begin_and_send(examiner, upload, chunk);
  const auto expect_gap = [&](const v1::LinkReply& reply, const std::string& what) {
    examiner.expect_status(reply, v1::LINK_STATUS_GAP, what);
    examiner.expect(reply.upload().next_offset() == chunk, "{} is answered with next_offset {}, not {}", what,
                    reply.upload().next_offset(), chunk);
  };
  for (const std::uint32_t offset : {chunk + 2, 2 * chunk, 0xFFFFFFFEU}) {
    v1::LinkRequest beyond = upload.chunk_request(0, 2);
    beyond.mutable_upload_chunk()->set_offset(offset);
    expect_gap(examiner.ask(beyond), fmt::format("a chunk at {} where {} is due", offset, chunk));
  }
  expect_gap(examiner.ask(make_commit()), "a commit before the end");
  send_chunks(examiner, upload, chunk, upload.size());
  commit_and_compare(examiner, upload, "after gaps");
}

}  // namespace

std::vector<CheckRecord> upload_checks() {
  constexpr unsigned kNeeds = kSession | kFacts;
  constexpr std::string_view kTable =
      "fill in object_begin, object_write, object_read and object_commit; with one of "
      "them NULL there are no uploads. object_begin makes room and forgets";
  return {
      {{"upload-begin", "upload.begin", "UploadBegin of an image and of a stimulus", kTable},
       kNeeds,
       kNothing,
       begin_fresh},
      {{"upload-chunks", "upload.chunk", "a stimulus, chunk by chunk",
        "object_write stores at the offset it is given; calls come in order"},
       kNeeds,
       kNothing,
       chunks_stored},
      {{"upload-commit", "upload.commit", "image and stimulus, whole; then Digest",
        "HASH_MISMATCH: object_read with `staged` gives other bytes than object_write stored; else object_commit "
        "refused, or object_read without `staged` does not read what is in use"},
       kNeeds,
       kUploads,
       image_committed},
      {{"upload-match", "upload.match", "UploadBegin of what was just committed, then of something else",
        "the core compares hashes; object_commit must not change what it was given"},
       kNeeds | kUploads,
       kNothing,
       match},
      {{"upload-resume", "upload.resume", "an upload that is cut by a new connection",
        "what object_write stored stays until the next object_begin"},
       kNeeds | kUploads,
       kNothing,
       resume},
      {{"upload-repeated", "upload.duplicate", "chunks with other bytes, where the right ones are stored",
        "a repeated chunk is acknowledged, not stored"},
       kNeeds | kUploads,
       kNothing,
       duplicate},
      {{"upload-gap", "upload.gap", "chunks beyond next_offset, and a commit before the end",
        "a chunk is taken at next_offset only; compare before adding, offsets are as large as they like"},
       kNeeds | kUploads,
       kNothing,
       gap},
  };
}

}  // namespace vle::conformance
