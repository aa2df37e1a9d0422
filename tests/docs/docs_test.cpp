#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "files.hpp"
#include "markdown.hpp"
#include "source_path.hpp"

namespace vle::docs {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path kRoot(test::source_path(""));

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// README.md, the pages of docs/, and the pages beside the examples.
std::vector<fs::path> pages() {
  std::vector<fs::path> list{kRoot / "README.md"};
  for (const char* folder : {"docs", "examples"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      if (entry.path().extension() == ".md") list.push_back(entry.path());
    }
  }
  std::sort(list.begin() + 1, list.end());
  return list;
}

struct Ran {
  int status = -1;
  std::string output;
};

/// A folder in which a reader stands: the repository's files, and the program on the path. Gone with the object.
class ReadersFolder {
 public:
  ReadersFolder() {
    for (const char* part : {"docs", "examples", "proto", "scripts", "targets"}) {
      fs::create_directory_symlink(kRoot / part, path() / part);
    }
  }

  const fs::path& path() const { return folder_.path(); }

  /// Runs shell commands here; stops at the first that fails. Keeps what goes to stdout.
  Ran run(const std::string& commands) const {
    folder_.write("commands.sh", "set -e\n" + commands);
    const std::string line =
        "cd '" + path().string() + "' && PATH='" VLE_PROGRAM_DIR "':$PATH sh commands.sh </dev/null";
    FILE* pipe = popen(line.c_str(), "r");
    if (pipe == nullptr) return {};
    Ran ran;
    char buffer[4096];
    for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.output.append(buffer, n);
    const int status = pclose(pipe);
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
  }

 private:
  test::TemporaryFolder folder_;
};

/// Commands that set up, build and test the whole repository are not run from within its tests: they must exist.
bool is_repository_script(const std::string& line) {
  return line.starts_with("scripts/");
}

void expect_script_exists(const std::string& line) {
  const fs::path script = kRoot / line.substr(0, line.find(' '));
  EXPECT_TRUE(fs::exists(script)) << line;
  const auto permissions = fs::status(script).permissions();
  EXPECT_NE(permissions & fs::perms::owner_exec, fs::perms::none) << script;
}

/// The lines of a shell block that can be run, after those that name a script were looked at.
std::string commands_of(const Block& block) {
  std::string commands;
  std::istringstream lines(block.text);
  for (std::string line; std::getline(lines, line);) {
    if (is_repository_script(line)) {
      expect_script_exists(line);
    } else {
      commands += line + "\n";
    }
  }
  return commands;
}

class Page : public testing::TestWithParam<fs::path> {};

// Blocks of `sh` run one after another in one folder, as a reader would; a block of `text` right behind one is what it
// prints, up to numbers.
TEST_P(Page, ShellBlocksRunAndPrintWhatIsShown) {
  const ReadersFolder folder;
  Ran last;
  for (const Block& block : blocks_of(read_file(GetParam()))) {
    SCOPED_TRACE(GetParam().string() + ":" + std::to_string(block.line));
    if (block.language == "sh") {
      last = folder.run(commands_of(block));
      EXPECT_EQ(last.status, 0) << block.text << last.output;
    } else if (block.language == "text" && block.follows_block) {
      EXPECT_THAT(difference(block.text, last.output), IsEmpty()) << last.output;
    }
  }
}

TEST_P(Page, WholeDescriptionsPassTheCheck) {
  const ReadersFolder folder;
  for (const Block& block : blocks_of(read_file(GetParam()))) {
    SCOPED_TRACE(GetParam().string() + ":" + std::to_string(block.line));
    const bool is_text = block.language == "textproto" && block.text.starts_with("# proto-message:");
    const bool is_json = block.language == "json" && block.text.find("\"vle.v1.") != std::string::npos;
    if (!is_text && !is_json) continue;
    const std::string file = is_text ? "description.textproto" : "description.json";
    std::ofstream(folder.path() / file) << block.text;
    const Ran ran = folder.run("vle check " + file + " 2>&1\n");
    EXPECT_EQ(ran.status, 0) << ran.output;
  }
}

TEST_P(Page, LinksLeadToFiles) {
  for (const std::string& link : local_links_of(read_file(GetParam()))) {
    EXPECT_TRUE(fs::exists(GetParam().parent_path() / link)) << GetParam() << ": " << link;
  }
}

TEST_P(Page, ProgramsAreTheOnesInTheRepository) {
  for (const Block& block : blocks_of(read_file(GetParam()))) {
    if (block.language != "cpp") continue;
    EXPECT_EQ(block.text, read_file(kRoot / "examples/embedding/main.cpp")) << GetParam() << ":" << block.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Docs, Page, testing::ValuesIn(pages()), [](const testing::TestParamInfo<fs::path>& page) {
  std::string name;
  for (const char c : fs::relative(page.param, kRoot).replace_extension().string()) {
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  }
  return name;
});

TEST(Examples, EveryNetworkPassesTheCheck) {
  const ReadersFolder folder;
  int networks = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "examples")) {
    if (entry.path().stem() != "network") continue;
    const Ran ran = folder.run("vle check '" + entry.path().string() + "' 2>&1\n");
    EXPECT_EQ(ran.status, 0) << entry.path() << "\n" << ran.output;
    ++networks;
  }
  EXPECT_GE(networks, 6);
}

TEST(Examples, TextAndJsonOfTheChainAreTheSameNetwork) {
  const ReadersFolder folder;
  const std::string hash = "--json 2>/dev/null | grep -o '\"network_hash\": *\"[0-9a-f]*\"'\n";
  const Ran text = folder.run("vle compile examples/chain/network.textproto --target ideal -o a.map " + hash);
  const Ran json = folder.run("vle compile examples/chain/network.json --target ideal -o b.map " + hash);
  EXPECT_EQ(text.status, 0);
  EXPECT_FALSE(text.output.empty());
  EXPECT_EQ(text.output, json.output);
}

TEST(Targets, EveryShippedTargetPassesTheCheckAndIsFoundByItsName) {
  const ReadersFolder folder;
  int targets = 0;
  for (const auto& entry : fs::directory_iterator(kRoot / "targets")) {
    const Ran ran = folder.run("vle check '" + entry.path().string() + "' 2>&1\n");
    EXPECT_EQ(ran.status, 0) << ran.output;
    const std::string name = entry.path().stem();
    const Ran named = folder.run("vle compile examples/chain/network.textproto --target " + name + " -o c.map 2>&1\n");
    EXPECT_EQ(named.status, 0) << named.output;
    ++targets;
  }
  EXPECT_GE(targets, 3);
}

}  // namespace
}  // namespace vle::docs
