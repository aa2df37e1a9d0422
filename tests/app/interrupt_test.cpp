#include "interrupt.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <vle/io/traces.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;

TEST(Interrupt, CtrlCKeepsTheTracesSoFar) {
  for (const char* backend : {"reference:", "emulator:ideal?chip=3"}) {
    const TemporaryFolder folder;
    constexpr std::int64_t kSteps = 20'000'000;
    Child child({"run", source_path("examples/chain/network.textproto"), "--backend", backend, "--steps",
                 std::to_string(kSteps), "--every", "1000", "-o", folder.file("a.h5"), "--json"},
                Child::Stderr::kTerminal);
    ASSERT_TRUE(child.wait_for_terminal()) << backend;
    child.send(SIGINT);
    const Finished finished = child.wait();
    EXPECT_EQ(finished.exit_code, 130) << finished.err;
    const auto json = nlohmann::json::parse(finished.out, nullptr, false);
    ASSERT_TRUE(json.is_object()) << finished.out;
    EXPECT_EQ(json["interrupted"], true);
    const auto done = json["steps"].get<std::int64_t>();
    EXPECT_GT(done, 0);
    EXPECT_LT(done, kSteps);
    const auto traces = read_traces(folder.file("a.h5"));
    ASSERT_TRUE(traces.has_value()) << traces.error().message;
    ASSERT_EQ(traces->signals.size(), 2U);
    EXPECT_EQ(traces->signals[0].samples, (done + 999) / 1000);
  }
}

TEST(Interrupt, WatchStopsOnTheSignalAndNotBefore) {
  const InterruptWatch watch;
  EXPECT_FALSE(watch.token().stop_requested());
  std::stop_token token = watch.token();
  std::atomic<bool> stopped = false;
  const std::stop_callback callback(token, [&] {
    stopped = true;
    stopped.notify_all();
  });
  kill(getpid(), SIGINT);
  stopped.wait(false);
  EXPECT_TRUE(token.stop_requested());
}

}  // namespace
}  // namespace vle::app
