#include <gmock/gmock.h>

#include "test_client.hpp"

namespace vle::firmware_interface {
namespace {

/// 40 recorded steps of a run with two ranges: more than the ring holds.
v1::RunRequest long_run(std::uint32_t run_id) {
  v1::RunRequest run;
  run.set_run_id(run_id);
  run.set_steps(200);
  run.set_settle_steps(7);
  run.set_every(3);
  v1::ScanRange& rates = *run.add_scan();
  rates.set_signal(v1::READOUT_SIGNAL_R);
  rates.set_count(16);
  v1::ScanRange& errors = *run.add_scan();
  errors.set_signal(v1::READOUT_SIGNAL_E);
  errors.set_first_column(3);
  errors.set_count(5);
  return run;
}

Bytes expected_codes() {
  const vle_fw_scan_range scan[] = {{VLE_FW_SIGNAL_R, 0, 0, 16}, {VLE_FW_SIGNAL_E, 0, 3, 5}};
  vle_fw_run plan{};
  plan.every = 3;
  plan.scan = scan;
  plan.scan_count = 2;
  return FakeBoard::expected_codes(plan, 200);
}

/// Everything that a host does for a run, and a change of registers after it. Every step must succeed, and every
/// mutation must have been made once, whatever the wire did to one message.
void whole_session(FakeBoard& board, TestClient& client) {
  Bytes image = pattern(1000, 5);
  const Bytes stimulus = pattern(200 * 6, 4);
  ASSERT_EQ(client.hello().status(), v1::LINK_STATUS_OK);
  ASSERT_EQ(client.upload(v1::LINK_OBJECT_IMAGE, image), v1::LINK_STATUS_OK);
  ASSERT_EQ(client.upload(v1::LINK_OBJECT_STIMULUS, stimulus), v1::LINK_STATUS_OK);
  ASSERT_EQ(client.run(long_run(9)).status(), v1::LINK_STATUS_OK);
  ASSERT_EQ(client.traces(9), expected_codes());
  v1::LinkRequest request;
  request.mutable_run_state();
  const v1::RunStateReply state = client.answer(request).run_state();
  EXPECT_EQ(state.state(), v1::RUN_STATE_DONE);
  EXPECT_EQ(state.steps_done(), 200U);
  EXPECT_EQ(state.counter_size(), 2);
  request.mutable_write_registers()->set_address(10);
  request.mutable_write_registers()->set_words("abcd");
  ASSERT_EQ(client.answer(request).status(), v1::LINK_STATUS_OK);
  std::copy_n("abcd", 4, image.begin() + 20);
  request.mutable_digest()->set_object(v1::LINK_OBJECT_IMAGE);
  const std::string digest = client.answer(request).digest().sha256();
  EXPECT_EQ(Bytes(digest.begin(), digest.end()), sha256_of(image));
  EXPECT_EQ(board.image(), image);
  EXPECT_EQ(board.stimulus(), stimulus);
  for (const char* once : {"run_prepare", "registers_write"}) EXPECT_EQ(board.calls[once], 1) << once;
  for (const char* twice : {"object_begin", "object_commit"}) EXPECT_EQ(board.calls[twice], 2) << twice;
  EXPECT_EQ(board.calls["object_write"], 8);
}

TEST(Scenario, AWholeSession) {
  FakeBoard board;
  TestClient client(board);
  whole_session(board, client);
  EXPECT_GT(client.messages, 40);
}

TEST(Scenario, SurvivesEveryFaultOfEveryMessage) {
  int messages = 0;
  {
    FakeBoard board;
    TestClient client(board);
    whole_session(board, client);
    messages = client.messages;
  }
  for (const Fault fault : {Fault::kDrop, Fault::kDuplicate, Fault::kDelay}) {
    for (int k = 0; k < messages && !testing::Test::HasFailure(); ++k) {
      SCOPED_TRACE(testing::Message() << "fault " << static_cast<int>(fault) << " of message " << k);
      FakeBoard board;
      TestClient client(board);
      client.fault = fault;
      client.faulty = k;
      whole_session(board, client);
    }
  }
}

TEST(Scenario, TheTransmitterMayTakeAByteAtATime) {
  FakeBoard board;
  board.transmit_most = 1;
  TestClient client(board);
  client.patience = 3000;
  ASSERT_EQ(client.hello().status(), v1::LINK_STATUS_OK);
  EXPECT_EQ(client.upload(v1::LINK_OBJECT_IMAGE, pattern(1000, 5)), v1::LINK_STATUS_OK);
}

}  // namespace
}  // namespace vle::firmware_interface
