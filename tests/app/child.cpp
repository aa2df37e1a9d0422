#include "child.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <sstream>
#include <vle/result/check.hpp>

#include "end_with_parent.hpp"

namespace vle::app {
namespace {

int open_for_writing(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  VLE_CHECK(file >= 0, "{} cannot be opened", path);
  return file;
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments, Stderr stream) {
  const int out = open_for_writing(folder_.file("out"));
  int err = -1;
  if (stream == Stderr::kTerminal) {
    VLE_CHECK(openpty(&terminal_, &err, nullptr, nullptr, nullptr) == 0, "no pseudo terminal");
  } else {
    err = open_for_writing(folder_.file("err"));
  }
  std::vector<std::string> words{VLE_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = fork();
  VLE_CHECK(pid_ >= 0, "no child process");
  if (pid_ == 0) {
    test::end_with_parent();
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(out);
  close(err);
}

Child::~Child() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (terminal_ >= 0) close(terminal_);
}

bool Child::wait_for_terminal() {
  char byte = 0;
  return read(terminal_, &byte, 1) == 1;
}

void Child::send(int signal) const {
  VLE_CHECK(kill(pid_, signal) == 0, "no child to send {} to", signal);
}

Finished Child::wait() {
  Finished finished;
  std::array<char, 4096> bytes;
  // The terminal gives an error, not an end, once the child has closed it.
  for (ssize_t n = 0; terminal_ >= 0 && (n = read(terminal_, bytes.data(), bytes.size())) > 0;) {
    finished.err.append(bytes.data(), static_cast<std::size_t>(n));
  }
  int status = 0;
  VLE_CHECK(waitpid(pid_, &status, 0) == pid_, "the child is gone");
  pid_ = -1;
  finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  finished.out = read_file(folder_.file("out"));
  if (terminal_ < 0) finished.err = read_file(folder_.file("err"));
  return finished;
}

Finished run_vle(const std::vector<std::string>& arguments) {
  return Child(arguments).wait();
}

}  // namespace vle::app
