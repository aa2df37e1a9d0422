#include <gmock/gmock.h>

#include <cstdlib>
#include <thread>
#include <vle/board/board_server.hpp>

#include "conformance_cases.hpp"
#include "files.hpp"
#include "source_path.hpp"
#include "subject.hpp"
#include "virtual_medium.hpp"

namespace vle::conformance {
namespace {

using testing::IsEmpty;

ExamineOptions emulated_options() {
  ExamineOptions options;
  options.client_nonce = 0x0123456789ABCDEFULL;
  options.subject = [](const BoardFacts&) -> Result<Subject> {
    const auto map = link::test::subject_map();
    return Subject{map->geometry, map->image};
  };
  return options;
}

TEST(VirtualBoard, KeepsEveryClause) {
  auto board = std::make_shared<link::test::VirtualBoard>(link::test::board_of(coarse_target()));
  link::test::VirtualMedium medium(board);
  const Report report = examine(medium, emulated_options()).value();
  EXPECT_TRUE(report.is_conformant()) << test::text_of(report);
  EXPECT_EQ(report.board.target_hash, coarse_target().hash);
}

class Served : public testing::TestWithParam<std::string> {};

TEST_P(Served, KeepsEveryClause) {
  const vle::test::TemporaryFolder folder;
  const std::string at = GetParam().ends_with(':') ? GetParam() + folder.file("board") : GetParam();
  const auto server =
      board::BoardServer::open(link::test::board_of(coarse_target()), link::parse_link_uri(at).value()).value();
  const std::jthread thread([&](const std::stop_token& stop) { server->serve(stop); });
  const auto medium = link::make_medium(link::parse_link_uri(server->address()).value()).value();
  const Report report = examine(*medium, emulated_options()).value();
  EXPECT_TRUE(report.is_conformant()) << test::text_of(report);
  EXPECT_EQ(report.address, server->address());
}

INSTANTIATE_TEST_SUITE_P(Boards, Served, testing::Values("tcp://127.0.0.1:0", "unix:", "pty:"),
                         [](const auto& where) { return where.param.substr(0, where.param.find(':')); });

TEST(ServedByTls, KeepsEveryClause) {
  const vle::test::TemporaryFolder folder;
  const std::string certificates = folder.file("certificates");
  const std::string make = vle::test::source_path("scripts/make-certificates.sh") + " '" + certificates + "' 30";
  ASSERT_EQ(std::system((make + " >/dev/null 2>&1").c_str()), 0);
  const link::LinkUri at = link::parse_link_uri("tls://127.0.0.1:0?certificates=" + certificates).value();
  const auto server = board::BoardServer::open(link::test::board_of(coarse_target()), at).value();
  const std::jthread thread([&](const std::stop_token& stop) { server->serve(stop); });
  link::TlsUri uri = std::get<link::TlsUri>(link::parse_link_uri(server->address()).value());
  uri.certificates = certificates;
  const auto medium = link::make_medium(uri).value();
  const Report report = examine(*medium, emulated_options()).value();
  EXPECT_TRUE(report.is_conformant()) << test::text_of(report);
}

TEST(Examine, NeedsAConnection) {
  const vle::test::TemporaryFolder folder;
  const auto medium = link::make_medium(link::UnixUri{folder.file("nobody")}).value();
  EXPECT_EQ(examine(*medium, emulated_options()).error().code, ErrorCode::kDevice);
}

}  // namespace
}  // namespace vle::conformance
