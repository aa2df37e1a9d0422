#include "console.hpp"

#include <fcntl.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace vle::app {
namespace {

spdlog::logger make_logger() {
  spdlog::logger logger("vle", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger.set_pattern("vle: %l: %v");
  return logger;
}

}  // namespace

void Console::write_text(std::string_view text) {
  if (json_) {
    std::fwrite(text.data(), 1, text.size(), stderr);
  } else {
    write_output(text);
  }
}

void Console::write_output(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) failed_ = true;
}

void Console::warn(std::string_view message) {
  make_logger().warn("{}", message);
}

void Console::error(std::string_view message) {
  make_logger().error("{}", message);
}

bool Console::flush() {
  if (std::fflush(stdout) != 0) failed_ = true;
  return !failed_;
}

bool stderr_is_terminal() {
  return isatty(STDERR_FILENO) == 1;
}

void secure_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  // Opened for reading only, so that whoever writes to a stream that was closed still gets an error.
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (fcntl(stream, F_GETFD) == -1) static_cast<void>(open("/dev/null", O_RDONLY));
  }
}

}  // namespace vle::app
