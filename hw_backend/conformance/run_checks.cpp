#include <algorithm>

#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

void empty_board(Examiner& examiner) {
  const v1::HeartbeatReply state = heartbeat(examiner);
  const v1::LinkReply stimulus = examiner.ask(make_digest(v1::LINK_OBJECT_STIMULUS));
  if (state.state() != v1::RUN_STATE_IDLE || stimulus.digest().size() > 0) {
    return examiner.skip("the board holds an image or a stimulus already; restart it to have this judged");
  }
  Trial trial;
  trial.request.set_run_id(examiner.fresh_run_id());
  trial.request.set_steps(std::max(1U, examiner.board().limits().steps_min()));
  trial.request.set_every(1);
  const v1::LinkReply reply = examiner.ask(trial.run_request());
  if (reply.status() == v1::LINK_STATUS_UNSUPPORTED) return examiner.skip("the board has no runs");
  examiner.expect_status(reply, v1::LINK_STATUS_WRONG_STATE, "Run on an empty board");
}

void to_the_end(Examiner& examiner) {
  Trial trial = short_trial(examiner);
  load(examiner, trial.request.steps());
  // Without a scan it ends by itself, whatever becomes of traces.
  trial.request.clear_scan();
  trial.request.set_settle_steps(2);
  const v1::LinkReply started = examiner.ask(trial.run_request());
  examiner.expect_status(started, v1::LINK_STATUS_OK, "Run");
  examiner.expect(started.run_state().run_id() == trial.request.run_id(), "Run is answered with the state of run {}",
                  started.run_state().run_id());
  const v1::HeartbeatReply end = wait_for_end(examiner);
  examiner.expect(end.state() == v1::RUN_STATE_DONE, "the run ends as {}, halt cause {}", name_of(end.state()),
                  v1::HaltCause_Name(end.halt_cause()));
  examiner.expect(end.steps_done() == trial.request.steps(), "{} of {} steps are counted", end.steps_done(),
                  trial.request.steps());
  const v1::RunStateReply state = examiner.ask_ok(make_run_state(), "RunState").run_state();
  examiner.expect(state.state() == v1::RUN_STATE_DONE && state.run_id() == trial.request.run_id() &&
                      state.steps_done() == end.steps_done(),
                  "RunState says {} of run {}", name_of(state.state()), state.run_id());
}

void run_once(Examiner& examiner) {
  Trial trial = short_trial(examiner);
  load(examiner, trial.request.steps());
  trial.request.clear_scan();
  start(examiner, trial);
  {
    const Examiner::Preparing preparing(examiner);
    static_cast<void>(wait_for_end(examiner));
  }
  for (int i = 0; i < 3; ++i) {
    const v1::LinkReply again = examiner.ask(trial.run_request());
    examiner.expect_status(again, v1::LINK_STATUS_OK, "the repeat of a run that is over");
    examiner.expect(again.run_state().state() == v1::RUN_STATE_DONE,
                    "the repeat of a run that is over, under another id, is answered with {}: it was started again",
                    name_of(again.run_state().state()));
  }
}

void limits(Examiner& examiner) {
  const Trial good = short_trial(examiner);
  const v1::LinkLimits& board = examiner.board().limits();
  load(examiner, good.request.steps());
  const auto refused = [&](const v1::RunRequest& run, v1::LinkStatus status, std::string_view what) {
    Trial trial;
    trial.request = run;
    examiner.expect_status(examiner.ask(trial.run_request()), status, what);
  };
  const auto changed = [&](const auto& change) {
    v1::RunRequest run = good.request;
    run.set_run_id(examiner.fresh_run_id());
    change(run);
    return run;
  };
  constexpr auto kRange = v1::LINK_STATUS_OUT_OF_RANGE;
  refused(changed([](auto& run) { run.set_run_id(0); }), v1::LINK_STATUS_MALFORMED, "run id 0");
  refused(changed([](auto& run) { run.set_steps(0); }), kRange, "a run of no steps");
  refused(changed([](auto& run) { run.set_steps(run.steps() + 1); }), kRange, "a run longer than its stimulus");
  refused(changed([&](auto& run) { run.set_settle_steps(board.steps_max()); }), kRange, "more than steps_max in all");
  refused(changed([](auto& run) { run.set_settle_steps(0xFFFFFFFFU); }), kRange, "settling for 2^32 - 1 steps");
  refused(changed([](auto& run) { run.set_every(0); }), kRange, "recording every 0 steps");
  refused(changed([](auto& run) { run.set_nudging(true); }), kRange, "nudging without targets");
  if (good.request.scan_size() == 0) return;
  const auto columns = static_cast<std::uint32_t>(examiner.subject->geometry.columns);
  const auto cores = static_cast<std::uint32_t>(examiner.subject->geometry.cores);
  refused(changed([&](auto& run) { run.mutable_scan(0)->set_count(columns + 1); }), kRange,
          "a scan of one column more");
  refused(changed([](auto& run) { run.mutable_scan(0)->set_count(0); }), kRange, "a scan of no column");
  refused(changed([&](auto& run) { run.mutable_scan(0)->set_core(cores); }), kRange, "a scan of one core more");
  refused(changed([](auto& run) { run.mutable_scan(0)->set_first_column(0xFFFFFFFFU); }), kRange,
          "a scan from column 2^32 - 1");
  refused(changed([](auto& run) { run.mutable_scan(0)->set_signal(static_cast<v1::ReadoutSignal>(7)); }), kRange,
          "a scan of signal 7");
}

