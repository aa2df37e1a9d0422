#include <gmock/gmock.h>

#include "test_client.hpp"

namespace vle::firmware_interface {
namespace {

class Upload : public testing::Test {
 protected:
  Upload() { client.hello(); }

  v1::LinkReply chunk(std::uint32_t offset, const Bytes& bytes) {
    v1::LinkRequest request;
    request.mutable_upload_chunk()->set_offset(offset);
    request.mutable_upload_chunk()->set_data(bytes.data(), bytes.size());
    return client.answer(request);
  }
  v1::LinkReply begin(const Bytes& bytes) { return client.answer(begin_of(v1::LINK_OBJECT_IMAGE, bytes)); }
  v1::LinkReply commit() {
    v1::LinkRequest request;
    request.mutable_upload_commit();
    return client.answer(request);
  }
  /// An image in two chunks, without the commit.
  void send(const Bytes& bytes) {
    begin(bytes);
    chunk(0, Bytes(bytes.begin(), bytes.begin() + 500));
    chunk(500, Bytes(bytes.begin() + 500, bytes.end()));
  }
  void expect_rot_is_seen() {
    ASSERT_EQ(client.upload(v1::LINK_OBJECT_IMAGE, other), v1::LINK_STATUS_OK);
    send(image);
    board.memory_rots = true;
    EXPECT_EQ(commit().status(), v1::LINK_STATUS_HASH_MISMATCH);
    EXPECT_EQ(board.image(), other) << "a failed upload leaves what was in use";
  }
  v1::LinkReply write(std::uint32_t address, const std::string& words) {
    v1::LinkRequest request;
    request.mutable_write_registers()->set_address(address);
    request.mutable_write_registers()->set_words(words);
    return client.answer(request);
  }
  v1::LinkReply read(std::uint32_t address, std::uint32_t count) {
    v1::LinkRequest request;
    request.mutable_read_registers()->set_address(address);
    request.mutable_read_registers()->set_count(count);
    return client.answer(request);
  }

