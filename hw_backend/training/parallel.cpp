#include <vle/training/parallel.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace vle::training {

void run_each(std::size_t count, int threads, const std::stop_token& stop,
              const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto take_turns = [&] {
    for (std::size_t i = next++; i < count && !stop.stop_requested(); i = next++) work(i);
  };
  std::vector<std::jthread> helpers;
  const std::size_t wanted = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
  for (std::size_t t = 1; t < wanted; ++t) helpers.emplace_back(take_turns);
  take_turns();
}

}  // namespace vle::training
