#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <vle/result/result.hpp>

namespace vle::test {

/// True where `result` failed with `code` and a message that holds `part`.
template <class T>
testing::AssertionResult fails_with(const Result<T>& result, ErrorCode code, std::string_view part) {
  if (result) return testing::AssertionFailure() << "it succeeded";
  if (result.error().code != code || result.error().message.find(part) == std::string::npos) {
    return testing::AssertionFailure() << "code " << static_cast<int>(result.error().code) << ", message \""
                                       << result.error().message << "\" without \"" << part << "\"";
  }
  return testing::AssertionSuccess();
}

}  // namespace vle::test
