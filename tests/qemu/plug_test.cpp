#include <gmock/gmock.h>

#include "desk_board.hpp"
#include "raw_host.hpp"
#include "subject.hpp"
#include "watched_medium.hpp"

namespace vle::qemu {
namespace {

using link::test::subject_map;
using link::test::subject_stimulus;
using testing::HasSubstr;

Traces expected_traces(const RunOptions& options) {
  return run_on_chip(subject_map(), 7, {}, subject_stimulus(1, 400), options);
}

/// The same command as before the plug was pulled, by a host that starts anew.
void expect_right_result(const DeskBoard& board, const RunOptions& options) {
  const auto client = link::open_link(board.uri());
  ASSERT_TRUE(client.has_value()) << client.error().message;
  const auto loaded = (*client)->load(subject_map());
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  const auto traces = (*client)->run(subject_stimulus(1, 400), options);
  ASSERT_TRUE(traces.has_value()) << traces.error().message;
  EXPECT_EQ(traces->signals[0].codes, expected_traces(options).signals[0].codes);
}

TEST(PulledPlug, WhileStreamingIsReportedAndTheRunRepeatedIsRight) {
  DeskBoard board(coarse_target());
  auto client = link::open_link(board.uri()).value();
  ASSERT_TRUE(client->load(subject_map()).has_value());
  RunOptions options;
  options.seed = 4;
  int pulled = 0;
  options.progress = [&](std::int64_t, std::int64_t) {
    if (pulled++ > 0) return;
    board.pull_plug();
    board.plug_in();
  };
  const auto cut = client->run(subject_stimulus(1, 5000), options);
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error().code, ErrorCode::kDevice);
  EXPECT_THAT(cut.error().message, HasSubstr("the board restarted (by power on)"));
  EXPECT_THAT(cut.error().message, HasSubstr("run the command again"));
  options.progress = {};
  client.reset();  // a serial line has room for one
  expect_right_result(board, options);
}

TEST(PulledPlug, ForGoodIsABoardThatIsNotThere) {
  DeskBoard board(coarse_target());
  link::LinkOptions hasty;
  hasty.patience.connect = std::chrono::seconds(3);
  const auto client = link::open_link(board.uri(), hasty).value();
  ASSERT_TRUE(client->load(subject_map()).has_value());
  board.pull_plug();
  const auto gone = client->run(subject_stimulus(1, 20), {});
  ASSERT_FALSE(gone.has_value());
  EXPECT_THAT(gone.error().message, HasSubstr("no connection"));
}

TEST(PulledPlug, DuringAnUploadIsReportedAndTheUploadRepeatedIsWhole) {
  DeskBoard board(coarse_target());
  const std::size_t half = subject_map()->image.size();  // of two bytes each
  auto medium = std::make_unique<WatchedMedium>(link::make_medium(board.uri()).value());
  medium->at_byte_sent(half, [&board] {
    board.pull_plug();
    board.plug_in();
  });
  auto client = link::open_link(std::move(medium)).value();
  const auto cut = client->load(subject_map());
  ASSERT_FALSE(cut.has_value());
  EXPECT_THAT(cut.error().message, HasSubstr("the board restarted (by power on)"));
  client.reset();
  expect_right_result(board, {});
}

TEST(PulledPlug, DuringARunIsReportedAndTheRunRepeatedIsRight) {
  DeskBoard board(coarse_target());
  {
    RawHost host(board);
    host.load_subject(100);
    host.start_long_run();
    while (host.run_state()->state() == v1::RUN_STATE_ARMED) continue;
    ASSERT_EQ(host.run_state()->state(), v1::RUN_STATE_RUNNING);
    board.pull_plug();
    board.plug_in();
    const auto state = host.run_state();
    ASSERT_FALSE(state.has_value());
    EXPECT_THAT(state.error().message, HasSubstr("the board restarted (by power on)"));
  }
  expect_right_result(board, {});
}

TEST(PulledPlug, OfTheChipMakesTheBoardBeginAnew) {
  DeskBoard board(coarse_target());
  auto client = link::open_link(board.uri()).value();
  ASSERT_TRUE(client->load(subject_map()).has_value());
  board.pull_plug_of_chip();
  board.plug_in_chip();
  const auto cut = client->run(subject_stimulus(1, 20), {});
  ASSERT_FALSE(cut.has_value());
  EXPECT_THAT(cut.error().message, HasSubstr("the board restarted (by a fault)"));
  client.reset();
  expect_right_result(board, {});
}

TEST(SilentHost, BringsTheBoardToItsSafeStateWithinTheLimit) {
  DeskBoard board(coarse_target());
  {
    RawHost host(board);
    host.load_subject(100);
    host.start_long_run();
    while (host.run_state()->state() == v1::RUN_STATE_ARMED) continue;
    const std::chrono::milliseconds limit(host.session().board().limits().heartbeat_limit_ms());
    EXPECT_EQ(limit, std::chrono::milliseconds(2000));
    host.keep_silent(limit / 2);
    EXPECT_EQ(host.run_state()->state(), v1::RUN_STATE_RUNNING);
    host.keep_silent(limit + limit / 4);
    const auto state = host.run_state();
    ASSERT_TRUE(state.has_value()) << state.error().message;
    EXPECT_EQ(state->state(), v1::RUN_STATE_ABORTED);
    EXPECT_EQ(state->halt_cause(), v1::HALT_CAUSE_HOST_SILENT);
  }
  expect_right_result(board, {});
}

TEST(Watchdog, ResetsABoardThatStandsStillAndTheHostSeesIt) {
  DeskBoard board(coarse_target(), "firmware_faults.elf");
  auto client = link::open_link(board.uri()).value();
  ASSERT_TRUE(client->load(subject_map()).has_value());
  RunOptions options;
  options.seed = 0xDEAD;  // faults.h
  const auto stuck = client->run(subject_stimulus(1, 20), options);
  ASSERT_FALSE(stuck.has_value());
  EXPECT_THAT(stuck.error().message, HasSubstr("the board restarted (by its watchdog)"));
  client.reset();
  expect_right_result(board, {});
}

TEST(Overruns, AreCountedAndChangeNoResult) {
  DeskBoard board(coarse_target(), "firmware_faults.elf");
  link::LinkOptions options;
  options.client_nonce = RawHost::kNonce;
  auto client = link::open_link(board.uri(), options).value();
  ASSERT_TRUE(client->load(subject_map()).has_value());
  const Stimulus stimulus = subject_stimulus(8, 400);
  const auto traces = client->run(stimulus, {});
  ASSERT_TRUE(traces.has_value()) << traces.error().message;
  EXPECT_EQ(traces->signals[0].codes, run_on_chip(subject_map(), 7, {}, stimulus, {}).signals[0].codes);
  client.reset();
  const v1::StatsReply stats = RawHost(board).stats();
  EXPECT_GE(stats.overruns(), 2U);
  EXPECT_GE(stats.crc_errors() + stats.bad_frames(), 1U);
  EXPECT_LE(stats.stack_high_water(), 1024U);
}

}  // namespace
}  // namespace vle::qemu
