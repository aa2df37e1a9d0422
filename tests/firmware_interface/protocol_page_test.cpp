#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "source_path.hpp"
#include "test_client.hpp"

namespace vle::firmware_interface {
namespace {

/// 32 bytes a line, indented as a block of the page.
std::string hex_lines(const Bytes& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    text += fmt::format("{}{:02x}", i % 32 == 0 ? "\n    " : " ", bytes[i]);
  return text + "\n";
}

/// One request and what came back.
std::string exchange(FakeBoard& board, const v1::LinkRequest& request, std::uint16_t session, std::uint16_t sequence) {
  const std::string text = request.SerializeAsString();
  const Bytes frame =
      encoded({VLE_FW_WIRE_VERSION, VLE_FW_KIND_REQUEST, session, sequence, 0}, Bytes(text.begin(), text.end()));
  board.receive(frame);
  board.poll();
  return fmt::format("`{}`\n{}\nis answered with\n{}\n", request.ShortDebugString(), hex_lines(frame),
                     hex_lines(board.take_sent()));
}

std::string example() {
  FakeBoard board;
  v1::LinkRequest hello;
  hello.set_id(1);
  hello.mutable_hello()->set_version_min(1);
  hello.mutable_hello()->set_version_max(1);
  hello.mutable_hello()->set_client_nonce(0x0123456789ABCDEF);
  hello.mutable_hello()->set_client("docs");
  std::string text = exchange(board, hello, 0, 0);
  v1::LinkRequest heartbeat;
  heartbeat.set_id(2);
  heartbeat.mutable_heartbeat();
  text += exchange(board, heartbeat, board.core.session.number, 1);
  v1::LinkRequest abort;
  abort.set_id(3);
  abort.mutable_abort();
  text += exchange(board, abort, board.core.session.number, 2);
  return text;
}

TEST(ProtocolPage, ShowsTheBytesOfThisCode) {
  const std::string path = test::source_path("docs/protocol.md");
  std::ifstream file(path);
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string marker = "<!-- example -->\n\n";
  const auto at = page.find(marker);
  ASSERT_NE(at, std::string::npos) << path;
  const std::string expected = page.substr(0, at) + marker + example();
  if (page == expected) return;
  std::ofstream(path + ".new") << expected;
  ADD_FAILURE() << path << " shows other bytes; what it should be is in " << path << ".new";
}

}  // namespace
}  // namespace vle::firmware_interface
