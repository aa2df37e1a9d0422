#pragma once

#include <stop_token>
#include <thread>

namespace vle::app {

/// While it lives, Ctrl-C (SIGINT) or SIGTERM asks to stop instead of killing the program; a second one ends it at
/// once. Make it before other threads, so that they inherit the blocked signal.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  void watch();

  std::stop_source stop_;
  int signal_ = -1;  // becomes readable with either signal
  int end_ = -1;     // becomes readable when the watch is over
  std::thread thread_;
};

}  // namespace vle::app
