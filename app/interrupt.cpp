#include "interrupt.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <vle/result/check.hpp>

#include "outcome.hpp"

namespace vle::app {
namespace {

sigset_t interrupt_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

InterruptWatch::InterruptWatch() {
  const sigset_t set = interrupt_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal_ = signalfd(-1, &set, SFD_CLOEXEC);
  end_ = eventfd(0, EFD_CLOEXEC);
  VLE_CHECK(signal_ >= 0 && end_ >= 0, "signalfd gives {}, eventfd {}", signal_, end_);
  thread_ = std::thread([this] { watch(); });
}

InterruptWatch::~InterruptWatch() {
  const std::uint64_t one = 1;
  VLE_CHECK(write(end_, &one, sizeof one) == sizeof one, "the watch cannot be ended");
  thread_.join();
  close(signal_);
  close(end_);
  const sigset_t set = interrupt_set();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void InterruptWatch::watch() {
  pollfd sources[] = {{signal_, POLLIN, 0}, {end_, POLLIN, 0}};
  while (true) {
    if (poll(sources, 2, -1) < 0) continue;
    if (sources[1].revents != 0) return;
    signalfd_siginfo arrived;
    if (sources[0].revents == 0 || read(signal_, &arrived, sizeof arrived) != sizeof arrived) continue;
    if (!stop_.request_stop()) _exit(static_cast<int>(ExitCode::kInterrupted));
  }
}

}  // namespace vle::app
