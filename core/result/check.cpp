#include <vle/result/check.hpp>

#include <cstdio>
#include <cstdlib>

namespace vle {

void check_failed(const char* file, int line, const char* condition, std::string_view message) {
  std::fputs(fmt::format("{}:{}: check failed: {}: {}\n", file, line, condition, message).c_str(), stderr);
  std::abort();
}

}  // namespace vle
