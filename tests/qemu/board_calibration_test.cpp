#include <gmock/gmock.h>

#include <vle/io/files.hpp>

#include "desk_board.hpp"
#include "program.hpp"
#include "source_path.hpp"

namespace vle::qemu {
namespace {

using testing::HasSubstr;

// Short: the read-out only, which all other routines begin with. Runs, traces and registers go through the firmware.
TEST(BoardCalibration, TheReadOutOfAChipBehindFirmwareIsMeasured) {
  const test::TemporaryFolder folder;
  DeskBoard board(read_target(test::source_path("targets/bench_board.textproto")).value());
  // QEMU listens once a link opens.
  ASSERT_TRUE(link::open_link(board.uri()).has_value());
  const std::string file = folder.file("board.cal");
  const int code = finish(start({VLE_PROGRAM, "calibrate", "--backend", link::to_string(board.uri()), "--only", "adc",
                                 "--effort", "0.05", "-o", file},
                                folder.file("report")));
  ASSERT_EQ(code, 0) << test::read_file(folder.file("report")) << test::read_file(folder.file("report.err"));
  EXPECT_THAT(test::read_file(folder.file("report")), HasSubstr("adc"));
  EXPECT_FALSE(test::read_file(file).empty());
}

}  // namespace
}  // namespace vle::qemu
