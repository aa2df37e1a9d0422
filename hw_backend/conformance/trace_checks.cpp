#include <algorithm>

#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

/// A run with traces that goes on or is over; needs a read-out.
std::optional<Trial> start_short(Examiner& examiner) {
  const Trial trial = short_trial(examiner);
  if (trial.recorded_bytes() == 0) {
    examiner.skip("the board has no room for traces: trace_block_bytes or scan_ranges is 0");
    return std::nullopt;
  }
  load(examiner, trial.request.steps());
  start(examiner, trial);
  return trial;
}

void blocks_whole(Examiner& examiner) {
  const Trial trial = short_trial(examiner);
  if (trial.recorded_bytes() == 0) {
    return examiner.skip("the board has no room for traces: trace_block_bytes or scan_ranges is 0");
  }
  load(examiner, trial.request.steps());
  examiner.expect_status(examiner.ask(trial.run_request()), v1::LINK_STATUS_OK, "Run with a scan");
  std::vector<v1::TraceBlock> blocks = fetch_blocks(examiner, trial);
  std::ranges::sort(blocks, {}, &v1::TraceBlock::index);
  const std::size_t due = examiner.board().limits().trace_block_bytes();
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const v1::TraceBlock& block = blocks[i];
    examiner.expect(block.index() == i, "block {} is missing", i);
    examiner.expect(block.last() == (i + 1 == blocks.size()), "block {} of {} says last: {}", i, blocks.size(),
                    block.last());
    examiner.expect(block.last() || block.data().size() == due, "block {} has {} bytes, not {}", i, block.data().size(),
                    due);
    bytes += block.data().size();
  }
  examiner.expect(bytes == trial.recorded_bytes(), "{} bytes of codes come; {} samples of {} bytes are {}", bytes,
                  trial.request.steps(), trial.sample_bytes, trial.recorded_bytes());
  const v1::HeartbeatReply end = wait_for_end(examiner);
  examiner.expect(end.state() == v1::RUN_STATE_DONE, "the run ends as {}", name_of(end.state()));
  examiner.expect(end.blocks_made() == blocks.size(), "blocks_made is {}; there were {}", end.blocks_made(),
                  blocks.size());
}

void order(Examiner& examiner) {
  const std::optional<Trial> trial = start_short(examiner);
  if (!trial) return;
  const std::vector<v1::TraceBlock> blocks = fetch_blocks(examiner, *trial);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    examiner.expect(blocks[i].index() == i, "block {} comes where {} is due", blocks[i].index(), i);
  }
}

void credit(Examiner& examiner) {
  const std::optional<Trial> trial = start_short(examiner);
  if (!trial) return;
  const std::uint32_t run = trial->request.run_id();
  const auto expect_blocks = [&](std::uint32_t first, std::uint32_t count) {
    examiner.ask_ok(make_trace(run, first, count, 0), "a request for traces");
    const std::size_t came = await_blocks(examiner, count + 1U).size();
    examiner.expect(came == count, "asked for {} blocks, {} come", count, came);
    examiner.forget_events();
  };
  expect_blocks(0, 1);
  expect_blocks(0, 0);
  expect_blocks(0, 2);
  expect_blocks(1, 1);
}

void again(Examiner& examiner) {
  const std::optional<Trial> trial = start_short(examiner);
  if (!trial) return;
  const std::uint32_t run = trial->request.run_id();
  std::string first;
  for (int i = 0; i < 3 && examiner.goes_on(); ++i) {
    examiner.ask_ok(make_trace(run, 0, 1, 0), "a request for traces");
    const std::optional<v1::TraceBlock> block = await_block(examiner, 0);
    if (!examiner.expect(block.has_value(), "block 0 does not come again, though it was not released")) return;
    if (i == 0) first = block->data();
    examiner.expect(block->data() == first, "block 0 has other bytes the second time");
  }
}

