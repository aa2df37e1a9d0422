#include <gmock/gmock.h>
#include <vle/v1/link.pb.h>

#include <map>
#include <vle/io/files.hpp>
#include <vle/link/link_backend.hpp>

#include "frame_stream.hpp"
#include "record.hpp"
#include "source_path.hpp"
#include "virtual_medium.hpp"

// What was recorded of hosts and boards of earlier protocol versions (tests/golden/link) meets today's.

namespace vle::link {
namespace {

using testing::HasSubstr;

std::string golden(const std::string& name) {
  return vle::test::source_path("tests/golden/link/" + name);
}

LinkRecord record_of(int version) {
  return read_link_record(golden("protocol_" + std::to_string(version) + "/session.link")).value();
}

std::shared_ptr<const ParameterMap> golden_map() {
  return std::make_shared<const ParameterMap>(read_map(golden("chain.map")).value());
}

/// What a board said, in order.
struct Said {
  std::map<std::uint32_t, v1::LinkReply> replies;  ///< by id; the first that is OK, else the last
  std::size_t trace_bytes = 0;
  std::uint32_t blocks = 0;

  void add(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) {
      v1::LinkReply reply;
      v1::LinkEvent event;
      if (frame.header.kind == VLE_FW_KIND_REPLY && reply.ParseFromString(frame.payload)) {
        const auto known = replies.find(reply.id());
        if (known == replies.end() || known->second.status() != v1::LINK_STATUS_OK) replies[reply.id()] = reply;
      } else if (frame.header.kind == VLE_FW_KIND_EVENT && event.ParseFromString(frame.payload) &&
                 event.trace_block().index() == blocks) {
        ++blocks;
        trace_bytes += event.trace_block().data().size();
      }
    }
  }
};

Said board_of_record(const LinkRecord& record) {
  Said said;
  FrameStream stream;
  for (const RecordedPiece& piece : record.pieces) {
    std::vector<Frame> frames;
    if (piece.direction == '!') stream.restart();
    if (piece.direction == '<') stream.feed(piece.bytes, frames);
    said.add(frames);
  }
  return said;
}

/// The recorded host's bytes, said to a board of today that has the recorded board's boot id, and so its session.
Said todays_board(const LinkRecord& record, std::uint32_t boot_id) {
  board::BoardSpec spec = test::board_of(golden_map()->target);
  spec.boot_id = boot_id - 1;  // a virtual board restarts once
  test::VirtualBoard board(spec);
  Said said;
  FrameStream stream;
  for (const RecordedPiece& piece : record.pieces) {
    if (piece.direction != '>') continue;
    std::span<const std::uint8_t> bytes(piece.bytes);
    for (int turn = 0; turn < 1'000'000 && !(bytes.empty() && board.firmware().is_idle()); ++turn) {
      bytes = bytes.subspan(board.firmware().receive(bytes));
      board.poll();
      std::vector<Frame> frames;
      stream.feed(board.firmware().take_output(), frames);
      said.add(frames);
    }
  }
  return said;
}

TEST(GoldenLink, AHostOfThisVersionIsServed) {
  const LinkRecord record = record_of(1);
  const Said recorded = board_of_record(record);
  const v1::LinkReply& hello = recorded.replies.begin()->second;
  ASSERT_TRUE(hello.has_hello());
  const Said today = todays_board(record, hello.hello().boot_id());
  EXPECT_GE(recorded.replies.size(), 10U);
  for (const auto& [id, reply] : recorded.replies) {
    if (reply.status() != v1::LINK_STATUS_OK) continue;
    ASSERT_TRUE(today.replies.contains(id)) << id;
    EXPECT_EQ(today.replies.at(id).status(), v1::LINK_STATUS_OK) << today.replies.at(id).ShortDebugString();
    EXPECT_EQ(today.replies.at(id).body_case(), reply.body_case()) << id;
  }
  EXPECT_GT(recorded.trace_bytes, 0U);
  EXPECT_EQ(today.trace_bytes, recorded.trace_bytes);
}

TEST(GoldenLink, ABoardOfThisVersionServes) {
  const auto board = open_link(ReplayUri{golden("protocol_1/session.link")});
  ASSERT_TRUE(board.has_value()) << board.error().message;
  ASSERT_TRUE((*board)->load(golden_map()).has_value());
  const Stimulus stimulus{1, 60, 1, 0, std::vector<double>(60, 0.0), {}};
  RunOptions options;
  options.seed = 3;
  const auto traces = (*board)->run(stimulus, options);
  ASSERT_TRUE(traces.has_value()) << traces.error().message;
  EXPECT_EQ(traces->report.chip_id, 7U);
  for (const SignalTrace& signal : traces->signals) EXPECT_EQ(signal.codes.size(), 60U);
}

TEST(GoldenLink, AHostOfAnEarlierVersionIsToldWhichVersionsTheBoardSpeaks) {
  const LinkRecord record = record_of(0);
  const Said recorded = board_of_record(record);
  const Said today = todays_board(record, recorded.replies.begin()->second.hello().boot_id());
  const v1::LinkReply& hello = today.replies.begin()->second;
  EXPECT_EQ(hello.status(), v1::LINK_STATUS_VERSION_MISMATCH);
  EXPECT_EQ(hello.hello().version_min(), 1U);
  EXPECT_EQ(hello.hello().version_max(), 1U);
  // Whatever else it asked for was not done.
  for (const auto& [id, reply] : today.replies) EXPECT_NE(reply.status(), v1::LINK_STATUS_OK) << id;
}

TEST(GoldenLink, ABoardOfAnEarlierVersionIsRefusedByName) {
  const auto board = open_link(ReplayUri{golden("protocol_0/session.link")});
  ASSERT_FALSE(board.has_value());
  EXPECT_EQ(board.error().code, ErrorCode::kDevice);
  EXPECT_THAT(board.error().message,
              HasSubstr("the board speaks versions 0 to 0 of the protocol, this program 1 to 1"));
}

}  // namespace
}  // namespace vle::link
