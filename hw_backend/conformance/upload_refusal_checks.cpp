#include <algorithm>

#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

void beyond_size(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x1010);
  const std::uint32_t chunk = examiner.board().max_chunk();
  const std::uint32_t last = (upload.size() - 1) / chunk * chunk;
  begin_and_send(examiner, upload, last);
  v1::LinkRequest longer = upload.chunk_request(last, chunk);
  longer.mutable_upload_chunk()->mutable_data()->append("xy");
  if (longer.upload_chunk().data().size() <= chunk) {
    const v1::LinkReply reply = examiner.ask(longer);
    examiner.expect_status(reply, v1::LINK_STATUS_OUT_OF_RANGE, "a chunk that goes 2 bytes beyond the size");
  }
  send_chunks(examiner, upload, last, upload.size());
  v1::LinkRequest behind = upload.chunk_request(0, 2);
  behind.mutable_upload_chunk()->set_offset(upload.size());
  examiner.expect_status(examiner.ask(behind), v1::LINK_STATUS_OUT_OF_RANGE, "a chunk at the end");
  examiner.expect_status(examiner.ask(make_commit()), v1::LINK_STATUS_OK, "UploadCommit");
}

/// The board may fail to read it (MALFORMED, id 0) or refuse it by its id. A frame of max_payload has room for it.
void chunk_size(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x1111);
  begin_and_send(examiner, upload, 0);
  const std::uint32_t chunk = examiner.board().max_chunk();
  v1::LinkRequest longer = upload.chunk_request(0, chunk + 2);
  longer.set_id(examiner.fresh_id());
  const std::string message = examiner.message_of(longer);
  if (message.size() <= examiner.board().max_payload()) {
    examiner.write(examiner.frame_of(message));
    const std::vector<Received> replies = examiner.replies_so_far();
    const bool refused = replies.size() == 1 && replies[0].reply &&
                         (replies[0].reply->status() == v1::LINK_STATUS_MALFORMED ||
                          replies[0].reply->status() == v1::LINK_STATUS_OUT_OF_RANGE);
    examiner.expect(refused, "a chunk of {} bytes, where max_chunk is {}, is not refused", chunk + 2, chunk);
  }
  examiner.expect_status(examiner.ask(upload.chunk_request(0, 0)), v1::LINK_STATUS_MALFORMED, "a chunk of no bytes");
  const v1::LinkReply next = examiner.ask(upload.chunk_request(0, chunk));
  examiner.expect(next.upload().next_offset() == chunk, "a refused chunk was stored: next_offset is {}",
                  next.upload().next_offset());
}

void limits(Examiner& examiner) {
  const auto refused = [&](v1::LinkRequest request, v1::LinkStatus status, std::string_view what) {
    examiner.expect_status(examiner.ask(std::move(request)), status, what);
  };
  const v1::LinkLimits& board = examiner.board().limits();
  const Upload image = image_of(examiner);
  const Upload stimulus = some_stimulus(examiner, 0x1212);
  v1::LinkRequest request = image.begin_request();
  request.mutable_upload_begin()->set_size(2 * board.image_words() + 2);
  refused(request, v1::LINK_STATUS_OUT_OF_RANGE, "an image of one word more than image_words");
  request.mutable_upload_begin()->set_size(0);
  refused(request, v1::LINK_STATUS_OUT_OF_RANGE, "an image of no bytes");
  request.mutable_upload_begin()->set_size(image.size() - 1);
  refused(request, v1::LINK_STATUS_OUT_OF_RANGE, "an image of an odd size");
  request = image.begin_request();
  request.mutable_upload_begin()->clear_geometry();
  refused(request, v1::LINK_STATUS_OUT_OF_RANGE, "an image without a geometry");
  request = image.begin_request();
  request.mutable_upload_begin()->set_object(static_cast<v1::LinkObject>(3));
  refused(request, v1::LINK_STATUS_MALFORMED, "an upload of object 3");
  request = stimulus.begin_request();
  request.mutable_upload_begin()->set_size(stimulus.size() + 2);
  refused(request, v1::LINK_STATUS_OUT_OF_RANGE, "a stimulus larger than its shape");
  request = stimulus.begin_request();
  // The product of shape is its size again, in 32 bits.
  request.mutable_upload_begin()->mutable_shape()->set_steps(0x80000000U);
  request.mutable_upload_begin()->mutable_shape()->set_target_channels(0xFFFFFFFFU);
  refused(request, v1::LINK_STATUS_OUT_OF_RANGE, "a stimulus whose shape overflows");
  request = stimulus.begin_request();
  const std::uint32_t too_many = board.stimulus_bytes() / 2 + 1;
  request.mutable_upload_begin()->set_size(2 * too_many);
  request.mutable_upload_begin()->mutable_shape()->set_steps(too_many);
  request.mutable_upload_begin()->mutable_shape()->set_input_channels(1);
  refused(request, v1::LINK_STATUS_OUT_OF_RANGE, "a stimulus of one code more than stimulus_bytes");
}

