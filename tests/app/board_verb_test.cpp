#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>
#include <vle/io/traces.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;

/// `vle board` as a process of its own.
class Board {
 public:
  explicit Board(const TemporaryFolder& folder, const std::string& name = "uri")
      : child_({"board", "--target", "ideal", "--chip", "7", "--listen", "unix:" + folder.file("socket"), "--announce",
                folder.file(name), "--json"}) {
    while (!std::filesystem::exists(folder.file(name))) std::this_thread::yield();
  }
  void send(int signal) const { child_.send(signal); }
  Finished wait() { return child_.wait(); }

 private:
  Child child_;
};

std::vector<std::string> run_on(const TemporaryFolder& folder, const std::string& steps) {
  return {"run",       source_path("examples/chain/network.textproto"),
          "--backend", "unix:" + folder.file("socket"),
          "--steps",   steps,
          "-o",        folder.file("board.h5"),
          "--json"};
}

TEST(BoardVerb, GivesTheTracesOfTheEmulator) {
  const TemporaryFolder folder;
  const Board board(folder);
  const Finished ran = run_vle(run_on(folder, "300"));
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(nlohmann::json::parse(ran.out)["backend"], "link");
  const Finished emulated = run_vle({"run", source_path("examples/chain/network.textproto"), "--backend",
                                     "emulator:ideal?chip=7", "--steps", "300", "-o", folder.file("emulator.h5")});
  ASSERT_EQ(emulated.exit_code, 0) << emulated.err;
  const Traces a = read_traces(folder.file("board.h5")).value();
  const Traces b = read_traces(folder.file("emulator.h5")).value();
  ASSERT_EQ(a.signals.size(), b.signals.size());
  for (std::size_t k = 0; k < a.signals.size(); ++k) EXPECT_EQ(a.signals[k].codes, b.signals[k].codes);
}

TEST(BoardVerb, EndsCleanlyOnSigterm) {
  const TemporaryFolder folder;
  Board board(folder);
  board.send(SIGTERM);
  const Finished finished = board.wait();
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(nlohmann::json::parse(finished.out)["chip_id"], 7);
  EXPECT_FALSE(std::filesystem::exists(folder.file("socket")));
}

// Killed while a client streams: the client says so, and after a restart the same command succeeds.
TEST(BoardVerb, AKilledBoardIsAnErrorOfTheDeviceUntilItIsBack) {
  const TemporaryFolder folder;
  Board board(folder);
  Child client(run_on(folder, "200000"), Child::Stderr::kTerminal);
  ASSERT_TRUE(client.wait_for_terminal());
  board.send(SIGKILL);
  EXPECT_EQ(board.wait().exit_code, -1);
  const Finished failed = client.wait();
  EXPECT_EQ(failed.exit_code, 3) << failed.out;
  EXPECT_THAT(failed.out, HasSubstr("no connection"));
  const Board again(folder, "uri2");
  EXPECT_EQ(run_vle(run_on(folder, "300")).exit_code, 0);
}

TEST(BoardVerb, RefusesOptionsOfBoardsElsewhere) {
  const Finished refused = run_vle({"run", source_path("examples/chain/network.textproto"), "--backend",
                                    "reference:", "--steps", "3", "--record-link", "file"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("only for boards"));
}

TEST(BoardVerb, ExplainsAddressesThatItCannotListenOn) {
  const Finished open = run_vle({"board", "--target", "ideal", "--listen", "tcp://0.0.0.0:7070"});
  EXPECT_EQ(open.exit_code, 2);
  EXPECT_THAT(open.err, HasSubstr("tls://"));
  const Finished replay = run_vle({"board", "--target", "ideal", "--listen", "replay:x"});
  EXPECT_EQ(replay.exit_code, 2);
}

}  // namespace
}  // namespace vle::app
