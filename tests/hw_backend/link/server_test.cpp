#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vle/board/board_server.hpp>
#include <vle/link/link_backend.hpp>

#include "files.hpp"
#include "subject.hpp"
#include "virtual_medium.hpp"
#include "source_path.hpp"

namespace vle::link {
namespace {

using testing::HasSubstr;

/// A board that serves from a thread of this process.
class Served {
 public:
  explicit Served(const std::string& listen_on, board::ServerOptions options = {}, std::uint32_t boot_id = 5) {
    board::BoardSpec spec = test::board_of(coarse_target());
    spec.boot_id = boot_id;
    server_ = board::BoardServer::open(std::move(spec), parse_link_uri(listen_on).value(), options).value();
    thread_ = std::jthread([this](const std::stop_token& stop) { server_->serve(stop); });
  }
  LinkUri uri() const { return parse_link_uri(server_->address()).value(); }

 private:
  std::unique_ptr<board::BoardServer> server_;
  std::jthread thread_;
};

LinkOptions hasty() {
  LinkOptions options;
  options.patience.connect = std::chrono::milliseconds(500);
  return options;
}

/// Programs one weight column of its own and expects the chip to run by it, whoever else is on the board.
void play_jobs(const LinkUri& uri, std::uint16_t own, int jobs, std::vector<std::int32_t>& codes) {
  const Stimulus stimulus = test::subject_stimulus(1, 20);
  for (int job = 0; job < jobs; ++job) {
    const auto board = open_link(uri);
    ASSERT_TRUE(board.has_value()) << board.error().message;
    ASSERT_TRUE((*board)->load(test::subject_map()).has_value());
    const RegisterWrite write{static_cast<std::uint32_t>(test::subject_map()->image.size() - 1), {own}};
    ASSERT_TRUE((*board)->write_registers({&write, 1}).has_value());
    RunOptions options;
    options.seed = own;
    const auto traces = (*board)->run(stimulus, options);
    ASSERT_TRUE(traces.has_value()) << traces.error().message;
    if (job > 0) {
      ASSERT_EQ(traces->signals[0].codes, codes);
    }
    codes = traces->signals[0].codes;
    ASSERT_EQ((*board)->read_registers(write.address, 1).value(), write.words);
  }
}

// More clients than places: some wait for a place, all for the chip.
TEST(BoardServer, ServesEightClientsAtOnceAndKeepsThemApart) {
  const vle::test::TemporaryFolder folder;
  const Served board("unix:" + folder.file("board"), {5, 16, 64, std::chrono::seconds(600), std::chrono::seconds(300)});
  constexpr std::size_t kClients = 8;
  std::array<std::vector<std::int32_t>, kClients> codes;
  {
    std::vector<std::jthread> clients;
    for (std::size_t k = 0; k < kClients; ++k) {
      clients.emplace_back([&, k] { play_jobs(board.uri(), static_cast<std::uint16_t>(k), 4, codes[k]); });
    }
  }
  for (std::size_t k = 0; k < kClients; ++k) {
    RunOptions options;
    options.seed = k;
    const auto chip = emulator::make_emulator_backend(coarse_target(), 7, {});
    ASSERT_TRUE(chip->load(test::subject_map()).has_value());
    const RegisterWrite write{static_cast<std::uint32_t>(test::subject_map()->image.size() - 1),
                              {static_cast<std::uint16_t>(k)}};
    ASSERT_TRUE(chip->write_registers({&write, 1}).has_value());
    EXPECT_EQ(chip->run(test::subject_stimulus(1, 20), options)->signals[0].codes, codes[k]) << k;
  }
}

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

/// Certificates of one authority, made as users make them.
std::string make_certificates(const vle::test::TemporaryFolder& folder, const std::string& name) {
  const std::string path = folder.file(name);
  const std::string command = vle::test::source_path("scripts/make-certificates.sh") + " '" + path + "' >/dev/null 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
  return path;
}

TEST(Tls, ServesClientsOfItsAuthorityAndNoOthers) {
  const vle::test::TemporaryFolder folder;
  const std::string own = make_certificates(folder, "own");
  const std::string foreign = make_certificates(folder, "foreign");
  const Served board("tls://127.0.0.1:0?certificates=" + own);
  TlsUri uri = std::get<TlsUri>(board.uri());
  uri.certificates = own;
  const auto welcome = open_link(uri);
  ASSERT_TRUE(welcome.has_value()) << welcome.error().message;
  EXPECT_TRUE((*welcome)->load(test::subject_map()).has_value());
  EXPECT_TRUE((*welcome)->run(test::subject_stimulus(1, 20), {}).has_value());
  uri.certificates = foreign;
  const auto refused = open_link(uri, hasty());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kDevice);
  const auto plain = open_link(TcpUri{uri.host, uri.port}, hasty());
  EXPECT_FALSE(plain.has_value());
}

TEST(Tls, RefusesKeysThatOthersCanRead) {
  const vle::test::TemporaryFolder folder;
  const std::string own = make_certificates(folder, "own");
  std::filesystem::permissions(own + "/board.key", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto refused = board::BoardServer::open(test::board_of(coarse_target()),
                                                parse_link_uri("tls://127.0.0.1:0?certificates=" + own).value());
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace vle::link
