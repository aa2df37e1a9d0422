#pragma once

#include <string>
#include <vector>

namespace vle::app {

/// Does what the words after the program's name say; the value is the exit code. Nothing escapes: every failure becomes
/// a message, or with --json an object with `error`, and a code of docs/cli.md.
int run_program(const std::vector<std::string>& arguments) noexcept;

}  // namespace vle::app
