#include "check_table.hpp"
#include "exercises.hpp"

namespace vle::conformance {
namespace {

void kept_alive(Examiner& examiner) {
  const Trial trial = start_lasting(examiner);
  const Duration limit = examiner.heartbeat_limit();
  v1::HeartbeatReply state;
  for (int beat = 0; beat < 7 && examiner.goes_on(); ++beat) {
    examiner.wait(limit / 4);
    state = heartbeat(examiner);
    const bool goes_on = state.state() == v1::RUN_STATE_RUNNING || state.state() == v1::RUN_STATE_ARMED;
    examiner.expect(goes_on, "after {} Heartbeats, one every {:.0f} ms, run {} is {}, halt cause {}", beat + 1,
                    milliseconds_of(limit / 4), trial.request.run_id(), name_of(state.state()),
                    v1::HaltCause_Name(state.halt_cause()));
  }
}

// The first frame after the silence must not be taken for life of before.
void left_alone(Examiner& examiner) {
  static_cast<void>(start_lasting(examiner));
  const Duration limit = examiner.heartbeat_limit();
  examiner.wait(limit * 5 / 4);
  const v1::LinkReply back = examiner.hello(examiner.nonce());
  {
    const Examiner::Preparing preparing(examiner);
    examiner.expect_status(back, v1::LINK_STATUS_OK, "Hello after the silence");
    if (examiner.goes_on()) examiner.take_session(back.hello());
  }
  const v1::HeartbeatReply state = heartbeat(examiner);
  examiner.expect(state.state() == v1::RUN_STATE_ABORTED && state.halt_cause() == v1::HALT_CAUSE_HOST_SILENT,
                  "after {:.0f} ms of silence, where heartbeat_limit_ms is {:.0f}, the run is {}, halt cause {}",
                  milliseconds_of(limit * 5 / 4), milliseconds_of(limit), name_of(state.state()),
                  v1::HaltCause_Name(state.halt_cause()));
  // The cause stays to be read until the next run.
  const v1::RunStateReply later = examiner.ask_ok(make_run_state(), "RunState").run_state();
  examiner.expect(later.halt_cause() == v1::HALT_CAUSE_HOST_SILENT, "the cause is gone once it was read");
}

}  // namespace

std::vector<CheckRecord> safety_checks() {
  constexpr unsigned kNeeds = kSession | kFacts | kUploads | kRuns;
  return {
      {{"kept-alive", "safety.alive", "a run and a Heartbeat every quarter of heartbeat_limit_ms, for 7 quarters",
        "every whole frame of the session is a sign of life; now_us counts microseconds"},
       kNeeds,
       kNothing,
       kept_alive},
      {{"left-alone", "safety.silence", "a run and silence for 5/4 of heartbeat_limit_ms",
        "vle_fw_poll runs while nothing comes; run_stop and safe_state stop the chip"},
       kNeeds,
       kNothing,
       left_alone},
  };
}

}  // namespace vle::conformance