void wrong_hash(Examiner& examiner) {
  const Upload before = some_stimulus(examiner, 0x1313);
  Upload upload = some_stimulus(examiner, 0x1414);
  {
    const Examiner::Preparing preparing(examiner);
    put(examiner, before);
  }
  upload.begin.mutable_sha256()->back() ^= 1;
  begin_and_send(examiner, upload, upload.size());
  examiner.expect_status(examiner.ask(make_commit()), v1::LINK_STATUS_HASH_MISMATCH,
                         "UploadCommit of bytes whose hash differs in one bit");
  examiner.expect_status(examiner.ask(make_commit()), v1::LINK_STATUS_WRONG_STATE, "a second UploadCommit");
  const v1::LinkReply read = examiner.ask(make_digest(v1::LINK_OBJECT_STIMULUS));
  examiner.expect(read.status() == v1::LINK_STATUS_UNSUPPORTED || read.digest().sha256() == before.begin.sha256(),
                  "what is in use changed with a commit that failed");
}

void forgotten(Examiner& examiner) {
  const Upload first = some_stimulus(examiner, 0x1515);
  const Upload second = some_stimulus(examiner, 0x1616);
  const std::uint32_t chunk = examiner.board().max_chunk();
  begin_and_send(examiner, first, chunk);
  begin_and_send(examiner, second, 0);
  const v1::LinkReply again = examiner.ask(first.begin_request());
  examiner.expect_status(again, v1::LINK_STATUS_OK, "UploadBegin");
  examiner.expect(again.upload().verdict() == v1::UPLOAD_VERDICT_FRESH && again.upload().next_offset() == 0,
                  "an upload that another one took the place of goes on at {}", again.upload().next_offset());
  send_chunks(examiner, first, 0, first.size());
  examiner.expect_status(examiner.ask(make_commit()), v1::LINK_STATUS_OK, "UploadCommit");
}

void closed(Examiner& examiner) {
  close_upload(examiner);
  const Upload upload = some_stimulus(examiner, 0x1717);
  examiner.expect_status(examiner.ask(upload.chunk_request(0, 2)), v1::LINK_STATUS_WRONG_STATE,
                         "a chunk without an open upload");
  examiner.expect_status(examiner.ask(make_commit()), v1::LINK_STATUS_WRONG_STATE, "a commit without an open upload");
}

void stale_chunk(Examiner& examiner) {
  const Upload upload = some_stimulus(examiner, 0x1818);
  const std::uint32_t old = examiner.fresh_id();
  begin_and_send(examiner, upload, 0);
  examiner.expect_status(examiner.ask(upload.chunk_request(0, 2), old), v1::LINK_STATUS_STALE,
                         "a chunk with an id below that of its UploadBegin");
  send_chunks(examiner, upload, 0, examiner.board().max_chunk());
}

void digests(Examiner& examiner) {
  const v1::LinkReply read = examiner.ask(make_digest(v1::LINK_OBJECT_IMAGE));
  if (read.status() == v1::LINK_STATUS_UNSUPPORTED) return examiner.skip("the board reads nothing back");
  const Upload image = image_of(examiner);
  {
    const Examiner::Preparing preparing(examiner);
    put(examiner, image);
  }
  const v1::LinkReply again = examiner.ask_ok(make_digest(v1::LINK_OBJECT_IMAGE), "Digest");
  examiner.expect(again.digest().size() == image.size(), "Digest is of {} bytes; the image has {}",
                  again.digest().size(), image.size());
  examiner.expect(again.digest().sha256() == image.begin.sha256(), "Digest is not the image's");
  examiner.expect_status(examiner.ask(make_digest(static_cast<v1::LinkObject>(3))), v1::LINK_STATUS_MALFORMED,
                         "Digest of object 3");
}

}  // namespace

std::vector<CheckRecord> upload_refusal_checks() {
  constexpr unsigned kNeeds = kSession | kFacts | kUploads;
  return {
      {{"upload-beyond", "upload.size", "a last chunk that is 2 bytes too long, and one behind the end",
        "compare the chunk with what is left, not its end with the size: the sum may not fit"},
       kNeeds,
       kNothing,
       beyond_size},
      {{"chunk-size", "upload.chunk-size", "chunks of max_chunk + 2 bytes and of none",
        "VLE_FW_MAX_CHUNK and UploadChunkRequest.data in link.options are the same number"},
       kNeeds,
       kNothing,
       chunk_size},
      {{"upload-limits", "upload.limits", "announcements that do not fit, or contradict themselves",
        "image_words and stimulus_bytes of vle_fw_board are what object_begin has room for"},
       kNeeds,
       kNothing,
       limits},
      {{"wrong-hash", "upload.hash", "a commit of bytes whose announced hash differs in one bit",
        "object_commit is called after the hash was found right, never before"},
       kNeeds,
       kNothing,
       wrong_hash},
      {{"upload-forgotten", "upload.forgotten", "an upload, another one, and the first again",
        "one record of one upload; a begin that fails clears it as well"},
       kNeeds,
       kNothing,
       forgotten},
      {{"upload-closed", "upload.closed", "a chunk and a commit where nothing is open",
        "an upload is open from UploadBegin to its commit"},
       kNeeds,
       kNothing,
       closed},
      {{"stale-chunk", "upload.stale", "a chunk of before its UploadBegin",
        "a chunk that was late on its way belongs to an earlier upload"},
       kNeeds,
       kNothing,
       stale_chunk},
      {{"digest", "digest.read-back", "Digest of the image and of an object that does not exist",
        "object_read without `staged` reads what is in use, from the chip where that can be read"},
       kNeeds,
       kNothing,
       digests},
  };
}

}  // namespace vle::conformance
