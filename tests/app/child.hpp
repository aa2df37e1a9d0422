#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "files.hpp"
#include "source_path.hpp"

namespace vle::app {

using test::read_file;
using test::source_path;
using test::TemporaryFolder;

/// A program that has ended.
struct Finished {
  int exit_code = -1;  ///< -1: killed by a signal
  std::string out;
  std::string err;
};

/// The `vle` program that was built beside the tests, run as a child.
class Child {
 public:
  enum class Stderr {
    kFile,
    kTerminal,  ///< a pseudo terminal, so that the child shows its progress
  };
  explicit Child(const std::vector<std::string>& arguments, Stderr stream = Stderr::kFile);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Waits for the first byte that the child writes to its terminal; false when it ended before.
  bool wait_for_terminal();
  void send(int signal) const;
  Finished wait();

 private:
  TemporaryFolder folder_;
  pid_t pid_ = -1;
  int terminal_ = -1;
};

/// Runs the program to its end.
Finished run_vle(const std::vector<std::string>& arguments);

}  // namespace vle::app
