#include <gmock/gmock.h>

#include <vle/io/files.hpp>

#include "desk_board.hpp"
#include "run_on_chip.hpp"
#include "source_path.hpp"

// Firmware of earlier protocol versions, as it was built then (tests/golden/link), meets today's host and chip bus.

namespace vle::qemu {
namespace {

std::string golden(const std::string& name) {
  return test::source_path("tests/golden/link/" + name);
}

std::shared_ptr<const ParameterMap> golden_map() {
  return std::make_shared<const ParameterMap>(read_map(golden("chain.map")).value());
}

TEST(GoldenFirmware, OfThisVersionIsServed) {
  const auto map = golden_map();
  DeskBoard board(map->target, golden("protocol_1/firmware.bin"));
  const auto client = link::open_link(board.uri());
  ASSERT_TRUE(client.has_value()) << client.error().message;
  ASSERT_TRUE((*client)->load(map).has_value());
  const Stimulus stimulus{1, 60, 1, 0, std::vector<double>(60, 0.2), {}};
  const auto traces = (*client)->run(stimulus, {});
  ASSERT_TRUE(traces.has_value()) << traces.error().message;
  EXPECT_EQ(traces->signals[0].codes, run_on_chip(map, 7, {}, stimulus, {}).signals[0].codes);
}

TEST(GoldenFirmware, OfAnEarlierVersionIsRefusedByName) {
  DeskBoard board(golden_map()->target, golden("protocol_0/firmware.bin"));
  const auto client = link::open_link(board.uri());
  ASSERT_FALSE(client.has_value());
  EXPECT_EQ(client.error().code, ErrorCode::kDevice);
  EXPECT_THAT(client.error().message,
              testing::HasSubstr("the board speaks versions 0 to 0 of the protocol, this program 1 to 1"));
}

}  // namespace
}  // namespace vle::qemu