void release(Examiner& examiner) {
  const std::optional<Trial> trial = start_short(examiner);
  if (!trial) return;
  const std::uint32_t run = trial->request.run_id();
  const auto refused = [&](const v1::LinkRequest& request, v1::LinkStatus status, std::string_view what) {
    examiner.expect_status(examiner.ask(request), status, what);
  };
  {
    const Examiner::Preparing preparing(examiner);
    static_cast<void>(fetch_blocks(examiner, *trial, false));
  }
  const std::uint32_t made = heartbeat(examiner).blocks_made();
  refused(make_trace(run, made + 1, 1, made + 1), v1::LINK_STATUS_OUT_OF_RANGE,
          "a release of blocks that are not made");
  refused(make_trace(run, 0xFFFFFFFFU, 1, 0xFFFFFFFFU), v1::LINK_STATUS_OUT_OF_RANGE, "a release of 2^32 - 1 blocks");
  refused(make_trace(run, 0, 1, 1), v1::LINK_STATUS_OUT_OF_RANGE, "a request for a block that it releases");
  refused(make_trace(run + 1000, 0, 1, 0), v1::LINK_STATUS_WRONG_STATE, "a request for blocks of another run");
  refused(make_trace(0, 0, 1, 0), v1::LINK_STATUS_WRONG_STATE, "a request for blocks of run 0");
}

void pause(Examiner& examiner) {
  if (!examiner.needs_feature(v1::LINK_FEATURE_PAUSE)) return;
  const Trial trial = start_lasting(examiner);
  if (trial.request.settle_steps() > 0) return examiner.skip("the memory holds no stimulus that fills the trace ring");
  const v1::LinkLimits& limits = examiner.board().limits();
  const std::uint32_t ring = limits.trace_ring_bytes() / std::max(limits.trace_block_bytes(), 1U);
  // Until nothing moves any more.
  v1::HeartbeatReply before;
  for (int same = 0; same < 5 && examiner.goes_on();) {
    examiner.wait(std::min<Duration>(std::chrono::milliseconds(40), examiner.heartbeat_limit() / 8));
    const v1::HeartbeatReply now = heartbeat(examiner);
    same = now.steps_done() == before.steps_done() && now.blocks_made() == before.blocks_made() ? same + 1 : 0;
    before = now;
  }
  examiner.expect(before.state() == v1::RUN_STATE_RUNNING, "a run whose traces nobody takes is {}",
                  name_of(before.state()));
  examiner.expect(before.blocks_made() <= ring, "{} blocks are made, nobody took one, and the ring holds {}",
                  before.blocks_made(), ring);
  std::vector<v1::TraceBlock> blocks = fetch_blocks(examiner, trial);
  std::ranges::sort(blocks, {}, &v1::TraceBlock::index);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    examiner.expect(blocks[i].index() == i, "block {} is lost", i);
    bytes += blocks[i].data().size();
  }
  examiner.expect(bytes == trial.recorded_bytes(), "{} of {} bytes of codes come", bytes, trial.recorded_bytes());
}

void overwritten(Examiner& examiner) {
  if (examiner.has_feature(v1::LINK_FEATURE_PAUSE)) return examiner.skip("the chip waits: no block is overwritten");
  const v1::LinkLimits& limits = examiner.board().limits();
  Trial trial = short_trial(examiner);
  if (trial.recorded_bytes() == 0) return examiner.skip("the board has no room for traces");
  const auto steps = static_cast<std::uint32_t>(std::size_t{2} * limits.trace_ring_bytes() / trial.sample_bytes + 2);
  trial.request.set_steps(std::max(steps, trial.request.steps()));
  load(examiner, trial.request.steps());
  start(examiner, trial);
  {
    const Examiner::Preparing preparing(examiner);
    static_cast<void>(wait_for_end(examiner));
  }
  // The last samples are still taken when the last step is done.
  v1::RunStateReply state;
  for (std::uint32_t before = 0; examiner.goes_on(); before = state.blocks_made()) {
    state = examiner.ask_ok(make_run_state(), "RunState").run_state();
    if (before > 0 && before == state.blocks_made()) break;
    examiner.wait(std::chrono::milliseconds(50));
  }
  if (state.blocks_from() == 0) return examiner.skip("the ring held the whole run");
  examiner.ask_ok(make_trace(trial.request.run_id(), 0, state.blocks_made(), 0), "a request for traces");
  const auto event = examiner.next_event(examiner.now() + std::chrono::seconds(1) + examiner.line_time(2000));
  if (!examiner.expect(event.has_value(), "nothing comes for an overwritten block")) return;
  examiner.expect(event->has_trace_gap(), "block {} comes where block 0 was overwritten", event->trace_block().index());
  examiner.expect(event->trace_gap().first() == 0 && event->trace_gap().end() == state.blocks_from(),
                  "TraceGap is {} to {}; the board has blocks from {} on", event->trace_gap().first(),
                  event->trace_gap().end(), state.blocks_from());
}

