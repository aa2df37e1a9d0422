#include <gtest/gtest.h>

#include <vle/io/files.hpp>

#include "desk_board.hpp"
#include "program.hpp"
#include "source_path.hpp"

namespace vle::qemu {
namespace {

// The same command that the author of a firmware gives.
TEST(BoardConformance, TheFirmwareKeepsEveryClause) {
  const test::TemporaryFolder folder;
  DeskBoard board(read_target(test::source_path("targets/bench_board.textproto")).value());
  // QEMU listens once a link opens.
  ASSERT_TRUE(link::open_link(board.uri()).has_value());
  const int code =
      finish(start({VLE_PROGRAM, "conformance", "--backend", link::to_string(board.uri())}, folder.file("report")));
  EXPECT_EQ(code, 0) << test::read_file(folder.file("report")) << test::read_file(folder.file("report.err"));
}

}  // namespace
}  // namespace vle::qemu
