#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace vle::qemu {

/// Starts a program with its arguments; its stdout goes to the file `out`, its stderr to `out`.err.
pid_t start(std::vector<std::string> words, const std::string& out);
/// Waits for its end. Returns its exit code; -1: a signal ended it.
int finish(pid_t pid);

}  // namespace vle::qemu