void last_after_abort(Examiner& examiner) {
  const Trial trial = start_lasting(examiner);
  if (trial.recorded_bytes() == 0) return examiner.skip("the board has no room for traces");
  {
    const Examiner::Preparing preparing(examiner);
    examiner.ask_ok(make_abort(), "Abort");
  }
  const std::vector<v1::TraceBlock> blocks = fetch_blocks(examiner, trial);
  examiner.expect(!blocks.empty() && std::ranges::any_of(blocks, &v1::TraceBlock::last),
                  "no last block comes after Abort");
}

void seeds(Examiner& examiner) {
  if (!examiner.needs_feature(v1::LINK_FEATURE_SEED)) return;
  std::vector<std::string> codes;
  for (int i = 0; i < 2; ++i) {
    const Trial trial = short_trial(examiner);
    load(examiner, trial.request.steps());
    start(examiner, trial);
    std::vector<v1::TraceBlock> blocks;
    {
      const Examiner::Preparing preparing(examiner);
      blocks = fetch_blocks(examiner, trial);
    }
    std::ranges::sort(blocks, {}, &v1::TraceBlock::index);
    std::string& all = codes.emplace_back();
    for (const v1::TraceBlock& block : blocks) all += block.data();
  }
  examiner.expect(codes[0] == codes[1], "two runs of seed 1, trial 0, differ");
}

}  // namespace

std::vector<CheckRecord> trace_checks() {
  constexpr unsigned kRunning = kSession | kFacts | kUploads | kRuns;
  constexpr unsigned kNeeds = kRunning | kTraces;
  return {
      {{"traces", "trace.blocks", "all blocks of a run, their sizes and their sum",
        "run_samples gives two bytes a code, in the order of the scan, a sample for every `every` steps, and less than "
        "it is asked for only while there is nothing left"},
       kRunning,
       kTraces,
       blocks_whole},
      {{"trace-order", "trace.order", "the order in which blocks come",
        "events leave in the order in which they are made"},
       kNeeds,
       kNothing,
       order},
      {{"trace-credit", "trace.credit", "requests for 1, 0, 2 and 1 blocks",
        "TraceRequest.count is credit: it replaces what was asked for before"},
       kNeeds,
       kNothing,
       credit},
      {{"trace-again", "trace.again", "block 0, three times", "a block stays in the ring until it is released"},
       kNeeds,
       kNothing,
       again},
      {{"trace-release", "trace.release", "requests that release too much, or are of another run",
        "indices are compared before they are used"},
       kNeeds,
       kNothing,
       release},
      {{"trace-pause", "trace.pause", "a run of three times the ring, whose traces are taken late",
        "set `pauses` only where the chip stands still between calls of run_step"},
       kNeeds,
       kNothing,
       pause},
      {{"trace-gap", "trace.gap", "a run of twice the ring, then its first block",
        "the core counts what was overwritten; run_samples must not drop anything itself"},
       kNeeds,
       kNothing,
       overwritten},
      {{"trace-last", "trace.last", "the traces of an aborted run",
        "after run_stop run_samples gives what is left, then 0"},
       kNeeds,
       kNothing,
       last_after_abort},
      {{"seeds", "run.seed", "two runs of one seed, their traces compared",
        "set `seeded` in vle_fw_board only where seed and trial decide everything; run_prepare resets all state"},
       kNeeds,
       kNothing,
       seeds},
  };
}

}  // namespace vle::conformance
