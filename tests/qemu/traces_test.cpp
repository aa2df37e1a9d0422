#include <gtest/gtest.h>

#include <vle/io/files.hpp>

#include "desk_board.hpp"
#include "networks.hpp"
#include "run_on_chip.hpp"
#include "source_path.hpp"

namespace vle::qemu {
namespace {

Target bench_board() {
  return read_target(test::source_path("targets/bench_board.textproto")).value();
}

void expect_equal(const Traces& board, const Traces& emulator) {
  ASSERT_EQ(board.signals.size(), emulator.signals.size());
  for (std::size_t k = 0; k < board.signals.size(); ++k) {
    EXPECT_FALSE(board.signals[k].codes.empty());
    EXPECT_EQ(board.signals[k].codes, emulator.signals[k].codes) << k;
  }
  EXPECT_EQ(board.report.saturated, emulator.report.saturated);
  for (const auto& [name, cycles] : board.report.cycles) EXPECT_EQ(cycles, emulator.report.cycles.at(name)) << name;
}

// Every imperfection of the chip is on, noise included.
TEST(FirmwareTraces, OfBenchBoardAreThoseOfTheEmulator) {
  const Network network = read_network(test::source_path("examples/ecg/network.textproto")).value();
  const Stimulus stimulus = make_sines(network, 2, 150);
  const auto map = compile_for(network, bench_board(), stimulus);
  RunOptions options;
  options.seed = 5;
  options.settle_steps = 20;
  options.every = 2;
  options.recordings = record_all(network);
  DeskBoard board(bench_board());
  const auto client = link::open_link(board.uri());
  ASSERT_TRUE(client.has_value()) << client.error().message;
  ASSERT_TRUE((*client)->load(map).has_value());
  const auto traces = (*client)->run(stimulus, options);
  ASSERT_TRUE(traces.has_value()) << traces.error().message;
  expect_equal(*traces, run_on_chip(map, 7, {}, stimulus, options));
}

TEST(FirmwareTraces, ComeWithTheBoardsOwnTarget) {
  DeskBoard board(bench_board());
  const auto client = link::open_link(board.uri());
  ASSERT_TRUE(client.has_value()) << client.error().message;
  EXPECT_EQ((*client)->info().target, "bench_board");
  EXPECT_EQ((*client)->info().chip_id, 7U);
  const auto description = (*client)->fetch_target();
  ASSERT_TRUE(description.has_value()) << description.error().message;
  EXPECT_EQ(*description, serialise_target(bench_board()));
}

}  // namespace
}  // namespace vle::qemu
