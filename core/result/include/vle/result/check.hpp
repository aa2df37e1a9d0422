#pragma once

#include <fmt/format.h>

#include <string_view>

namespace vle {

/// Prints the broken condition to stderr and aborts. Called by VLE_CHECK only.
[[noreturn]] void check_failed(const char* file, int line, const char* condition, std::string_view message);

}  // namespace vle

/// Always on: a broken invariant is a bug of this program, never a user's mistake. The message prints the values.
#define VLE_CHECK(condition, ...)                                                      \
  do {                                                                                 \
    if (!(condition)) [[unlikely]] {                                                   \
      ::vle::check_failed(__FILE__, __LINE__, #condition, ::fmt::format(__VA_ARGS__)); \
    }                                                                                  \
  } while (false)
