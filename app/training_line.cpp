#include "training_line.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "console.hpp"

namespace vle::app {

TrainingLine::TrainingLine() : shown_(stderr_is_terminal()), start_(Clock::now()), last_(start_) {}

TrainingLine::~TrainingLine() {
  // Leaves the line as it found it.
  if (has_printed_) std::fputs("\r\033[K", stderr);
}

void TrainingLine::advance(std::int64_t done, std::int64_t total, double loss) {
  constexpr std::chrono::milliseconds kPeriod{200};
  if (!shown_ || done <= 0) return;
  const Clock::time_point now = Clock::now();
  if (now - last_ < kPeriod) return;
  last_ = now;
  const std::chrono::duration<double> spent = now - start_;
  const auto left =
      static_cast<std::int64_t>(spent.count() * static_cast<double>(total - done) / static_cast<double>(done));
  const std::string loss_text = std::isnan(loss) ? std::string("-") : fmt::format("{:.4g}", loss);
  std::fputs(fmt::format("\r\033[K{:3d} %  loss {}  {:d}:{:02d}:{:02d} left", 100 * done / total, loss_text,
                         left / 3600, left / 60 % 60, left % 60)
                 .c_str(),
             stderr);
  std::fflush(stderr);
  has_printed_ = true;
}

}  // namespace vle::app
