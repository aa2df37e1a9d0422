#include "crew.hpp"

#include <vle/result/check.hpp>

namespace vle {
namespace {

constexpr int kSpins = 4000;  // some 20 us

void rest() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Crew::Crew(std::size_t threads) {
  VLE_CHECK(threads > 0, "a crew of {} threads", threads);
  for (std::size_t i = 1; i < threads; ++i) helpers_.emplace_back([this] { help(); });
}

Crew::~Crew() {
  is_over_.store(true);
  turn_.fetch_add(1, std::memory_order_release);
  turn_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

// No helper looks at the piece of work before the turn changes, and none is still at it when this returns.
void Crew::begin(std::size_t parts, Call call, void* context) {
  parts_ = parts;
  call_ = call;
  context_ = context;
  next_.store(0, std::memory_order_relaxed);
  busy_.store(helpers_.size(), std::memory_order_relaxed);
  turn_.fetch_add(1, std::memory_order_release);
  turn_.notify_all();
  take_parts();
  for (int spin = 0; busy_.load(std::memory_order_acquire) > 0; ++spin) {
    spin < kSpins ? rest() : std::this_thread::yield();
  }
}

void Crew::take_parts() {
  for (std::size_t part = next_.fetch_add(1, std::memory_order_relaxed); part < parts_;
       part = next_.fetch_add(1, std::memory_order_relaxed)) {
    call_(context_, part);
  }
}

void Crew::help() {
  std::uint32_t seen = 0;
  while (true) {
    for (int spin = 0; turn_.load(std::memory_order_acquire) == seen; ++spin) {
      if (spin < kSpins) {
        rest();
      } else {
        turn_.wait(seen, std::memory_order_acquire);
      }
    }
    ++seen;
    if (is_over_.load()) return;
    take_parts();
    busy_.fetch_sub(1, std::memory_order_release);
  }
}

}  // namespace vle
