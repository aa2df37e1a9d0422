#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Results of the layered example on chip 7, and the page of all of them.
class ReportVerb : public testing::Test {
 protected:
  void SetUp() override {
    const std::string network = source_path("examples/layered/network.textproto");
    const std::string input = source_path("examples/layered/input.csv");
    const std::vector<std::string> ending{"--input", input, "--steps", "100"};
    const auto with = [&](std::vector<std::string> words) {
      words.insert(words.end(), ending.begin(), ending.end());
      return run_vle(words);
    };
    ASSERT_EQ(
        run_vle({"compile", network, "--target", "bss2_like", "--profile", input, "-o", file("net.map")}).exit_code, 0);
    ASSERT_EQ(with({"run", file("net.map"), "--backend", "reference:", "-o", file("ideal.h5")}).exit_code, 0);
    ASSERT_EQ(with({"run", file("net.map"), "--backend", "emulator:?chip=7", "-o", file("chip.h5")}).exit_code, 0);
    folder.write("one.json", with({"ablate", network, "--target", "bss2_like", "--chip", "7", "--json"}).out);
    folder.write("many.json", with({"ablate", network, "--target", "bss2_like", "--chips", "3", "--json"}).out);
    folder.write("yield.json", with({"run", file("net.map"), "--backend", "emulator:", "--chips", "3", "--json"}).out);
    folder.write("timeline.json", R"({"traceEvents": [{"ph": "X", "name": "scan & read", "ts": 1, "dur": 2}]})");
    const Finished finished =
        run_vle({"report", file("ideal.h5"), file("chip.h5"), file("net.map"), file("one.json"), file("many.json"),
                 file("yield.json"), file("timeline.json"), "--title", "A <page>", "-o", file("page.html"), "--json"});
    ASSERT_EQ(finished.exit_code, 0) << finished.err;
    sections = nlohmann::json::parse(finished.out)["sections"].size();
    page = read_file(file("page.html"));
  }
  std::string file(const std::string& name) const { return folder.file(name); }

  TemporaryFolder folder;
  std::string page;
  std::size_t sections = 0;
};

/// Names of elements that are opened and not closed in their order; void elements of HTML aside.
std::string first_misnested(const std::string& html) {
  std::vector<std::string> open;
  const std::string body = html.substr(html.find("<html"));
  for (std::size_t at = body.find('<'); at != std::string::npos; at = body.find('<', at + 1)) {
    const std::size_t end = body.find('>', at);
    if (end == std::string::npos) return "an element without end";
    const bool closes = body[at + 1] == '/';
    const std::size_t begin = at + (closes ? 2 : 1);
    const std::string name = body.substr(begin, body.find_first_of(" >/\n", begin) - begin);
    if (name == "meta" || body[end - 1] == '/') continue;
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return name;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST_F(ReportVerb, MakesOnePageThatNeedsNothingElse) {
  EXPECT_EQ(sections, 7U);
  EXPECT_EQ(count(page, "<section "), 7U);
  EXPECT_EQ(first_misnested(page), "");
  for (const char* outside : {"<script", "http:", "https:", "src=", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(page, HasSubstr("<h1>A &lt;page&gt;</h1>"));
  EXPECT_THAT(page, HasSubstr("scan &amp; read"));
  EXPECT_EQ(count(page, "<table"), count(page, "<caption>"));
  EXPECT_EQ(count(page, "role=\"img\""), count(page, "aria-label=\"Signals"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme:dark"));
}

TEST_F(ReportVerb, EqualResultsGiveEqualBytes) {
  const Finished again =
      run_vle({"report", file("ideal.h5"), file("chip.h5"), file("net.map"), file("one.json"), file("many.json"),
               file("yield.json"), file("timeline.json"), "--title", "A <page>", "-o", file("again.html")});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(read_file(file("again.html")), page);
}

TEST_F(ReportVerb, ABrowserShowsIt) {
  const std::string browser = "command -v chromium-headless-shell chromium 2>/dev/null | head -n 1";
  if (std::system(("test -n \"$(" + browser + ")\"").c_str()) != 0) {
    GTEST_SKIP() << "there is no Chromium; scripts/install-deps.sh chromium-headless-shell installs it";
  }
  const std::string command = "\"$(" + browser + ")\" --headless --no-sandbox --disable-gpu --dump-dom 'file://" +
                              file("page.html") + "' >'" + file("dom.html") + "' 2>'" + file("log") + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << read_file(file("log"));
  const std::string dom = read_file(file("dom.html"));
  EXPECT_EQ(count(dom, "<section "), sections) << "the parser of a browser sees every part";
  EXPECT_EQ(count(dom, "<path"), count(page, "<path"));
  EXPECT_THAT(dom, HasSubstr("</footer>"));
}

TEST_F(ReportVerb, MistakesNameTheirFile) {
  folder.write("other.json", "{\"a\": 1}");
  folder.write("broken.json", "{");
  folder.write("half.json", "{\"variants\": [], \"chips\": {}}");
  for (const char* name : {"other.json", "broken.json", "half.json"}) {
    const Finished finished = run_vle({"report", file(name), "-o", file("bad.html")});
    EXPECT_EQ(finished.exit_code, 2) << name;
    EXPECT_THAT(finished.err, HasSubstr(name));
  }
  EXPECT_EQ(run_vle({"report", file("none.json"), "-o", file("bad.html")}).exit_code, 4);
  const Finished alone = run_vle({"report", file("ideal.h5"), "-o", file("bad.html")});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, HasSubstr("ideal traces alone"));
}

}  // namespace
}  // namespace vle::app
