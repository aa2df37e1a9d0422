#include <gmock/gmock.h>

#include <random>

#include "test_client.hpp"

namespace vle::firmware_interface {
namespace {

class Run : public testing::Test {
 protected:
  explicit Run(std::size_t ring_bytes = 4096) : board(ring_bytes), client(board) { load(); }

  void load() {
    client.hello();
    ASSERT_EQ(client.upload(v1::LINK_OBJECT_IMAGE, pattern(1000, 5)), v1::LINK_STATUS_OK);
    ASSERT_EQ(client.upload(v1::LINK_OBJECT_STIMULUS, pattern(600 * 6, 4)), v1::LINK_STATUS_OK);
  }
  static v1::RunRequest run_of(std::uint32_t run_id, std::uint32_t steps, std::uint32_t columns = 16) {
    v1::RunRequest run;
    run.set_run_id(run_id);
    run.set_steps(steps);
    run.set_every(1);
    if (columns == 0) return run;
    v1::ScanRange& range = *run.add_scan();
    range.set_signal(v1::READOUT_SIGNAL_U);
    range.set_count(columns);
    return run;
  }
  static Bytes codes_of(std::uint32_t steps, std::uint32_t columns = 16) {
    const vle_fw_scan_range range{VLE_FW_SIGNAL_U, 0, 0, columns};
    vle_fw_run plan{};
    plan.every = 1;
    plan.scan = &range;
    plan.scan_count = 1;
    return FakeBoard::expected_codes(plan, steps);
  }
  v1::RunStateReply state() {
    v1::LinkRequest request;
    request.mutable_run_state();
    return client.answer(request).run_state();
  }
  v1::RunStateReply abort() {
    v1::LinkRequest request;
    request.mutable_abort();
    return client.answer(request).run_state();
  }
  v1::LinkReply ask_traces(std::uint32_t run_id, std::uint32_t first, std::uint32_t count, std::uint32_t release = 0) {
    v1::LinkRequest request;
    request.mutable_trace()->set_run_id(run_id);
    request.mutable_trace()->set_first_index(first);
    request.mutable_trace()->set_count(count);
    request.mutable_trace()->set_release(release);
    return client.answer(request);
  }
  void turns(int count, std::uint32_t us = 100) {
    for (int i = 0; i < count; ++i) client.turn(us);
  }

