#include <gmock/gmock.h>

#include "test_client.hpp"

namespace vle::firmware_interface {
namespace {

using testing::HasSubstr;

v1::LinkRequest hello_of(std::uint32_t version_min, std::uint32_t version_max, std::uint64_t nonce) {
  v1::LinkRequest request;
  request.mutable_hello()->set_version_min(version_min);
  request.mutable_hello()->set_version_max(version_max);
  request.mutable_hello()->set_client_nonce(nonce);
  return request;
}

v1::LinkRequest heartbeat() {
  v1::LinkRequest request;
  request.mutable_heartbeat();
  return request;
}

TEST(Session, HelloSaysWhatTheBoardIs) {
  FakeBoard board;
  TestClient client(board);
  const v1::HelloReply hello = client.hello().hello();
  EXPECT_EQ(hello.version(), 1U);
  EXPECT_NE(hello.session(), 0U);
  EXPECT_EQ(hello.boot_id(), 1U);
  EXPECT_EQ(hello.max_payload(), VLE_FW_MAX_PAYLOAD);
  EXPECT_EQ(hello.max_chunk(), 512U);
  EXPECT_EQ(hello.target(), "fake");
  EXPECT_EQ(hello.chip_id(), 7U);
  EXPECT_EQ(hello.limits().image_words(), 2000U);
  EXPECT_EQ(hello.limits().trace_block_bytes(), 512U);
  EXPECT_EQ(hello.features(), 0b11110U);
}

TEST(Session, AMissingFunctionIsAMissingFeature) {
  FakeBoard board;
  board.hal.reset = nullptr;
  board.hal.registers_read = nullptr;
  board.board.seeded = false;
  board.restart();
  TestClient client(board);
  EXPECT_EQ(client.hello().hello().features(), 1U << v1::LINK_FEATURE_PAUSE);
  v1::LinkRequest request;
  request.mutable_reset();
  EXPECT_EQ(client.answer(request).status(), v1::LINK_STATUS_UNSUPPORTED);
}

TEST(Session, EveryHandshakeThatFailsIsAnsweredAndOpensNothing) {
  FakeBoard board;
  TestClient client(board);
  for (const auto& [min, max] : {std::pair{2U, 9U}, std::pair{0U, 0U}, std::pair{7U, 3U}}) {
    const v1::LinkReply reply = client.answer(hello_of(min, max, 1));
    EXPECT_EQ(reply.status(), v1::LINK_STATUS_VERSION_MISMATCH);
    EXPECT_EQ(reply.hello().version_min(), 1U);
    EXPECT_EQ(reply.hello().version_max(), 1U);
    EXPECT_EQ(reply.hello().version(), 0U);
    EXPECT_EQ(reply.hello().session(), 0U);
    EXPECT_EQ(reply.hello().firmware_version(), "0.1.0");
  }
  client.send(hello_of(1, 1, 0));
  client.turn();
  ASSERT_EQ(client.replies.size(), 1U);
  EXPECT_EQ(client.replies.front().status(), v1::LINK_STATUS_MALFORMED);
  EXPECT_EQ(client.answer(heartbeat()).status(), v1::LINK_STATUS_NO_SESSION);
}

TEST(Session, ANewerHostThatAlsoSpeaksThisVersionIsServed) {
  FakeBoard board;
  TestClient client(board);
  EXPECT_EQ(client.answer(hello_of(1, 40, 5)).hello().version(), 1U);
}

TEST(Session, AnEmptyMessageDoesNothing) {
  FakeBoard board;
  TestClient client(board);
  client.hello();
  for (const int with_id : {0, 1}) {
    v1::LinkRequest request;
    if (with_id != 0) request.set_id(50);
    client.send(request);
    client.turn();
    ASSERT_EQ(client.replies.size(), 1U);
    EXPECT_EQ(client.replies.front().status(), with_id != 0 ? v1::LINK_STATUS_UNSUPPORTED : v1::LINK_STATUS_MALFORMED);
    client.replies.clear();
  }
  EXPECT_EQ(board.calls["object_begin"] + board.calls["run_prepare"], 0);
}

TEST(Session, MessagesThatAreNoneAreCounted) {
  FakeBoard board;
  TestClient client(board);
  client.hello();
  const auto session = static_cast<std::uint16_t>(client.session);
  client.send_bytes(encoded({1, VLE_FW_KIND_REQUEST, session, 0, 0}, {0xFF, 0xFF, 0xFF}));
  client.turn();
  EXPECT_EQ(client.replies.back().status(), v1::LINK_STATUS_MALFORMED);
  client.send_bytes(encoded({9, VLE_FW_KIND_REQUEST, session, 0, 0}, {}));
  client.turn();
  EXPECT_EQ(client.replies.back().status(), v1::LINK_STATUS_VERSION_MISMATCH);
  client.replies.clear();
  client.send_bytes(encoded({1, VLE_FW_KIND_REPLY, session, 0, 0}, {}));
  client.send_bytes({0x11, 0x22, 0});
  Bytes damaged = encoded({1, VLE_FW_KIND_REQUEST, session, 0, 0}, {1, 2, 3});
  damaged[damaged.size() - 6] ^= 0x40U;
  client.send_bytes(damaged);
  client.send_bytes(encoded({1, VLE_FW_KIND_REQUEST, session, 0, 0}, pattern(VLE_FW_MAX_PAYLOAD + 1, 9)));
  client.turn();
  EXPECT_TRUE(client.replies.empty()) << "what nobody asked is not answered";
  v1::LinkRequest request;
  request.mutable_stats();
  const v1::StatsReply stats = client.answer(request).stats();
  EXPECT_EQ(stats.decode_errors(), 1U);
  EXPECT_EQ(stats.bad_frames(), 3U);
  EXPECT_EQ(stats.crc_errors(), 1U);
  EXPECT_EQ(stats.oversize(), 1U);
  EXPECT_EQ(stats.reset_cause(), v1::RESET_CAUSE_POWER_ON);
}

TEST(Session, AnyPrefixOfGarbageIsForgottenAtADelimiter) {
  for (std::size_t count = 0; count < 100; ++count) {
    FakeBoard board;
    TestClient client(board);
    client.send_bytes(pattern(count, 1000));
    client.send_bytes({0});
    client.retries = 1;
    ASSERT_EQ(client.hello().status(), v1::LINK_STATUS_OK) << count;
  }
}

TEST(Session, ManyFramesInOneReadAreAllAnswered) {
  FakeBoard board;
  TestClient client(board);
  client.hello();
  for (std::uint32_t id = 100; id < 120; ++id) {
    v1::LinkRequest request = heartbeat();
    request.set_id(id);
    client.send(request);
  }
  board.transmit_most = 3;
  for (int i = 0; i < 2000; ++i) client.turn();
  ASSERT_EQ(client.replies.size(), 20U);
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_EQ(client.replies[i].id(), 100 + i);
}

TEST(Session, TheCreditFollowsTheReceiver) {
  static std::uint32_t window = 0;
  FakeBoard board;
  board.hal.receive_window = [](void*) { return window; };
  TestClient client(board);
  for (const auto& [bytes, credit] :
       {std::pair{2048U, 32U}, std::pair{700U, 10U}, std::pair{63U, 0U}, std::pair{100000000U, 65535U}}) {
    window = bytes;
    client.hello();
    EXPECT_EQ(client.last_credit, credit);
  }
}

TEST(Session, TheSameClientKeepsItsSessionAndAnotherWaits) {
  FakeBoard board;
  TestClient first(board, 1);
  TestClient second(board, 2);
  const std::uint32_t session = first.hello().hello().session();
  EXPECT_EQ(first.hello().hello().session(), session);
  const v1::LinkReply refused = second.hello();
  EXPECT_EQ(refused.status(), v1::LINK_STATUS_BUSY);
  EXPECT_EQ(refused.text(), "test") << "who has the board";
  first.turn(1'999'000);
  EXPECT_EQ(second.hello().status(), v1::LINK_STATUS_BUSY);
  first.turn(10'000);
  EXPECT_EQ(second.hello().status(), v1::LINK_STATUS_OK);
  EXPECT_NE(second.session, session);
  EXPECT_EQ(first.answer(heartbeat()).status(), v1::LINK_STATUS_NO_SESSION);
  EXPECT_EQ(first.hello().status(), v1::LINK_STATUS_BUSY);
}

TEST(Session, ABoardMayKeepAQueue) {
  FakeBoard board;
  FakeBoard* asked = &board;
  static FakeBoard* queue;
  queue = asked;
  board.hal.claim = [](void*, std::uint64_t, std::uint32_t* position) {
    *position = 3;
    return queue->claim_status;
  };
  board.hal.release = [](void*) { ++queue->calls["release"]; };
  board.claim_status = VLE_FW_BUSY;
  TestClient client(board);
  const v1::LinkReply waiting = client.hello();
  EXPECT_EQ(waiting.status(), v1::LINK_STATUS_BUSY);
  EXPECT_EQ(waiting.hello().queue_position(), 3U);
  board.claim_status = VLE_FW_OK;
  EXPECT_EQ(client.hello().status(), v1::LINK_STATUS_OK);
  const std::uint32_t session = client.session;
  EXPECT_EQ(board.calls["release"], 0);
  for (int i = 0; i < 5; ++i) client.turn(500'000);
  EXPECT_EQ(board.calls["release"], 1) << "silent for longer than the limit";
  EXPECT_EQ(client.answer(heartbeat()).status(), v1::LINK_STATUS_NO_SESSION);
  EXPECT_EQ(client.hello().hello().session(), session);
}

TEST(Session, ARestartIsSeen) {
  FakeBoard board;
  TestClient client(board);
  const v1::HelloReply before = client.hello().hello();
  board.restart();
  EXPECT_EQ(client.answer(heartbeat()).status(), v1::LINK_STATUS_NO_SESSION);
  const v1::HelloReply after = client.hello().hello();
  EXPECT_NE(after.boot_id(), before.boot_id());
  EXPECT_NE(after.session(), before.session());
}

TEST(Session, ResetLeavesAfterItsAnswer) {
  FakeBoard board;
  TestClient client(board);
  client.hello();
  v1::LinkRequest request;
  request.mutable_reset();
  EXPECT_EQ(client.answer(request).status(), v1::LINK_STATUS_OK);
  EXPECT_EQ(board.boot_id, 2U);
  EXPECT_TRUE(board.safe);
}

TEST(Session, TheTargetIsReadPieceByPiece) {
  FakeBoard board;
  TestClient client(board);
  client.hello();
  std::string text;
  v1::LinkReply reply;
  do {
    v1::LinkRequest request;
    request.mutable_get_target()->set_offset(static_cast<std::uint32_t>(text.size()));
    reply = client.answer(request);
    text += reply.get_target().data();
  } while (!reply.get_target().data().empty());
  EXPECT_EQ(Bytes(text.begin(), text.end()), pattern(1300, 9));
  EXPECT_EQ(text.size(), reply.get_target().total_size());
  const std::string& hash = reply.get_target().sha256();
  EXPECT_EQ(Bytes(hash.begin(), hash.end()), sha256_of(pattern(1300, 9)));
  v1::LinkRequest beyond;
  beyond.mutable_get_target()->set_offset(1301);
  EXPECT_EQ(client.answer(beyond).status(), v1::LINK_STATUS_OUT_OF_RANGE);
}

TEST(Session, UnusableTablesAreRefused) {
  FakeBoard board;
  vle_fw core;
  vle_fw_hal hal = board.hal;
  EXPECT_TRUE(vle_fw_init(&core, &hal, &board, &board.board));
  hal.abi = 2;
  EXPECT_FALSE(vle_fw_init(&core, &hal, &board, &board.board));
  hal = board.hal;
  hal.transmit = nullptr;
  EXPECT_FALSE(vle_fw_init(&core, &hal, &board, &board.board));
  vle_fw_board small = board.board;
  small.rx_window = VLE_FW_FRAME_BOUND(VLE_FW_MAX_PAYLOAD) - 1;
  EXPECT_FALSE(vle_fw_init(&core, &board.hal, &board, &small));
  EXPECT_THAT(small.target, HasSubstr("fake"));
}

}  // namespace
}  // namespace vle::firmware_interface
