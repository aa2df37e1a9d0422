#include <utility>

#include "defect.hpp"

namespace vle::conformance::test {
namespace {

bool is_running(const FakeBoard& board) {
  return board.core.run.state == vle_v1_RunState_RUN_STATE_RUNNING ||
         board.core.run.state == vle_v1_RunState_RUN_STATE_ARMED;
}

bool starts_a_run_twice(FakeBoard& board, v1::LinkRequest& request) {
  if (request.has_run() && request.run().run_id() == board.core.run.id && !is_running(board)) board.core.run.id = 0;
  return true;
}

/// A Heartbeat is answered, but not taken for a sign of life.
Defect deaf_to_heartbeats() {
  auto heard = std::make_shared<std::optional<std::uint32_t>>();
  Defect defect = test::defect("HeartbeatIsNoSignOfLife", "safety.alive");
  defect.on_request = [heard](FakeBoard& board, v1::LinkRequest& request) {
    if (request.has_heartbeat()) *heard = board.core.session.last_frame_us;
    return true;
  };
  defect.after_turn = [heard](FakeBoard& board) {
    if (const auto before = std::exchange(*heard, std::nullopt)) board.core.session.last_frame_us = *before;
  };
  return defect;
}

bool ignores_abort(FakeBoard& board, v1::LinkRequest& request) {
  if (request.has_abort() && is_running(board)) request.mutable_run_state();
  return true;
}

bool sends_all_blocks(FakeBoard&, v1::LinkRequest& request) {
  if (request.trace().count() > 0) request.mutable_trace()->set_count(1000);
  return true;
}

/// Every other block after the one behind it.
Defect blocks_out_of_order() {
  Defect defect = test::defect("BlocksOutOfOrder", "trace.order");
  defect.on_answer = [held = std::optional<OpenFrame>()](FakeBoard& board, OpenFrame frame) mutable {
    std::vector<OpenFrame> frames{frame};
    v1::LinkEvent event;
    if (frame.header.kind != VLE_FW_KIND_EVENT || !event.ParseFromString(frame.message)) return frames;
    if (held) {
      frames.push_back(*std::exchange(held, std::nullopt));
    } else if (board.core.trace.credit > 0 && !event.trace_block().last()) {
      held = std::move(frame);
      frames.clear();
    }
    return frames;
  };
  return defect;
}

std::vector<OpenFrame> never_says_last(FakeBoard&, OpenFrame frame) {
  v1::LinkEvent event;
  if (frame.header.kind == VLE_FW_KIND_EVENT && event.ParseFromString(frame.message)) {
    event.mutable_trace_block()->set_last(false);
    frame.message = event.SerializeAsString();
  }
  return {frame};
}

}  // namespace

std::vector<Defect> run_defects() {
  std::vector<Defect> list(11);
  list[0] = defect("RunsTwice", "run.once");
  list[0].on_request = starts_a_run_twice;
  list[1] = defect("RunsOnAlone", "safety.silence", "safe_state");
  list[1].after_turn = [](FakeBoard& board) {
    if (is_running(board)) board.core.session.last_frame_us = board.core.now_us;
  };
  list[2] = deaf_to_heartbeats();
  list[3] = defect("AbortDoesNotStop", "run.abort", "run_stop");
  list[3].on_request = ignores_abort;
  list[4] = defect("CreditIsIgnored", "trace.credit");
  list[4].on_request = sends_all_blocks;
  list[5] = blocks_out_of_order();
  list[6] = defect("NoBlockIsLast", "trace.blocks");
  list[6].on_answer = never_says_last;
  list[7] = defect("ChipStandsStill", "run.end", "run_step");
  list[7].set_up = [](FakeBoard& board) { board.chip_stuck = true; };
  list[8] = defect("NoRunPrepare", "run.end", "run_prepare");
  list[8].set_up = [](FakeBoard& board) { board.hal.run_prepare = nullptr; };
  list[9] = defect("NoSamples", "trace.blocks", "run_samples");
  list[9].set_up = [](FakeBoard& board) { board.hal.run_samples = nullptr; };
  list[10] = defect("NotSeeded", "run.seed", "seeded");
  list[10].on_answer = [](FakeBoard&, OpenFrame frame) {
    v1::LinkEvent event;
    if (frame.header.kind != VLE_FW_KIND_EVENT || !event.ParseFromString(frame.message)) return std::vector{frame};
    std::string& data = *event.mutable_trace_block()->mutable_data();
    if (!data.empty()) data[0] = static_cast<char>(event.trace_block().run_id() & 0xFFU);
    frame.message = event.SerializeAsString();
    return std::vector{frame};
  };
  return list;
}

}  // namespace vle::conformance::test
