#include <gmock/gmock.h>

#include <set>
#include <vle/training/rules.hpp>

#include "small_networks.hpp"

namespace vle::training {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Rules, HaveDistinctNamesThatAreFound) {
  std::set<std::string_view> names;
  for (const RuleRecord& rule : rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_EQ(find_rule(rule.name), &rule);
  }
  EXPECT_EQ(find_rule("backprop"), nullptr);
}

TEST(Rules, AreReadFromAList) {
  const auto two = parse_rules("pair,gle");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->at(0).name, "pair");
  EXPECT_EQ(two->at(1).name, "gle");
  EXPECT_EQ(parse_rules("all")->size(), rules().size());
}

TEST(Rules, AnUnknownOneIsRefusedWithTheNamesThereAre) {
  for (const char* list : {"bptt", "", "pair,", "pair,,gle"}) {
    const auto parsed = parse_rules(list);
    ASSERT_FALSE(parsed) << list;
    EXPECT_THAT(parsed.error().message, HasSubstr("instantaneous"));
  }
}

TEST(WithRule, SetsGainsAndBackwardWeightsOfEveryProjectionThatCarriesErrors) {
  const Network network = small_network(0.5, 0.1);
  const auto gle = with_rule(network, *find_rule("gle"), 1);
  ASSERT_TRUE(gle);
  EXPECT_THAT(gle->populations[0].g0, Each(0.0));
  EXPECT_THAT(gle->populations[0].g1, Each(1.0));
  EXPECT_EQ(gle->projections[0].backward, network.projections[0].backward);
  EXPECT_EQ(gle->projections[1].backward, BackwardRule::kTranspose);
  const auto mirror = with_rule(network, *find_rule("mirror"), 1);
  ASSERT_TRUE(mirror);
  EXPECT_THAT(mirror->populations[0].g0, Each(1.0));
  EXPECT_THAT(mirror->populations[0].g1, Each(0.0));
  EXPECT_EQ(mirror->projections[1].backward_values.size(), 3U);
  EXPECT_GT(mirror->populations[0].gain_learning.time_constant, 0);
  EXPECT_NE(mirror->hash, gle->hash);
}

TEST(WithRule, DrawsBackwardWeightsBySeed) {
  const Network network = small_network(0.5, 0.1);
  const RuleRecord& rule = *find_rule("fixed_random");
  const auto first = with_rule(network, rule, 1)->projections[1].backward_values;
  EXPECT_EQ(with_rule(network, rule, 1)->projections[1].backward_values, first);
  EXPECT_NE(with_rule(network, rule, 2)->projections[1].backward_values, first);
}

TEST(WithRule, RefusesARuleThatMakesTheLoopsUnstable) {
  const Network network = recurrent_network();
  EXPECT_TRUE(with_rule(network, *find_rule("instantaneous"), 0));
  const auto gle = with_rule(network, *find_rule("gle"), 0);
  ASSERT_FALSE(gle);
  EXPECT_THAT(gle.error().message, HasSubstr("rule gle"));
}

}  // namespace
}  // namespace vle::training
