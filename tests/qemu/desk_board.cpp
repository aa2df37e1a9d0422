#include "desk_board.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <vector>
#include <vle/result/check.hpp>

#include "end_with_parent.hpp"
#include "virtual_medium.hpp"

namespace vle::qemu {

DeskBoard::DeskBoard(const Target& target, const std::string& image)
    : chip_(link::test::board_of(target)), image_(std::filesystem::path(VLE_FIRMWARE_DIR) / image) {
  plug_in_chip();
  plug_in();
}

DeskBoard::~DeskBoard() {
  pull_plug();
}

void DeskBoard::plug_in_chip() {
  auto opened = serial_chip::SerialChipServer::open(chip_, link::UnixUri{folder_.file("bus")});
  VLE_CHECK(opened.has_value(), "{}", opened.error().message);
  server_ = std::move(*opened);
  thread_ = std::jthread([this](const std::stop_token& stop) { server_->serve(stop); });
}

void DeskBoard::pull_plug_of_chip() {
  thread_ = {};
  server_.reset();
}

void DeskBoard::plug_in() {
  std::vector<std::string> words{VLE_QEMU,
                                 "-machine",
                                 "mps2-an385",
                                 "-kernel",
                                 image_,
                                 "-display",
                                 "none",
                                 "-monitor",
                                 "none",
                                 "-serial",
                                 "unix:" + folder_.file("host") + ",server=on,wait=off",
                                 "-chardev",
                                 "socket,id=bus,path=" + folder_.file("bus") + ",reconnect=1",
                                 "-serial",
                                 "chardev:bus"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string log = folder_.file("qemu");
  qemu_ = fork();
  VLE_CHECK(qemu_ >= 0, "no child process");
  if (qemu_ == 0) {
    test::end_with_parent();
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
}

void DeskBoard::pull_plug() {
  if (qemu_ < 0) return;
  kill(qemu_, SIGKILL);
  waitpid(qemu_, nullptr, 0);
  qemu_ = -1;
}

}  // namespace vle::qemu
