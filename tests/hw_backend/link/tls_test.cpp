#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "files.hpp"
#include "fingerprint.hpp"
#include "served_board.hpp"
#include "source_path.hpp"
#include "subject.hpp"

namespace vle::link {
namespace {

using test::hasty;
using test::Served;
using testing::AllOf;
using testing::HasSubstr;

/// Certificates of one authority, made as users make them, for a board that is reached as `names`.
std::string make_certificates(const vle::test::TemporaryFolder& folder, const std::string& name,
                              const std::string& names = "") {
  const std::string path = folder.file(name);
  const std::string command = vle::test::source_path("scripts/make-certificates.sh") + " '" + path + "' 30 " + names;
  EXPECT_EQ(std::system((command + " >/dev/null 2>&1").c_str()), 0);
  return path;
}

/// As openssl prints it: `sha256 Fingerprint=AA:BB:...`
std::string fingerprint(const std::string& certificate) {
  FILE* pipe = popen(("openssl x509 -noout -fingerprint -sha256 -in '" + certificate + "'").c_str(), "r");
  std::array<char, 256> line{};
  EXPECT_NE(fgets(line.data(), line.size(), pipe), nullptr);
  pclose(pipe);
  const std::string text(line.data());
  return text.substr(text.find('=') + 1, 95);
}

class Tls : public testing::Test {
 protected:
  /// The URI of a host that reaches the board with the certificates of `folder`.
  TlsUri uri_of(const Served& board, const std::string& certificates) const {
    TlsUri uri = std::get<TlsUri>(board.uri());
    uri.certificates = certificates;
    return uri;
  }
  void expect_refused(const TlsUri& uri, const std::string& why) const {
    const auto refused = open_link(uri, hasty());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kDevice);
    EXPECT_THAT(refused.error().message, HasSubstr(why));
  }

  vle::test::TemporaryFolder folder;
  std::string own = make_certificates(folder, "own");
};

TEST_F(Tls, ServesClientsOfItsAuthorityAndNoOthers) {
  const Served board("tls://127.0.0.1:0?certificates=" + own);
  const auto welcome = open_link(uri_of(board, own));
  ASSERT_TRUE(welcome.has_value()) << welcome.error().message;
  EXPECT_TRUE((*welcome)->load(test::subject_map()).has_value());
  EXPECT_TRUE((*welcome)->run(test::subject_stimulus(1, 20), {}).has_value());
  expect_refused(uri_of(board, make_certificates(folder, "foreign")), "certificate");
  const TlsUri uri = uri_of(board, own);
  EXPECT_FALSE(open_link(TcpUri{uri.host, uri.port}, hasty()).has_value());
}

TEST_F(Tls, TakesOnlyABoardOfTheNameThatWasAsked) {
  const std::string elsewhere = make_certificates(folder, "elsewhere", "chip.lab 10.0.0.7");
  const Served board("tls://127.0.0.1:0?certificates=" + elsewhere);
  TlsUri uri = uri_of(board, elsewhere);
  expect_refused(uri, "not made out to 127.0.0.1");
  uri.name = "other.lab";
  expect_refused(uri, "not made out to other.lab");
  for (const char* name : {"chip.lab", "10.0.0.7"}) {
    uri.name = name;
    EXPECT_TRUE(open_link(uri).has_value()) << name;
  }
}

TEST_F(Tls, TakesThePinnedCertificateWhateverItsName) {
  const std::string elsewhere = make_certificates(folder, "elsewhere", "chip.lab");
  const Served board("tls://127.0.0.1:0?certificates=" + elsewhere);
  TlsUri uri = uri_of(board, elsewhere);
  uri.fingerprint = parse_fingerprint(fingerprint(elsewhere + "/board.pem")).value();
  EXPECT_TRUE(open_link(uri).has_value());
  uri.name = "other.lab";
  expect_refused(uri, "not made out to other.lab");
  uri.name.clear();
  uri.fingerprint = parse_fingerprint(fingerprint(elsewhere + "/host.pem")).value();
  expect_refused(uri, "its fingerprint is");
}

// A stolen host's certificate is of the right authority.
TEST_F(Tls, AHostsCertificateMakesNoBoard) {
  std::filesystem::copy(own, folder.file("posing"));
  for (const char* end : {".pem", ".key"}) {
    std::filesystem::copy_file(own + "/host" + end, folder.file("posing/board") + end,
                               std::filesystem::copy_options::overwrite_existing);
  }
  const Served board("tls://127.0.0.1:0?certificates=" + folder.file("posing"));
  TlsUri uri = uri_of(board, own);
  uri.fingerprint = parse_fingerprint(fingerprint(own + "/host.pem")).value();
  expect_refused(uri, "purpose");
}

TEST_F(Tls, LetsInListedClientsOnly) {
  const std::string listed = fingerprint(own + "/host.pem");
  folder.write("clients", "# who may run\n\n" + listed + " anna, desk 4\n");
  folder.write("others", std::string(64, 'a') + " somebody else\n");
  const Served open("tls://127.0.0.1:0?certificates=" + own + "&clients=" + folder.file("clients"));
  EXPECT_TRUE(open_link(uri_of(open, own)).has_value());
  const Served closed("tls://127.0.0.1:0?certificates=" + own + "&clients=" + folder.file("others"));
  EXPECT_FALSE(open_link(uri_of(closed, own), hasty()).has_value());
}

TEST_F(Tls, SaysWhatIsWrongWithAListOfClients) {
  const auto open = [&](const std::string& file) {
    const auto uri = parse_link_uri("tls://127.0.0.1:0?certificates=" + own + "&clients=" + folder.file(file));
    return board::BoardServer::open(test::board_of(coarse_target()), uri.value()).error();
  };
  EXPECT_EQ(open("missing").code, ErrorCode::kIo);
  folder.write("bad", "# a remark\nab:cd anna\n");
  EXPECT_THAT(open("bad").message, AllOf(HasSubstr("bad:2"), HasSubstr("64 hexadecimal digits")));
  folder.write("empty", "# nobody\n");
  EXPECT_THAT(open("empty").message, HasSubstr("nobody could reach the board"));
}

TEST_F(Tls, RefusesKeysThatOthersCanRead) {
  std::filesystem::permissions(own + "/board.key", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto refused = board::BoardServer::open(test::board_of(coarse_target()),
                                                parse_link_uri("tls://127.0.0.1:0?certificates=" + own).value());
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("chmod 600"));
}

TEST(TlsUri, TakesAFingerprintAsOpensslPrintsIt) {
  std::string colons;
  for (int i = 0; i < 32; ++i) colons += std::string(i == 0 ? "" : ":") + "A7";
  const auto uri = parse_link_uri("tls://board:7070?fingerprint=" + colons + "&name=chip.lab");
  ASSERT_TRUE(uri.has_value()) << uri.error().message;
  EXPECT_EQ(std::get<TlsUri>(*uri).fingerprint.substr(0, 4), "a7a7");
  EXPECT_EQ(std::get<TlsUri>(*uri).name, "chip.lab");
  const auto refused = parse_link_uri("tls://board:7070?fingerprint=A7A7");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("fingerprint=SHA256"));
  EXPECT_FALSE(parse_link_uri("tcp://board:7070?name=x").has_value());
}

}  // namespace
}  // namespace vle::link