  FakeBoard board;
  TestClient client;
};

TEST_F(Run, GoesThroughItsStates) {
  EXPECT_EQ(state().state(), v1::RUN_STATE_LOADED);
  board.again = 1;
  EXPECT_EQ(client.run(run_of(1, 20)).run_state().state(), v1::RUN_STATE_ARMED);
  turns(20);
  EXPECT_EQ(state().state(), v1::RUN_STATE_DONE);
  EXPECT_EQ(state().steps_done(), 20U);
  EXPECT_EQ(state().blocks_made(), 2U);
  EXPECT_EQ(client.traces(1), codes_of(20));
}

TEST_F(Run, ARunThatRecordsNothingHasOneEmptyBlock) {
  client.run(run_of(1, 20, 0));
  EXPECT_EQ(client.traces(1), Bytes());
  EXPECT_EQ(state().blocks_made(), 1U);
}

TEST_F(Run, ABlockThatIsJustFullIsFollowedByAnEmptyLast) {
  client.run(run_of(1, 16));
  EXPECT_EQ(client.traces(1), codes_of(16));
  EXPECT_EQ(state().blocks_made(), 2U);
}

TEST_F(Run, TheSameRunNeverStartsTwice) {
  client.run(run_of(5, 20));
  turns(20);
  EXPECT_EQ(client.run(run_of(5, 20)).run_state().state(), v1::RUN_STATE_DONE);
  EXPECT_EQ(board.calls["run_prepare"], 1);
  EXPECT_EQ(client.run(run_of(6, 20)).status(), v1::LINK_STATUS_OK);
  EXPECT_EQ(client.traces(6), codes_of(20));
}

TEST_F(Run, WaitsForTheHostRatherThanLoseSamples) {
  client.run(run_of(1, 600));
  turns(500);
  EXPECT_EQ(state().state(), v1::RUN_STATE_RUNNING) << "the ring is full";
  EXPECT_LT(state().steps_done(), 200U);
  EXPECT_EQ(state().blocks_from(), 0U);
  EXPECT_EQ(client.traces(1), codes_of(600));
}

TEST_F(Run, ARingThatOverwritesSaysWhatItLost) {
  board.board.pauses = false;
  board.restart();
  load();
  client.run(run_of(1, 600));
  turns(500);
  const v1::RunStateReply done = state();
  EXPECT_EQ(done.state(), v1::RUN_STATE_DONE);
  EXPECT_EQ(done.blocks_made(), 38U);
  EXPECT_GT(done.blocks_from(), 20U);
  client.events.clear();
  ask_traces(1, 3, 100);
  turns(100);
  ASSERT_GT(client.events.size(), 1U);
  EXPECT_EQ(client.events.front().trace_gap().first(), 3U);
  EXPECT_EQ(client.events.front().trace_gap().end(), done.blocks_from());
  const Bytes codes = codes_of(600);
  std::uint32_t next = done.blocks_from();
  for (std::size_t i = 1; i < client.events.size(); ++i, ++next) {
    const v1::TraceBlock& block = client.events[i].trace_block();
    ASSERT_EQ(block.index(), next);
    const auto at = codes.begin() + static_cast<std::ptrdiff_t>(next) * 512;
    ASSERT_TRUE(std::equal(block.data().begin(), block.data().end(), at,
                           [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }));
  }
  EXPECT_EQ(next, 38U);
}

TEST_F(Run, CreditIsNeverExceededAndEndlessCreditBlocksNothing) {
  client.run(run_of(1, 600));
  ask_traces(1, 0, 3);
  turns(200);
  EXPECT_EQ(client.events.size(), 3U);
  client.events.clear();
  ask_traces(1, 1, 0xFFFFFFFFU);
  turns(5);
  EXPECT_EQ(state().run_id(), 1U) << "others are served meanwhile";
  client.events.clear();
  ask_traces(1, 1, 0);
  turns(2);
  client.events.clear();
  turns(50);
  EXPECT_TRUE(client.events.empty());
}

TEST_F(Run, TraceRequestsThatMeanNothingAreRefused) {
  EXPECT_EQ(ask_traces(0, 0, 1).status(), v1::LINK_STATUS_WRONG_STATE);
  client.run(run_of(1, 40));
  turns(50);
  EXPECT_EQ(ask_traces(2, 0, 1).status(), v1::LINK_STATUS_WRONG_STATE);
  EXPECT_EQ(ask_traces(1, 99, 1, 99).status(), v1::LINK_STATUS_OUT_OF_RANGE);
  EXPECT_EQ(ask_traces(1, 0, 1, 1).status(), v1::LINK_STATUS_OUT_OF_RANGE);
}

TEST_F(Run, RefusesWhatCannotBeRun) {
  const auto refused = [&](const std::function<void(v1::RunRequest&)>& change) {
    v1::RunRequest run = run_of(1, 20);
    change(run);
    return client.run(run).status() == v1::LINK_STATUS_OUT_OF_RANGE;
  };
  EXPECT_TRUE(refused([](auto& run) { run.set_steps(0); }));
  EXPECT_TRUE(refused([](auto& run) { run.set_steps(601); }));
  EXPECT_TRUE(refused([](auto& run) { run.set_settle_steps(0xFFFFFFFFU); }));
  EXPECT_TRUE(refused([](auto& run) { run.set_every(0); }));
  EXPECT_TRUE(refused([](auto& run) { run.mutable_scan(0)->set_count(0); }));
  EXPECT_TRUE(refused([](auto& run) { run.mutable_scan(0)->set_count(17); }));
  EXPECT_TRUE(refused([](auto& run) { run.mutable_scan(0)->set_first_column(0xFFFFFFFFU); }));
  EXPECT_TRUE(refused([](auto& run) { run.mutable_scan(0)->set_core(1); }));
  EXPECT_TRUE(refused([](auto& run) { run.mutable_scan(0)->set_signal(v1::READOUT_SIGNAL_UNSPECIFIED); }));
  EXPECT_EQ(client.run(run_of(0, 20)).status(), v1::LINK_STATUS_MALFORMED);
  EXPECT_EQ(board.calls["run_prepare"], 0);
}

TEST_F(Run, WhatTheChipRefusesMayBeTriedAgain) {
  board.next_status = VLE_FW_OUT_OF_RANGE;
  EXPECT_EQ(client.run(run_of(1, 20)).status(), v1::LINK_STATUS_OUT_OF_RANGE);
  EXPECT_EQ(client.run(run_of(1, 20)).status(), v1::LINK_STATUS_OK);
  EXPECT_EQ(client.traces(1), codes_of(20));
}

TEST_F(Run, TheBoardMaySayWhyInItsOwnWords) {
  board.hal.refusal = [](void*) { return "the scan takes 9 clocks too long"; };
  board.next_status = VLE_FW_OUT_OF_RANGE;
  EXPECT_EQ(client.run(run_of(1, 20)).text(), "the scan takes 9 clocks too long");
}

TEST_F(Run, WhileItGoesOnNothingUnderItIsChanged) {
  board.steps_per_call = 1;
  client.run(run_of(1, 600));
  EXPECT_EQ(client.answer(begin_of(v1::LINK_OBJECT_IMAGE, Bytes(10))).status(), v1::LINK_STATUS_WRONG_STATE);
  v1::LinkRequest request;
  request.mutable_write_registers()->set_address(5);
  request.mutable_write_registers()->set_words("ab");
  EXPECT_EQ(client.answer(request).status(), v1::LINK_STATUS_WRONG_STATE);
  request.mutable_digest()->set_object(v1::LINK_OBJECT_IMAGE);
  EXPECT_EQ(client.answer(request).status(), v1::LINK_STATUS_WRONG_STATE);
  const v1::LinkReply other = client.run(run_of(2, 600));
  EXPECT_EQ(other.status(), v1::LINK_STATUS_WRONG_STATE);
  EXPECT_EQ(other.run_state().run_id(), 1U);
}

TEST_F(Run, AbortIsValidAlwaysAndKeepsWhatWasRecorded) {
  EXPECT_EQ(abort().state(), v1::RUN_STATE_LOADED);
  board.steps_per_call = 1;
  client.run(run_of(1, 600));
  turns(50);
  const v1::RunStateReply aborted = abort();
  EXPECT_EQ(aborted.state(), v1::RUN_STATE_ABORTED);
  EXPECT_EQ(aborted.halt_cause(), v1::HALT_CAUSE_REQUEST);
  EXPECT_GT(aborted.steps_done(), 10U);
  EXPECT_EQ(abort().state(), v1::RUN_STATE_ABORTED);
  EXPECT_EQ(board.calls["run_stop"], 1);
  EXPECT_EQ(client.traces(1), codes_of(aborted.steps_done()));
  EXPECT_EQ(client.run(run_of(2, 20)).status(), v1::LINK_STATUS_OK);
}

TEST_F(Run, AbortIsNotHeldUpByTraces) {
  client.run(run_of(1, 600));
  ask_traces(1, 0, 1000);
  board.transmit_most = 64;
  turns(30);
  const int before = client.messages;
  abort();
  EXPECT_LE(client.messages - before, 4) << "the request, a block that was on its way, the answer";
}

// As between the two halves of a counter. The run goes on, and the time that was gone over twice counts once.
TEST_F(Run, AClockThatStepsBackStandsStill) {
  board.steps_per_call = 0;
  board.restart();
  load();
  client.run(run_of(1, 600));
  turns(3, 100'000);
  v1::LinkRequest request;
  request.mutable_stats();
  const std::uint32_t before = client.answer(request).stats().uptime_ms();
  board.now_us -= 1'000;
  board.poll(0);
  EXPECT_EQ(state().state(), v1::RUN_STATE_RUNNING);
  EXPECT_FALSE(board.safe);
  EXPECT_LE(client.answer(request).stats().uptime_ms() - before, 10U);
}

TEST_F(Run, ASilentHostMakesTheBoardSafe) {
  board.steps_per_call = 0;
  board.board.stall_limit_ms = 100000;
  board.restart();
  load();
  client.run(run_of(1, 600));
  turns(19, 100'000);
  EXPECT_FALSE(board.safe);
  turns(3, 100'000);
  EXPECT_TRUE(board.safe);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(state().state(), v1::RUN_STATE_ABORTED);
    EXPECT_EQ(state().halt_cause(), v1::HALT_CAUSE_HOST_SILENT);
  }
  client.run(run_of(2, 20));
  EXPECT_EQ(state().halt_cause(), v1::HALT_CAUSE_NONE);
}

TEST_F(Run, HeartbeatsKeepItGoing) {
  board.steps_per_call = 0;
  board.board.stall_limit_ms = 100000;
  board.restart();
  load();
  client.run(run_of(1, 600));
  for (int i = 0; i < 40; ++i) {
    v1::LinkRequest request;
    request.mutable_heartbeat();
    client.turn(500'000);
    EXPECT_EQ(client.answer(request).heartbeat().state(), v1::RUN_STATE_RUNNING);
  }
  EXPECT_FALSE(board.safe);
}

TEST_F(Run, AChipThatStandsStillIsAFault) {
  board.chip_stuck = true;
  client.run(run_of(1, 600));
  turns(12, 100'000);
  EXPECT_EQ(state().state(), v1::RUN_STATE_FAULT);
  EXPECT_EQ(state().halt_cause(), v1::HALT_CAUSE_CHIP_STALLED);
  EXPECT_TRUE(board.safe);
}

TEST_F(Run, AChipThatFailsIsAFaultAndTheNextRunMayWork) {
  client.run(run_of(1, 600));
  board.next_status = VLE_FW_FAULT;
  turns(10);
  EXPECT_EQ(state().state(), v1::RUN_STATE_FAULT);
  EXPECT_EQ(state().halt_cause(), v1::HALT_CAUSE_CHIP_FAULT);
  client.run(run_of(2, 20));
  EXPECT_EQ(client.traces(2), codes_of(20));
}

TEST_F(Run, EveryTurnKicksTheWatchdog) {
  const int before = board.calls["watchdog_kick"];
  turns(10);
  EXPECT_EQ(board.calls["watchdog_kick"], before + 10);
}

TEST_F(Run, ABoardAtRestIsIdleAndOneThatRunsIsNot) {
  EXPECT_TRUE(vle_fw_idle(&board.core));
  client.run(run_of(1, 20));
  EXPECT_FALSE(vle_fw_idle(&board.core));
  turns(30);
  EXPECT_TRUE(vle_fw_idle(&board.core));
}

/// Whatever is asked in whatever order: every request gets its answer, no run starts twice, and states follow each
/// other only as docs/protocol.md draws them.
TEST_F(Run, AnyOrderOfRequestsKeepsTheRules) {
  const std::map<v1::RunState, std::vector<v1::RunState>> next{
      {v1::RUN_STATE_LOADED, {v1::RUN_STATE_ARMED, v1::RUN_STATE_RUNNING, v1::RUN_STATE_DONE}},
      {v1::RUN_STATE_ARMED, {v1::RUN_STATE_RUNNING, v1::RUN_STATE_ABORTED, v1::RUN_STATE_DONE}},
      {v1::RUN_STATE_RUNNING, {v1::RUN_STATE_DONE, v1::RUN_STATE_ABORTED}},
      {v1::RUN_STATE_DONE, {v1::RUN_STATE_LOADED, v1::RUN_STATE_ARMED, v1::RUN_STATE_RUNNING}},
      {v1::RUN_STATE_ABORTED, {v1::RUN_STATE_LOADED, v1::RUN_STATE_ARMED, v1::RUN_STATE_RUNNING, v1::RUN_STATE_DONE}}};
  std::mt19937 random(11);
  const auto draw = [&random](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); };
  board.steps_per_call = 1;
  auto before = static_cast<v1::RunState>(board.core.run.state);
  client.after_turn = [&] {
    const auto now = static_cast<v1::RunState>(board.core.run.state);
    EXPECT_TRUE(now == before || testing::Value(next.at(before), testing::Contains(now))) << before << " to " << now;
    before = now;
  };
  std::uint32_t run_id = 0;
  for (int i = 0; i < 3000; ++i) {
    board.again = draw(4) == 0 ? 3 : 0;
    switch (draw(7)) {
      case 0:
        client.run(run_of(++run_id, 1 + draw(30)));
        break;
      case 1:
        client.run(run_of(run_id, 5));
        break;
      case 2:
        abort();
        break;
      case 3:
        client.upload(v1::LINK_OBJECT_IMAGE, pattern(400 + 2 * draw(50), 5));
        break;
      case 4:
        ask_traces(run_id, draw(3), draw(5));
        break;
      case 5:
        client.hello();
        break;
      default:
        turns(static_cast<int>(draw(20)));
    }
    ASSERT_FALSE(HasFailure());
    client.events.clear();
  }
  EXPECT_LE(board.calls["run_prepare"], static_cast<int>(run_id));
  EXPECT_GT(board.calls["run_prepare"], 100);
}

}  // namespace
}  // namespace vle::firmware_interface
