#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "child.hpp"
#include "reference_page.hpp"
#include "verb_table.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// The `error` object of a failure with --json; everything else of stdout would not parse.
nlohmann::json error_of(const Finished& finished) {
  const auto json = nlohmann::json::parse(finished.out, nullptr, false);
  EXPECT_TRUE(json.is_object() && json.contains("error")) << finished.out;
  return json.is_object() ? json.value("error", nlohmann::json::object()) : nlohmann::json::object();
}

TEST(Usage, VersionAndHelpGoToStdout) {
  const Finished version = run_vle({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, StartsWith("vle "));
  const Finished help = run_vle({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.err, IsEmpty());
  for (const VerbRecord& verb : verb_table()) EXPECT_THAT(help.out, HasSubstr(std::string(verb.name)));
}

TEST(Usage, HelpOfEachVerbNamesEachOption) {
  for (const VerbRecord& verb : verb_table()) {
    const Finished help = run_vle({std::string(verb.name), "--help"});
    EXPECT_EQ(help.exit_code, 0) << verb.name;
    for (const OptionRecord& option : verb.options) EXPECT_THAT(help.out, HasSubstr(std::string(option.name)));
  }
}

TEST(Usage, ReferencePageIsCurrent) {
  const std::string page = source_path("docs/cli.md");
  const std::string wanted = reference_page();
  if (read_file(page) != wanted) {
    std::ofstream(page + ".new") << wanted;
    FAIL() << page << " is not what the verb table says; compare it with " << page << ".new";
  }
}

TEST(Usage, MistakesEndWithTwoAndAHint) {
  struct Case {
    std::vector<std::string> words;
    std::string hint;
  };
  const Case cases[] = {
      {{}, "no verb given"},
      {{"comple", "x"}, "did you mean compile?"},
      {{"check"}, "FILE is required"},
      {{"check", "a", "b"}, "one argument too many"},
      {{"check", "--jsno", "a"}, "did you mean --json?"},
      {{"compile", "n", "-o", "m"}, "--target is required"},
      {{"compile", "n", "--target", "t", "-o", "m", "--speed-up", "-3"}, "a finite number above 0"},
      {{"run", "n", "--backend", "reference:", "--steps", "0"}, "a whole number from 1"},
      {{"run", "n", "--backend", "reference:", "--steps", "1e3"}, "a whole number from 1"},
      {{"help", "comple"}, "unknown verb"},
  };
  for (const Case& each : cases) {
    const Finished finished = run_vle(each.words);
    EXPECT_EQ(finished.exit_code, 2) << each.hint;
    EXPECT_THAT(finished.out, IsEmpty());
    EXPECT_THAT(finished.err, HasSubstr(each.hint));
  }
}

TEST(Usage, JsonFailureIsOneObject) {
  const Finished wrong = run_vle({"compile", "n", "--json"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_EQ(error_of(wrong)["code"], "usage");
  const Finished missing = run_vle({"check", "no/such.textproto", "--json"});
  EXPECT_NE(missing.exit_code, 0);
  EXPECT_THAT(error_of(missing)["message"].get<std::string>(), HasSubstr("no/such.textproto"));
}

TEST(Usage, JsonKeepsBytesThatAreNotText) {
  const Finished finished = run_vle({"check", "\xff\xfe.textproto", "--json"});
  EXPECT_THAT(error_of(finished)["message"].get<std::string>(), Not(IsEmpty()));
}

TEST(Usage, OutputThatCannotBeWrittenIsAFailure) {
  const std::string full = std::string(VLE_PROGRAM) + " --help >/dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(full.c_str())), 4);
  const std::string closed = std::string(VLE_PROGRAM) + " --help >&- 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(closed.c_str())), 4);
  const std::string pipe = "set -o pipefail; for i in 1 2 3 4; do " + std::string(VLE_PROGRAM) +
                           " help --markdown; done 2>/dev/null | true; exit ${PIPESTATUS[0]}";
  EXPECT_EQ(WEXITSTATUS(std::system(("bash -c '" + pipe + "'").c_str())), 4);
}

}  // namespace
}  // namespace vle::app
