#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

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

TEST(AblateVerb, PrintsATable) {
  const Finished finished = run_vle(ablate_words("three_cores", "bss2_like"));
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  for (const char* words : {"variant", "ideal", "quantised", "+ mismatch", "+ noise", "+ crossing", "all", "chip 7"}) {
    EXPECT_THAT(finished.out, HasSubstr(words));
  }
}

}  // namespace
}  // namespace vle::app