void alone(Examiner& examiner) {
  const Trial trial = start_lasting(examiner);
  const auto refused = [&](const v1::LinkRequest& request) {
    examiner.expect_status(examiner.ask(request), v1::LINK_STATUS_WRONG_STATE,
                           fmt::format("{} while a run goes on", name_of(request)));
  };
  Trial other = short_trial(examiner);
  const v1::LinkReply reply = examiner.ask(other.run_request());
  examiner.expect_status(reply, v1::LINK_STATUS_WRONG_STATE, "another Run while one goes on");
  examiner.expect(reply.run_state().run_id() == trial.request.run_id(), "another Run is not told which one goes on");
  refused(image_of(examiner).begin_request());
  refused(make_commit());
  if (examiner.has_feature(v1::LINK_FEATURE_REGISTERS)) {
    const std::uint16_t word = examiner.subject->image.back();
    refused(make_write(static_cast<std::uint32_t>(examiner.subject->image.size() - 1), {&word, 1}));
    refused(make_read(0, 1));
  }
  refused(make_digest(v1::LINK_OBJECT_IMAGE));
  const v1::LinkReply same = examiner.ask(trial.run_request());
  examiner.expect_status(same, v1::LINK_STATUS_OK, "a repeat of the run that goes on");
}

void abort_run(Examiner& examiner) {
  const Trial trial = start_lasting(examiner);
  const TimePoint sent = examiner.now();
  const v1::LinkReply aborted = examiner.ask(make_abort());
  const Duration limit = examiner.heartbeat_limit() / 4 + examiner.line_time(2000);
  examiner.expect(examiner.now() - sent < limit,
                  "Abort is answered after {:.1f} ms; a quarter of heartbeat_limit_ms is "
                  "{:.1f}",
                  milliseconds_of(examiner.now() - sent), milliseconds_of(limit));
  examiner.expect_status(aborted, v1::LINK_STATUS_OK, "Abort");
  const auto expect_aborted = [&](const v1::RunStateReply& state, std::string_view when) {
    examiner.expect(state.state() == v1::RUN_STATE_ABORTED && state.halt_cause() == v1::HALT_CAUSE_REQUEST,
                    "{} the run is {}, halt cause {}", when, name_of(state.state()),
                    v1::HaltCause_Name(state.halt_cause()));
  };
  expect_aborted(aborted.run_state(), "in the answer to Abort");
  const std::uint32_t steps = aborted.run_state().steps_done();
  examiner.wait(std::chrono::milliseconds(50));
  const v1::LinkReply again = examiner.ask_ok(make_abort(), "a second Abort");
  expect_aborted(again.run_state(), "in the answer to a second Abort");
  examiner.expect(again.run_state().steps_done() == steps, "the chip went on from step {} to {} after Abort", steps,
                  again.run_state().steps_done());
  Trial next = short_trial(examiner);
  next.request.clear_scan();
  load(examiner, next.request.steps());
  start(examiner, next);
  const v1::HeartbeatReply end = wait_for_end(examiner);
  examiner.expect(end.state() == v1::RUN_STATE_DONE, "a run after Abort ends as {}", name_of(end.state()));
}

}  // namespace

std::vector<CheckRecord> run_checks() {
  constexpr unsigned kNeeds = kSession | kFacts | kUploads | kRuns;
  return {
      {{"run-to-the-end", "run.end", "a run without a scan, after 2 steps of settling",
        "run_prepare, run_step and run_stop must be there: UNSUPPORTED says that one is NULL. run_step counts settling "
        "in steps_done, and returns VLE_FW_OK with the last step"},
       kSession | kFacts | kUploads,
       kRuns,
       to_the_end},
      {{"abort", "run.abort", "Abort of a run that would go on, twice; then another run",
        "run_stop ends a run at once, whatever it is at, and run_prepare begins anew after it"},
       kNeeds,
       kNothing,
       abort_run},
      {{"run-once", "run.once", "a run that is over, sent three times more", "the core keeps the id of the last run"},
       kNeeds,
       kNothing,
       run_once},
      {{"run-limits", "run.limits", "runs with one number out of range",
        "steps_min and steps_max of vle_fw_board; sums are compared without overflow"},
       kNeeds,
       kNothing,
       limits},
      {{"run-alone", "run.alone", "all that must wait while a run goes on",
        "nothing may touch the chip under a run; the core sees to it"},
       kNeeds,
       kNothing,
       alone},
  };
}

std::vector<CheckRecord> empty_board_checks() {
  return {{{"empty-board", "run.needs", "Run on a board that holds nothing, where it is so",
            "a run needs an image and a stimulus in use"},
           kSession,
           kNothing,
           empty_board}};
}

}  // namespace vle::conformance
