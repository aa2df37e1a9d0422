#include <gmock/gmock.h>

#include <filesystem>
#include <thread>

#include "files.hpp"
#include "served_board.hpp"
#include "subject.hpp"

namespace vle::link {
namespace {

using test::hasty;
using test::Served;
using testing::HasSubstr;

TEST(BoardServer, TellsTheClientThatItRestarted) {
  const vle::test::TemporaryFolder folder;
  const std::string at = "unix:" + folder.file("board");
  auto before = std::make_unique<Served>(at);
  const auto board = open_link(before->uri(), hasty()).value();
  ASSERT_TRUE(board->load(test::subject_map()).has_value());
  before.reset();
  EXPECT_FALSE(std::filesystem::exists(folder.file("board")));
  const auto gone = board->run(test::subject_stimulus(1, 20), {});
  ASSERT_FALSE(gone.has_value());
  EXPECT_THAT(gone.error().message, HasSubstr("no connection"));
  const Served after(at, {}, 6);
  const auto restarted = board->run(test::subject_stimulus(1, 20), {});
  ASSERT_FALSE(restarted.has_value());
  EXPECT_THAT(restarted.error().message, HasSubstr("the board restarted"));
}

TEST(BoardServer, KeepsAUsersStateWhileItIsAway) {
  const vle::test::TemporaryFolder folder;
  const Served served("unix:" + folder.file("board"));
  LinkOptions options;
  options.client_nonce = 77;
  auto board = open_link(served.uri(), options).value();
  ASSERT_TRUE(board->load(test::subject_map()).has_value());
  const RegisterWrite write{RegisterLayout::kCoresAddress, {0}};
  ASSERT_TRUE(board->write_registers({&write, 1}).has_value());
  const auto other = open_link(served.uri()).value();
  ASSERT_TRUE(other->load(test::subject_map()).has_value());
  // A second connection of the same client takes over from the first.
  const auto again = open_link(served.uri(), options).value();
  EXPECT_NE(other->read_registers(RegisterLayout::kCoresAddress, 1).value(), write.words);
  EXPECT_EQ(board->read_registers(RegisterLayout::kCoresAddress, 1).value(), write.words);
}

TEST(BoardServer, RefusesTheOpenNetworkWithoutTls) {
  const auto refused =
      board::BoardServer::open(test::board_of(coarse_target()), parse_link_uri("tcp://0.0.0.0:0").value());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr("tls://"));
}

TEST(BoardServer, SaysThatAnAddressIsInUse) {
  const vle::test::TemporaryFolder folder;
  const std::string at = "unix:" + folder.file("board");
  const Served board(at);
  const auto second = board::BoardServer::open(test::board_of(coarse_target()), parse_link_uri(at).value());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace vle::link
