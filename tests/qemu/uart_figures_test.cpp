#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <vle/backend/stimulus_codes.hpp>

#include "raw_host.hpp"
#include "subject.hpp"
#include "trace_stream.hpp"

namespace vle::qemu {
namespace {

using std::chrono::duration;

constexpr double kLineRate = 921600.0 / 10;  // bytes per second of the UART that the firmware sets up: 8N1
constexpr std::uint32_t kSteps = 4000;

/// What a transfer cost.
struct Transfer {
  std::size_t payload = 0;
  std::size_t sent = 0;
  std::size_t received = 0;
  double seconds = 0;
};

void print(const char* what, const Transfer& transfer) {
  const auto payload = static_cast<double>(transfer.payload);
  const double rate = payload / transfer.seconds;
  std::printf(
      "%s: %.0f kB/s of payload, %.0f %% of the line rate; %.3f bytes on the wire forward, %.3f back, per byte\n", what,
      rate / 1000, 100 * rate / kLineRate, static_cast<double>(transfer.sent) / payload,
      static_cast<double>(transfer.received) / payload);
}

/// Times and counts what `transfer` does.
template <class Action>
Transfer measure(const WatchedMedium& medium, std::size_t payload, Action action) {
  const std::size_t sent = medium.sent();
  const std::size_t received = medium.received();
  const auto begun = std::chrono::steady_clock::now();
  action();
  return {payload, medium.sent() - sent, medium.received() - received,
          duration<double>(std::chrono::steady_clock::now() - begun).count()};
}

void ask(link::Session& session, v1::LinkRequest request) {
  const auto reply = session.ask(std::move(request));
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
}

void print_round_trip(link::Session& session) {
  std::vector<double> times;
  for (int i = 0; i < 300; ++i) {
    v1::LinkRequest heartbeat;
    heartbeat.mutable_heartbeat();
    const auto begun = std::chrono::steady_clock::now();
    ask(session, std::move(heartbeat));
    times.push_back(duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
  }
  std::ranges::sort(times);
  std::printf("round trip of a heartbeat: median %.2f ms, 99 of 100 within %.2f ms\n", times[150], times[297]);
}

Transfer upload_stimulus(RawHost& host) {
  StimulusCodes codes = encode_stimulus(*link::test::subject_map(), link::test::subject_stimulus(1, kSteps), 0);
  codes.target_channels = 0;
  codes.targets.clear();
  return measure(host.medium(), 2 * codes.inputs.size(), [&] { host.load_stimulus(codes); });
}

Transfer fetch_traces(link::Session& session, const WatchedMedium& medium) {
  v1::RunRequest run;
  run.set_run_id(77);
  run.set_steps(kSteps);
  run.set_every(1);
  v1::ScanRange& range = *run.add_scan();
  range.set_signal(v1::READOUT_SIGNAL_R);
  range.set_count(8);
  const std::size_t bytes = std::size_t{2} * kSteps * range.count();
  return measure(medium, bytes, [&] {
    const auto outcome = link::stream_run(session, run, bytes, {}, [](auto) { return Result<>{}; });
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  });
}

// scripts/uart-figures.sh prints them. A machine that is busy with other things repeats frames, so the bounds are wide.
TEST(UartFigures, ThreeBytesOnTheWireCarryOne) {
  DeskBoard board(coarse_target());
  RawHost host(board);
  host.load_subject(100);
  print_round_trip(host.session());
  const Transfer uploaded = upload_stimulus(host);
  print("upload of a stimulus", uploaded);
  const Transfer fetched = fetch_traces(host.session(), host.medium());
  print("run with traces", fetched);
  EXPECT_LT(uploaded.sent, 3 * uploaded.payload);
  EXPECT_LT(fetched.received, 3 * fetched.payload);
}

}  // namespace
}  // namespace vle::qemu
