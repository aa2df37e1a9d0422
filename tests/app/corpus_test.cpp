#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Row {
  std::string file;
  std::string expected;
};

/// The rows of a table with two columns, without its header.
std::vector<Row> read_table(const std::string& path) {
  std::istringstream lines(read_file(source_path(path)));
  std::vector<Row> rows;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const auto tab = line.find('\t');
    rows.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return rows;
}

// The words of each message are held by the tests of core/io; here it is that the program passes them on.
TEST(Corpus, EachBadFileEndsWithTwoAndNamesThePlace) {
  const auto rows = read_table("tests/corpus/bad/expected.tsv");
  EXPECT_GE(rows.size(), 60U);
  for (const Row& row : rows) {
    const Finished finished = run_vle({"check", source_path("tests/corpus/bad/" + row.file)});
    EXPECT_EQ(finished.exit_code, 2) << row.file << "\n" << finished.out << finished.err;
    EXPECT_THAT(finished.out, IsEmpty()) << row.file;
    EXPECT_THAT(finished.err, HasSubstr(row.file + ":")) << row.file;
  }
}

TEST(Corpus, EachBadFileIsOneErrorObjectInJson) {
  for (const Row& row : read_table("tests/corpus/bad/expected.tsv")) {
    const Finished finished = run_vle({"check", source_path("tests/corpus/bad/" + row.file), "--json"});
    EXPECT_EQ(finished.exit_code, 2) << row.file;
    const auto json = nlohmann::json::parse(finished.out, nullptr, false);
    ASSERT_TRUE(json.is_object()) << row.file << "\n" << finished.out;
    EXPECT_EQ(json["error"]["code"], "invalid_input") << row.file;
    EXPECT_THAT(json["error"]["message"].get<std::string>(), HasSubstr(row.file + ":")) << row.file;
  }
}

TEST(Corpus, EachGoodFileIsWhatItIs) {
  for (const Row& row : read_table("tests/corpus/good/kinds.tsv")) {
    const Finished finished = run_vle({"check", source_path("tests/corpus/good/" + row.file), "--json"});
    ASSERT_EQ(finished.exit_code, 0) << row.file << "\n" << finished.err;
    EXPECT_EQ(nlohmann::json::parse(finished.out)["kind"], row.expected) << row.file;
  }
}

}  // namespace
}  // namespace vle::app
