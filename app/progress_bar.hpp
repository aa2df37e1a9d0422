#pragma once

#include <cstdint>
#include <mutex>

namespace vle::app {

/// A line on stderr that grows with a run; silent where stderr is not a terminal. Any thread may advance it.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  bool is_shown() const { return shown_; }
  void advance(std::int64_t done, std::int64_t total);

 private:
  std::mutex mutex_;
  bool shown_;
  int percent_ = -1;
};

}  // namespace vle::app
