#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <vle/conformance/conformance.hpp>

#include "source_path.hpp"

namespace vle::conformance {
namespace {

/// The block between two markers of a page is what the code's table says.
void expect_block(const std::string& page, const std::string& marker, const std::string& block) {
  const std::string path = vle::test::source_path(page);
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string begin = "<!-- " + marker + " -->\n\n";
  const std::string end = "\n<!-- end of " + marker + " -->";
  const auto from = text.find(begin);
  const auto to = text.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos) << path << " lacks the markers of " << marker;
  const std::string wanted = text.substr(0, from) + begin + block + text.substr(to);
  if (wanted == text) return;
  std::ofstream(path + ".new") << wanted;
  ADD_FAILURE() << path << " is not what the table says; what it should be is in " << path << ".new";
}

TEST(Pages, ProtocolListsTheClauses) {
  expect_block("docs/protocol.md", "clauses", clause_page());
}

TEST(Pages, ConformanceListsTheChecks) {
  expect_block("docs/conformance.md", "checks", check_page());
}

}  // namespace
}  // namespace vle::conformance
