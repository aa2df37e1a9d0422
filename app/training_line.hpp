#pragma once

#include <chrono>
#include <cstdint>

namespace vle::app {

/// A line on stderr that says how far a training is, its last loss and the time left; silent where stderr is not a
/// terminal.
class TrainingLine {
 public:
  TrainingLine();
  ~TrainingLine();
  TrainingLine(const TrainingLine&) = delete;
  TrainingLine& operator=(const TrainingLine&) = delete;

  bool is_shown() const { return shown_; }
  /// `loss` may be NaN: none yet.
  void advance(std::int64_t done, std::int64_t total, double loss);

 private:
  using Clock = std::chrono::steady_clock;
  bool shown_;
  bool has_printed_ = false;
  Clock::time_point start_;
  Clock::time_point last_;
};

}  // namespace vle::app
