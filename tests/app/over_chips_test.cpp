#include "over_chips.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(ChipRange, ParsesBothForms) {
  EXPECT_EQ(parse_chips("3..7")->count(), 5U);
  EXPECT_EQ(parse_chips("3..7")->first, 3U);
  EXPECT_EQ(parse_chips("50")->first, 0U);
  EXPECT_EQ(parse_chips("50")->last, 49U);
  for (const char* bad : {"", "0", "7..3", "..", "1..", "-1..2", "a", "1...3", "0..100000", "1.5"}) {
    const auto range = parse_chips(bad);
    ASSERT_FALSE(range) << bad;
    EXPECT_THAT(range.error().message, HasSubstr("--chips"));
  }
}

TEST(ForEachChip, ReportsTheFirstChipThatFails) {
  const auto done = for_each_chip({10, 19}, 3, {}, {}, [](std::size_t k, std::uint64_t) -> Result<> {
    if (k == 4) return fail(ErrorCode::kDevice, "broken");
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "chip 14: broken");
}

TEST(ForEachChip, AStopKeepsWhatIsDone) {
  std::stop_source stop;
  const auto done = for_each_chip({0, 9}, 1, stop.get_token(), {}, [&](std::size_t k, std::uint64_t) -> Result<> {
    if (k == 3) stop.request_stop();
    return {};
  });
  EXPECT_EQ(done.value(), 3U);
}

AblationRow row(const std::string& name, double pooled) {
  AblationRow made;
  made.name = name;
  made.pooled = pooled;
  return made;
}

TEST(Attribute, SharesAddUpWhereEffectsDo) {
  std::vector<std::vector<AblationRow>> chips;
  for (const double scale : {1.0, 2.0, 3.0}) {
    chips.push_back({row("ideal", 0), row("quantised", scale * 1), row("+ a", scale * std::sqrt(1.0 + 4.0)),
                     row("+ b", scale * std::sqrt(1.0 + 3.0)), row("all", scale * std::sqrt(1.0 + 4.0 + 3.0))});
  }
  const std::vector<EffectCost> costs = attribute(chips);
  ASSERT_EQ(costs.size(), 4U);
  EXPECT_NEAR(costs[0].share.value(), 1.0 / 8, 1e-12);
  EXPECT_NEAR(costs[1].share.value(), 4.0 / 8, 1e-12);
  EXPECT_NEAR(costs[2].share.value(), 3.0 / 8, 1e-12);
  EXPECT_NEAR(costs[1].share_interval.low, 0.5, 1e-12) << "the same on every chip";
  EXPECT_FALSE(costs[3].share);
  EXPECT_DOUBLE_EQ(costs[0].pooled->mean, 2);
}

Finished layered(const std::string& verb, std::vector<std::string> words) {
  words.insert(words.begin(), {verb, source_path("examples/layered/network.textproto"), "--input",
                               source_path("examples/layered/input.csv"), "--steps", "100"});
  return run_vle(words);
}

TEST(ChipsOption, ResultsDependNeitherOnThreadsNorOnTheRange) {
  const TemporaryFolder folder;
  const auto run = [&](const std::string& chips, const std::string& threads) {
    const std::string csv = folder.file("chips" + threads + ".csv");
    const Finished finished = layered(
        "run", {"--backend", "emulator:bss2_like", "--chips", chips, "--threads", threads, "-o", csv, "--json"});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return std::pair(json::parse(finished.out), read_file(csv));
  };
  const auto [one, one_csv] = run("3..7", "1");
  auto [two, two_csv] = run("3..7", "3");
  two["output"] = one["output"];
  EXPECT_EQ(one, two);
  EXPECT_EQ(one_csv, two_csv);
  EXPECT_EQ(one["chips"]["done"], 5);
  const auto single = run("5..5", "1").first;
  EXPECT_THAT(one_csv, HasSubstr(fmt::format("\n5,{},", single["worst"]["mean"].get<double>())));
}

TEST(ChipsOption, YieldAnswersNoUnlessEveryChipMeetsTheLimit) {
  const Finished all = layered("run", {"--backend", "emulator:bss2_like", "--chips", "4", "--accept", "nrmse<5"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("4 of 4 chips"));
  const Finished none =
      layered("run", {"--backend", "emulator:bss2_like", "--chips", "4", "--accept", "nrmse<1e-9", "--json"});
  EXPECT_EQ(none.exit_code, 1) << none.err;
  EXPECT_EQ(json::parse(none.out)["accept"]["met"], 0);
  EXPECT_EQ(layered("run", {"--backend", "reference:", "--chips", "4"}).exit_code, 2);
}

TEST(ChipsOption, AblationAttributesTheErrorToEffects) {
  const Finished finished = layered("ablate", {"--target", "bss2_like", "--chips", "4", "--json"});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const json result = json::parse(finished.out);
  std::map<std::string, json> shares;
  for (const json& row : result["variants"]) shares[row["variant"]] = row;
  EXPECT_GT(shares.at("+ mismatch")["share"].get<double>(), 0.5);
  EXPECT_TRUE(shares.at("all")["share"].is_null());
  EXPECT_LE(shares.at("+ mismatch")["share_95"][0].get<double>(), shares.at("+ mismatch")["share"].get<double>());
}

}  // namespace
}  // namespace vle::app
