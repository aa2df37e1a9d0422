#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;

TEST(ChipVerb, ServesUntilSigterm) {
  const TemporaryFolder folder;
  Child chip({"chip", "--target", "bench_board", "--chip", "7", "--bus", "unix:" + folder.file("bus"), "--announce",
              folder.file("uri"), "--json"});
  while (!std::filesystem::exists(folder.file("uri"))) std::this_thread::yield();
  EXPECT_TRUE(std::filesystem::exists(folder.file("bus")));
  chip.send(SIGTERM);
  const Finished finished = chip.wait();
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out);
  EXPECT_EQ(json["chip_id"], 7);
  EXPECT_EQ(json["target"], "bench_board");
  EXPECT_FALSE(std::filesystem::exists(folder.file("bus")));
}

TEST(ChipVerb, ExplainsABusThatItCannotListenOn) {
  const Finished unknown = run_vle({"chip", "--target", "bench_board", "--bus", "wire:x"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("--bus"));
  EXPECT_EQ(run_vle({"chip", "--target", "bench_board", "--bus", "tcp://0.0.0.0:1"}).exit_code, 2);
}

}  // namespace
}  // namespace vle::app