  FakeBoard board;
  TestClient client{board};
  const Bytes image = pattern(1000, 5);
  const Bytes other = pattern(1000, 6);
};

TEST_F(Upload, ChunksAreTakenInOrderAndOnce) {
  begin(image);
  EXPECT_EQ(chunk(0, Bytes(100, 1)).upload().next_offset(), 100U);
  EXPECT_EQ(chunk(0, Bytes(100, 2)).upload().next_offset(), 100U) << "an older one is answered and ignored";
  const v1::LinkReply gap = chunk(300, Bytes(100, 3));
  EXPECT_EQ(gap.status(), v1::LINK_STATUS_GAP);
  EXPECT_EQ(gap.upload().next_offset(), 100U);
  EXPECT_EQ(chunk(100, Bytes()).status(), v1::LINK_STATUS_MALFORMED);
  EXPECT_EQ(board.calls["object_write"], 1);
  EXPECT_EQ(commit().status(), v1::LINK_STATUS_GAP);
}

TEST_F(Upload, ChunksUpToTheLimitAndNoByteMore) {
  begin(image);
  EXPECT_EQ(chunk(0, Bytes(512, 1)).status(), v1::LINK_STATUS_OK);
  v1::LinkRequest request;
  request.set_id(client.next_id++);
  request.mutable_upload_chunk()->set_data(std::string(513, 'x'));
  client.send(request);
  client.turn();
  ASSERT_EQ(client.replies.size(), 1U);
  EXPECT_EQ(client.replies.front().status(), v1::LINK_STATUS_MALFORMED);
  client.replies.clear();
  EXPECT_EQ(chunk(512, Bytes(489, 1)).status(), v1::LINK_STATUS_OUT_OF_RANGE);
  EXPECT_EQ(chunk(512, Bytes(488, 1)).status(), v1::LINK_STATUS_OK);
}

TEST_F(Upload, ResumesWhatWasBegunAndNothingElse) {
  EXPECT_EQ(begin(image).upload().verdict(), v1::UPLOAD_VERDICT_FRESH);
  chunk(0, Bytes(image.begin(), image.begin() + 100));
  const v1::UploadReply resumed = begin(image).upload();
  EXPECT_EQ(resumed.verdict(), v1::UPLOAD_VERDICT_RESUME);
  EXPECT_EQ(resumed.next_offset(), 100U);
  EXPECT_EQ(begin(other).upload().verdict(), v1::UPLOAD_VERDICT_FRESH);
  EXPECT_EQ(begin(image).upload().verdict(), v1::UPLOAD_VERDICT_FRESH) << "its bytes were overwritten";
  chunk(0, Bytes(image.begin(), image.begin() + 100));
  v1::LinkRequest changed = begin_of(v1::LINK_OBJECT_IMAGE, image);
  changed.mutable_upload_begin()->mutable_geometry()->set_columns(8);
  EXPECT_EQ(client.answer(changed).upload().verdict(), v1::UPLOAD_VERDICT_FRESH) << "another geometry";
}

TEST_F(Upload, AFailedBeginLeavesNothingToResume) {
  begin(image);
  chunk(0, Bytes(image.begin(), image.begin() + 100));
  board.next_status = VLE_FW_FAULT;
  EXPECT_EQ(begin(other).status(), v1::LINK_STATUS_DEVICE_FAULT);
  EXPECT_EQ(chunk(0, Bytes(10, 1)).status(), v1::LINK_STATUS_WRONG_STATE);
  EXPECT_EQ(begin(image).upload().verdict(), v1::UPLOAD_VERDICT_FRESH);
}

TEST_F(Upload, ARestartLeavesNothingToResume) {
  begin(image);
  chunk(0, Bytes(image.begin(), image.begin() + 100));
  board.restart();
  client.hello();
  EXPECT_EQ(begin(image).upload().verdict(), v1::UPLOAD_VERDICT_FRESH);
}

TEST_F(Upload, AChunkOfAnEarlierUploadIsStale) {
  begin(image);
  v1::LinkRequest late;
  late.set_id(client.next_id++);
  late.mutable_upload_chunk()->set_data("late");
  begin(other);
  client.send(late);
  client.turn();
  ASSERT_EQ(client.replies.size(), 1U);
  EXPECT_EQ(client.replies.front().status(), v1::LINK_STATUS_STALE);
  EXPECT_EQ(board.calls["object_write"], 0);
}

TEST_F(Upload, WhatIsHeldNeedNotBeSent) {
  ASSERT_EQ(client.upload(v1::LINK_OBJECT_IMAGE, image), v1::LINK_STATUS_OK);
  EXPECT_EQ(begin(image).upload().verdict(), v1::UPLOAD_VERDICT_MATCH);
  write(5, "xy");
  EXPECT_EQ(begin(image).upload().verdict(), v1::UPLOAD_VERDICT_FRESH) << "its registers were changed";
}

TEST_F(Upload, WhatWasStoredIsHashedNotWhatCame) {
  expect_rot_is_seen();
  EXPECT_EQ(commit().status(), v1::LINK_STATUS_WRONG_STATE);
}

TEST_F(Upload, ABoardMayHashByItself) {
  board.hash_by_itself();
  send(other);
  board.again = 3;
  ASSERT_EQ(commit().status(), v1::LINK_STATUS_OK);
  EXPECT_EQ(board.calls["object_hash"], 1);
  EXPECT_EQ(board.again, 0);
  EXPECT_EQ(board.calls["object_read"], 0);
  EXPECT_EQ(board.image(), other);

  v1::LinkRequest digest;
  digest.mutable_digest()->set_object(v1::LINK_OBJECT_IMAGE);
  const std::string hash = client.answer(digest).digest().sha256();
  board.hal.object_hash = nullptr;
  EXPECT_EQ(client.answer(digest).digest().sha256(), hash) << "as the core has it";
  EXPECT_EQ(hash.size(), 32U);
}

TEST_F(Upload, ABoardThatHashesByItselfSeesABadMemoryToo) {
  board.hash_by_itself();
  expect_rot_is_seen();
}

TEST_F(Upload, RefusesSizesThatDoNotFit) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{4002}}) {
    EXPECT_EQ(begin(Bytes(size)).status(), v1::LINK_STATUS_OUT_OF_RANGE) << size;
  }
  v1::LinkRequest request = begin_of(v1::LINK_OBJECT_STIMULUS, Bytes(600));
  v1::UploadBeginRequest& stimulus = *request.mutable_upload_begin();
  for (const auto& [steps, inputs, targets] :
       {std::tuple{99U, 2U, 1U}, std::tuple{0U, 2U, 1U}, std::tuple{100U, 0U, 0U}, std::tuple{100U, 0xFFFFFFFFU, 4U},
        std::tuple{0x80000000U, 0x80000000U, 300U}}) {
    stimulus.mutable_shape()->set_steps(steps);
    stimulus.mutable_shape()->set_input_channels(inputs);
    stimulus.mutable_shape()->set_target_channels(targets);
    EXPECT_EQ(client.answer(request).status(), v1::LINK_STATUS_OUT_OF_RANGE) << steps;
  }
  stimulus.clear_shape();
  EXPECT_EQ(client.answer(request).status(), v1::LINK_STATUS_OUT_OF_RANGE);
  stimulus.set_object(v1::LINK_OBJECT_UNSPECIFIED);
  EXPECT_EQ(client.answer(request).status(), v1::LINK_STATUS_MALFORMED);
  EXPECT_EQ(board.calls["object_begin"], 0);
}

TEST_F(Upload, ALongCommitIsAnsweredWhenDoneAndOnce) {
  send(image);
  board.again = 50;
  v1::LinkRequest request;
  request.set_id(client.next_id++);
  request.mutable_upload_commit();
  client.send(request);
  client.send(request);
  client.turn();
  EXPECT_TRUE(client.replies.empty());
  v1::LinkRequest heartbeat;
  heartbeat.mutable_heartbeat();
  EXPECT_EQ(client.answer(heartbeat).heartbeat().working_on(), request.id());
  EXPECT_EQ(begin(other).status(), v1::LINK_STATUS_BUSY);
  EXPECT_EQ(chunk(0, Bytes(5, 5)).status(), v1::LINK_STATUS_WRONG_STATE);
  for (int i = 0; i < 100; ++i) client.turn();
  ASSERT_EQ(client.replies.size(), 1U);
  EXPECT_EQ(client.replies.front().upload().verdict(), v1::UPLOAD_VERDICT_COMMITTED);
  EXPECT_EQ(board.calls["object_commit"], 1);
}

