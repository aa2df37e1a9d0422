#include "progress_bar.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "console.hpp"

namespace vle::app {

ProgressBar::ProgressBar() : shown_(stderr_is_terminal()) {}

ProgressBar::~ProgressBar() {
  // Leaves the line as it found it.
  if (percent_ >= 0) std::fputs("\r\033[K", stderr);
}

void ProgressBar::advance(std::int64_t done, std::int64_t total) {
  if (!shown_ || total <= 0) return;
  const std::lock_guard lock(mutex_);
  const int percent = static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(total));
  if (percent <= percent_) return;
  percent_ = percent;
  constexpr int kWidth = 40;
  const int filled = percent * kWidth / 100;
  std::fputs(fmt::format("\r[{:#<{}}{: <{}}] {:3d} %", "", filled, "", kWidth - filled, percent).c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace vle::app
