#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> compile_words(const std::string& target, const std::string& map) {
  return {"compile",   source_path("examples/layered/network.textproto"), "--target", target,
          "--profile", source_path("examples/layered/input.csv"),         "-o",       map};
}

TEST(CompileVerb, SameInputGivesTheSameBytes) {
  const TemporaryFolder folder;
  const Finished first = run_vle(compile_words("bss2_like", folder.file("a.vlemap")));
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, AllOf(HasSubstr("speed-up"), HasSubstr("input->hidden1"), HasSubstr("backward_weight")));
  ASSERT_EQ(run_vle(compile_words("bss2_like", folder.file("b.vlemap"))).exit_code, 0);
  EXPECT_EQ(read_file(folder.file("a.vlemap")), read_file(folder.file("b.vlemap")));
  const Finished diff = run_vle({"diff", folder.file("a.vlemap"), folder.file("b.vlemap")});
  EXPECT_EQ(diff.exit_code, 0) << diff.out;
}

TEST(CompileVerb, DifferentMapsDiffer) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_vle(compile_words("bss2_like", folder.file("a.vlemap"))).exit_code, 0);
  ASSERT_EQ(run_vle(compile_words("ideal", folder.file("b.vlemap"))).exit_code, 0);
  const Finished diff = run_vle({"diff", folder.file("a.vlemap"), folder.file("b.vlemap"), "--json"});
  EXPECT_EQ(diff.exit_code, 1);
  const auto json = nlohmann::json::parse(diff.out);
  EXPECT_EQ(json["equal"], false);
  EXPECT_FALSE(json["differences"].empty());
}

TEST(CompileVerb, JsonHoldsTheLedger) {
  const TemporaryFolder folder;
  auto words = compile_words("bss2_like", folder.file("a.vlemap"));
  words.push_back("--json");
  const Finished finished = run_vle(words);
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out);
  EXPECT_EQ(json["target"], "bss2_like");
  EXPECT_EQ(json["neurons"], 42);
  EXPECT_EQ(json["output"], folder.file("a.vlemap"));
  std::size_t weights = 0;
  for (const auto& block : json["ledger"]) {
    if (block["kind"] == "weight") weights += block["count"].get<std::size_t>();
  }
  EXPECT_EQ(weights, 480U);
  const Finished summary = run_vle({"dump", folder.file("a.vlemap"), "--summary", "--json"});
  ASSERT_EQ(summary.exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(summary.out)["ledger"], json["ledger"]);
}

TEST(CompileVerb, DumpHoldsEveryBlock) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_vle(compile_words("bss2_like", folder.file("a.vlemap"))).exit_code, 0);
  const Finished dump = run_vle({"dump", folder.file("a.vlemap")});
  EXPECT_EQ(dump.exit_code, 0);
  EXPECT_THAT(dump.out, AllOf(HasSubstr("hidden1"), HasSubstr("ledger"), HasSubstr("speed_up")));
}

TEST(CompileVerb, WhatDoesNotFitSaysNeededAndAvailable) {
  const TemporaryFolder folder;
  auto words = compile_words("bench_board", folder.file("a.vlemap"));
  words.push_back("--json");
  const Finished finished = run_vle(words);
  EXPECT_EQ(finished.exit_code, 2);
  const auto json = nlohmann::json::parse(finished.out);
  EXPECT_EQ(json["error"]["code"], "does_not_fit");
  EXPECT_THAT(json["error"]["message"].get<std::string>(), HasSubstr("bench_board"));
}

TEST(CompileVerb, AFileThatCannotBeWrittenIsAnIoFailure) {
  auto words = compile_words("bss2_like", "/proc/no/such/folder/a.vlemap");
  words.push_back("--json");
  const Finished finished = run_vle(words);
  EXPECT_EQ(finished.exit_code, 4) << finished.err;
  EXPECT_EQ(nlohmann::json::parse(finished.out)["error"]["code"], "io");
}

TEST(CompileVerb, ProfileTargetNeedsAProfile) {
  const Finished finished = run_vle({"compile", source_path("examples/layered/network.textproto"), "--target", "ideal",
                                     "--profile-target", "x.csv", "-o", "never"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("--profile-target needs --profile"));
}

}  // namespace
}  // namespace vle::app