TEST_F(Upload, WorkThatMakesNoProgressEnds) {
  send(image);
  board.again = 1 << 30;
  v1::LinkRequest request;
  request.set_id(client.next_id++);
  request.mutable_upload_commit();
  client.send(request);
  for (int i = 0; i < 12; ++i) client.turn(100'000);
  ASSERT_EQ(client.replies.size(), 1U);
  EXPECT_EQ(client.replies.front().status(), v1::LINK_STATUS_TIMEOUT);
}

TEST_F(Upload, AbortEndsWork) {
  send(image);
  board.again = 1000;
  v1::LinkRequest request;
  request.set_id(client.next_id++);
  request.mutable_upload_commit();
  client.send(request);
  client.turn();
  v1::LinkRequest abort;
  abort.mutable_abort();
  EXPECT_EQ(client.answer(abort).run_state().state(), v1::RUN_STATE_IDLE);
  EXPECT_EQ(commit().status(), v1::LINK_STATUS_WRONG_STATE);
}

TEST_F(Upload, RegistersAreWrittenWholeOrNotAtAll) {
  EXPECT_EQ(write(5, "xy").status(), v1::LINK_STATUS_WRONG_STATE) << "no image";
  EXPECT_EQ(read(5, 1).status(), v1::LINK_STATUS_WRONG_STATE);
  ASSERT_EQ(client.upload(v1::LINK_OBJECT_IMAGE, image), v1::LINK_STATUS_OK);
  EXPECT_EQ(write(498, "abcd").status(), v1::LINK_STATUS_OK);
  EXPECT_EQ(read(498, 2).read_registers().words(), "abcd");
  EXPECT_EQ(read(0, 256).read_registers().words().size(), 512U);
  for (const std::uint32_t address : {499U, 500U, 0xFFFFFFFFU, 0U, 1U}) {
    EXPECT_EQ(write(address, "abcd").status(), v1::LINK_STATUS_OUT_OF_RANGE) << address;
  }
  EXPECT_EQ(write(5, "abc").status(), v1::LINK_STATUS_MALFORMED);
  EXPECT_EQ(write(5, "").status(), v1::LINK_STATUS_OUT_OF_RANGE);
  for (const auto& [address, count] : {std::pair{499U, 2U}, std::pair{0U, 0U}, std::pair{0U, 257U},
                                       std::pair{0xFFFFFFFEU, 2U}, std::pair{1U, 0xFFFFFFFFU}}) {
    EXPECT_EQ(read(address, count).status(), v1::LINK_STATUS_OUT_OF_RANGE) << address;
  }
  EXPECT_EQ(board.calls["registers_write"], 1);
}

TEST_F(Upload, TheAnswerToAMutationOutlivesErrorsAfterIt) {
  ASSERT_EQ(client.upload(v1::LINK_OBJECT_IMAGE, image), v1::LINK_STATUS_OK);
  v1::LinkRequest request;
  request.set_id(client.next_id++);
  request.mutable_write_registers()->set_address(5);
  request.mutable_write_registers()->set_words("ab");
  client.send(request);
  client.turn();
  const std::string first = client.replies.back().SerializeAsString();
  read(9999, 1);
  client.send_bytes(encoded({1, VLE_FW_KIND_REQUEST, static_cast<std::uint16_t>(client.session), 0, 0}, {0xFF}));
  client.send(request);
  client.turn();
  client.turn();
  EXPECT_EQ(client.replies.back().SerializeAsString(), first);
  EXPECT_EQ(board.calls["registers_write"], 1);
}

TEST_F(Upload, AMutationThatWasOvertakenIsStale) {
  ASSERT_EQ(client.upload(v1::LINK_OBJECT_IMAGE, image), v1::LINK_STATUS_OK);
  v1::LinkRequest late;
  late.set_id(client.next_id++);
  late.mutable_write_registers()->set_address(5);
  late.mutable_write_registers()->set_words("ab");
  write(5, "xy");
  client.send(late);
  client.turn();
  EXPECT_EQ(client.replies.back().status(), v1::LINK_STATUS_STALE);
  EXPECT_EQ(read(5, 1).read_registers().words(), "xy");
}

TEST_F(Upload, ADigestOfNothingIsEmpty) {
  v1::LinkRequest request;
  request.mutable_digest()->set_object(v1::LINK_OBJECT_STIMULUS);
  const v1::LinkReply reply = client.answer(request);
  EXPECT_EQ(reply.status(), v1::LINK_STATUS_OK);
  EXPECT_EQ(reply.digest().size(), 0U);
  EXPECT_TRUE(reply.digest().sha256().empty());
}

}  // namespace
}  // namespace vle::firmware_interface
