#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

namespace vle {

/// A document that grows element by element.
class Markup {
 public:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace vle
