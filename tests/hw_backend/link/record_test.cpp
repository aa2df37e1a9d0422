#include <gmock/gmock.h>

#include <vle/link/link_backend.hpp>

#include "files.hpp"
#include "subject.hpp"
#include "virtual_medium.hpp"

namespace vle::link {
namespace {

using testing::HasSubstr;

class Record : public testing::Test {
 protected:
  /// Loads and runs over a link; the seed stands for what a user may change.
  static Result<Traces> play(LinkBackend& board, std::uint64_t seed) {
    const Stimulus stimulus = test::subject_stimulus(2, 30);
    if (Result<> loaded = board.load(test::subject_map()); !loaded) {
      return tl::unexpected(loaded.error());
    }
    RunOptions options;
    options.seed = seed;
    return board.run(stimulus, options);
  }

  Traces record() {
    auto board = std::make_shared<test::VirtualBoard>(test::board_of(coarse_target()));
    LinkOptions options;
    options.record = file;
    const auto opened = open_link(std::make_unique<test::VirtualMedium>(board), options);
    return play(**opened, 11).value();
  }

  vle::test::TemporaryFolder folder;
  std::string file = folder.file("session.link");
};

TEST_F(Record, ReplaysTheSameTraces) {
  const Traces recorded = record();
  const auto replay = open_link(ReplayUri{file});
  ASSERT_TRUE(replay.has_value()) << replay.error().message;
  EXPECT_EQ((*replay)->info().chip_id, 7U);
  const auto traces = play(**replay, 11);
  ASSERT_TRUE(traces.has_value()) << traces.error().message;
  for (std::size_t k = 0; k < recorded.signals.size(); ++k) {
    EXPECT_EQ(traces->signals[k].codes, recorded.signals[k].codes);
  }
  EXPECT_EQ(traces->report.saturated, recorded.report.saturated);
}

TEST_F(Record, HasNoAnswerToAnotherQuestion) {
  record();
  const auto replay = open_link(ReplayUri{file});
  ASSERT_TRUE(replay.has_value()) << replay.error().message;
  const auto traces = play(**replay, 12);
  ASSERT_FALSE(traces.has_value());
  EXPECT_THAT(traces.error().message, HasSubstr("the record has no answer"));
}

TEST_F(Record, RefusesOtherFiles) {
  folder.write("session.link", "something else\n");
  const auto replay = open_link(ReplayUri{file});
  ASSERT_FALSE(replay.has_value());
  EXPECT_THAT(replay.error().message, HasSubstr("not a record of a link"));
  EXPECT_EQ(open_link(ReplayUri{folder.file("missing")}).error().code, ErrorCode::kIo);
}

TEST_F(Record, SaysWhereItCannotWrite) {
  auto board = std::make_shared<test::VirtualBoard>(test::board_of(coarse_target()));
  LinkOptions options;
  options.record = folder.file("no/such/folder");
  const auto opened = open_link(std::make_unique<test::VirtualMedium>(board), options);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace vle::link
