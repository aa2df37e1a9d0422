#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <vle/io/files.hpp>

#include "expectations.hpp"
#include "files.hpp"
#include "source_path.hpp"

namespace vle {
namespace {

const std::string kCorpus = test::source_path("tests/corpus/");

/// The rows of a table of two columns, after its head.
std::map<std::string, std::string> read_table(const std::string& path) {
  std::ifstream stream(path);
  std::map<std::string, std::string> rows;
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    const std::size_t tab = line.find('\t');
    EXPECT_TRUE(rows.emplace(line.substr(0, tab), line.substr(tab + 1)).second) << line;
  }
  return rows;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() != ".tsv")
      names.push_back(entry.path().filename().string());
  }
  return names;
}

/// The error of reading a corpus file as what its name says; empty: it was accepted.
std::optional<Error> error_of_reading(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  const auto error = [](const auto& result) { return result ? std::nullopt : std::optional<Error>(result.error()); };
  if (name.starts_with("target_")) return error(read_target(path));
  if (name.starts_with("calibration")) return error(check_calibration(path));
  return error(read_network(path));
}

TEST(BadCorpus, HoldsAtLeastSixtyFilesAllInItsTable) {
  std::vector<std::string> listed;
  for (const auto& [name, expected] : read_table(kCorpus + "bad/expected.tsv")) listed.push_back(name);
  EXPECT_GE(listed.size(), 60u);
  EXPECT_THAT(files_in(kCorpus + "bad"), testing::UnorderedElementsAreArray(listed));
}

TEST(BadCorpus, EachFileIsRefusedWithItsPlaceAndReason) {
  for (const auto& [name, expected] : read_table(kCorpus + "bad/expected.tsv")) {
    const std::optional<Error> error = error_of_reading(kCorpus + "bad/" + name);
    ASSERT_TRUE(error) << name << " was accepted";
    EXPECT_EQ(error->code, ErrorCode::kInvalidInput) << name << ": " << error->message;
    EXPECT_THAT(error->message, testing::HasSubstr(expected)) << name;
    EXPECT_THAT(error->message, testing::StartsWith(kCorpus + "bad/" + name));
  }
}

TEST(GoodCorpus, EachFileIsAccepted) {
  for (const auto& [name, kind] : read_table(kCorpus + "good/kinds.tsv")) {
    const std::optional<Error> error = error_of_reading(kCorpus + "good/" + name);
    EXPECT_FALSE(error) << error->message;
  }
}

TEST(GoodCorpus, KindsAreTold) {
  const std::map<std::string, FileKind> kinds{
      {"network", FileKind::kNetwork}, {"target", FileKind::kTarget}, {"calibration", FileKind::kCalibration}};
  const std::map<std::string, std::string> table = read_table(kCorpus + "good/kinds.tsv");
  EXPECT_EQ(table.size(), files_in(kCorpus + "good").size());
  for (const auto& [name, kind] : table) {
    const Result<FileKind> found = kind_of_file(kCorpus + "good/" + name);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(*found, kinds.at(kind)) << name;
  }
}

}  // namespace
}  // namespace vle
