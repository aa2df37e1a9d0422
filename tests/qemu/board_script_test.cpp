#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <vle/io/traces.hpp>

#include "files.hpp"
#include "program.hpp"
#include "source_path.hpp"

namespace vle::qemu {
namespace {

/// `vle run` of the chain on a backend.
Traces run_chain(const test::TemporaryFolder& folder, const std::string& backend) {
  const std::string traces = folder.file("traces.h5");
  const int code = finish(start({VLE_PROGRAM, "run", test::source_path("examples/chain/network.textproto"), "--backend",
                                 backend, "--input", test::source_path("examples/chain/stimulus.csv"), "-o", traces},
                                folder.file("run")));
  EXPECT_EQ(code, 0) << test::read_file(folder.file("run.err"));
  return code == 0 ? read_traces(traces).value() : Traces{};
}

/// scripts/board-qemu.sh until it is stopped, by SIGTERM or otherwise.
class Script {
 public:
  Script(const test::TemporaryFolder& folder, const std::string& name)
      : announced_(folder.file(name + ".uri")), out_(folder.file(name)) {
    pid_ = start({test::source_path("scripts/board-qemu.sh"), "--chip", "3", "--firmware",
                  VLE_FIRMWARE_DIR "/firmware.elf", "--vle", VLE_PROGRAM, "--announce", announced_},
                 out_);
    while (waitpid(pid_, nullptr, WNOHANG) == 0) {
      if (std::filesystem::exists(announced_) && test::read_file(announced_).ends_with('\n')) return;
      usleep(20'000);
    }
    pid_ = -1;
    ADD_FAILURE() << test::read_file(out_ + ".err");
  }
  ~Script() {
    if (pid_ > 0) stop();
  }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  std::string address() const {
    const std::string line = test::read_file(announced_);
    return line.substr(0, line.size() - 1);
  }
  int stop() {
    kill(pid_, SIGTERM);
    return finish(std::exchange(pid_, -1));
  }

 private:
  std::string announced_;
  std::string out_;
  pid_t pid_ = -1;
};

// Two of them at a time: nothing of one is in the other's way.
TEST(BoardScript, StartsBoardsThatRunAsTheEmulatorDoes) {
  const test::TemporaryFolder folder;
  Script first(folder, "first");
  Script second(folder, "second");
  EXPECT_THAT(first.address(), testing::StartsWith("tcp://127.0.0.1:"));
  ASSERT_NE(first.address(), second.address());
  const Traces emulated = run_chain(folder, "emulator:bench_board?chip=3");
  for (Script* script : {&first, &second}) {
    const Traces traces = run_chain(folder, script->address());
    ASSERT_EQ(traces.signals.size(), emulated.signals.size());
    for (std::size_t k = 0; k < traces.signals.size(); ++k) {
      EXPECT_EQ(traces.signals[k].codes, emulated.signals[k].codes);
    }
  }
  EXPECT_EQ(first.stop(), 0);
  EXPECT_EQ(second.stop(), 0);
}

TEST(BoardScript, ExplainsWhatItCannotStart) {
  const test::TemporaryFolder folder;
  const int code = finish(start({test::source_path("scripts/board-qemu.sh"), "--target", "nothing", "--firmware",
                                 VLE_FIRMWARE_DIR "/firmware.elf", "--vle", VLE_PROGRAM},
                                folder.file("out")));
  EXPECT_EQ(code, 2);
  EXPECT_THAT(test::read_file(folder.file("out.err")), testing::HasSubstr("nothing"));
}

}  // namespace
}  // namespace vle::qemu
