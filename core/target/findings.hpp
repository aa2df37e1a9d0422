#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vle/result/result.hpp>

namespace vle {

/// Collects mistakes under their field paths.
class Findings {
 public:
  template <class... Args>
  void require(bool ok, const std::string& path, fmt::format_string<Args...> format, Args&&... args) {
    if (!ok) list_.push_back({path, fmt::format(format, std::forward<Args>(args)...)});
  }
  Diagnostics take() { return std::move(list_); }

 private:
  Diagnostics list_;
};

inline bool is_positive(double value) {
  return std::isfinite(value) && value > 0;
}
inline bool is_non_negative(double value) {
  return std::isfinite(value) && value >= 0;
}

}  // namespace vle
