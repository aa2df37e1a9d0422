#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;

std::vector<std::string> ablate_words(const std::string& example, const std::string& target) {
  return {"ablate",   source_path("examples/" + example + "/network.textproto"),
          "--input",  source_path("examples/" + example + "/input.csv"),
          "--steps",  "200",
          "--chip",   "7",
          "--target", target};
}

TEST(AblateVerb, SaysWhatEachEffectCosts) {
  auto words = ablate_words("layered", "bss2_like");
  words.push_back("--json");
  const Finished finished = run_vle(words);
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out);
  std::map<std::string, double> pooled;
  for (const auto& row : json["variants"]) pooled[row["variant"]] = row["pooled"].get<double>();
  EXPECT_EQ(pooled.at("ideal"), 0.0);
  EXPECT_GT(pooled.at("quantised"), 0.0);
  EXPECT_GT(pooled.at("+ mismatch"), pooled.at("quantised"));
  EXPECT_GT(pooled.at("all"), pooled.at("quantised"));
  EXPECT_EQ(pooled.count("+ noise"), 1U);
  EXPECT_EQ(pooled.count("+ crossing"), 0U) << "the layered network sits in one core";
}

std::set<std::string> variants_of(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  words.push_back("--json");
  const Finished finished = run_vle(words);
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  std::set<std::string> names;
  const auto json = nlohmann::json::parse(finished.out);
  for (const auto& row : json["variants"]) names.insert(row["variant"].get<std::string>());
  return names;
}

TEST(AblateVerb, HasARowForEachGroupOrForEachEffectThatCanShow) {
  using testing::IsSupersetOf;
  const auto words = ablate_words("layered", "bss2_like");
  EXPECT_EQ(variants_of(words, {}),
            (std::set<std::string>{"ideal", "quantised", "+ mismatch", "+ noise", "+ amplifiers", "+ drift",
                                   "+ converters", "+ defects", "all"}));
  const auto singly = variants_of(words, {"--effects"});
  EXPECT_THAT(singly, IsSupersetOf({"+ synapse", "+ tau", "+ droop", "+ dac", "+ dead_neurons", "all"}));
  EXPECT_EQ(singly.count("+ temperature"), 0U) << "the chip is at its nominal temperature";
  EXPECT_EQ(variants_of(words, {"--effects", "--temperature", "320"}).count("+ temperature"), 1U);
  EXPECT_EQ(variants_of(ablate_words("layered", "ideal"), {}), (std::set<std::string>{"ideal", "quantised", "all"}));
}

TEST(AblateVerb, PrintsATable) {
  const Finished finished = run_vle(ablate_words("three_cores", "bss2_like"));
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  for (const char* words : {"variant", "ideal", "quantised", "+ mismatch", "+ noise", "+ crossing", "all", "chip 7"}) {
    EXPECT_THAT(finished.out, HasSubstr(words));
  }
}

}  // namespace
}  // namespace vle::app
