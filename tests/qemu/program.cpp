#include "program.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <vle/result/check.hpp>

#include "end_with_parent.hpp"

namespace vle::qemu {

pid_t start(std::vector<std::string> words, const std::string& out) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string err = out + ".err";
  const pid_t pid = fork();
  VLE_CHECK(pid >= 0, "no child process");
  if (pid == 0) {
    test::end_with_parent();
    static_cast<void>(std::freopen(out.c_str(), "w", stdout));
    static_cast<void>(std::freopen(err.c_str(), "w", stderr));
    execvp(argv[0], argv.data());
    _exit(127);
  }
  return pid;
}

int finish(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace vle::qemu
