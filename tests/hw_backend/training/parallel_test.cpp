#include <gtest/gtest.h>

#include <atomic>
#include <vector>
#include <vle/training/parallel.hpp>

namespace vle::training {
namespace {

TEST(RunEach, CallsEachIndexOnceOnAnyNumberOfThreads) {
  for (const int threads : {-1, 0, 1, 2, 7, 200}) {
    std::vector<std::atomic<int>> calls(100);
    run_each(calls.size(), threads, {}, [&](std::size_t i) { ++calls[i]; });
    for (const std::atomic<int>& count : calls) EXPECT_EQ(count, 1) << threads;
  }
}

TEST(RunEach, LeavesOutWhatHasNotBegunWhenAskedToStop) {
  std::stop_source stop;
  int calls = 0;
  run_each(100, 1, stop.get_token(), [&](std::size_t i) {
    ++calls;
    if (i == 4) stop.request_stop();
  });
  EXPECT_EQ(calls, 5);
}

}  // namespace
}  // namespace vle::training
