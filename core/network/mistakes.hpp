#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vle/result/result.hpp>

namespace vle {

/// Bad values of one array that are reported; the rest would only repeat them.
inline constexpr int kMaxValueMistakes = 20;

/// Collects the mistakes of a description while it is read through.
class Mistakes {
 public:
  /// Adds a mistake at field `path`: `mistakes.add("dt_seconds", "dt = {} s must be above 0", dt);`
  template <class... Args>
  void add(std::string path, fmt::format_string<Args...> format, Args&&... args) {
    list_.push_back({std::move(path), fmt::format(format, std::forward<Args>(args)...)});
  }

  bool empty() const { return list_.empty(); }
  Diagnostics take() { return std::move(list_); }

 private:
  Diagnostics list_;
};

}  // namespace vle
