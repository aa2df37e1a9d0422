#include <gmock/gmock.h>

#include <algorithm>
#include <vle/training/alignment.hpp>

#include "small_networks.hpp"

namespace vle::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

AlignmentOptions options_for(const char* rules) {
  return {*parse_rules(rules), 500, 0};
}

const AlignmentRow& row_of(const Alignment& alignment, std::string_view rule, std::string_view population,
                           ParameterKind kind) {
  static const AlignmentRow missing;
  const auto found = std::find_if(alignment.rows.begin(), alignment.rows.end(), [&](const AlignmentRow& row) {
    return row.rule == rule && row.population == population && row.kind == kind;
  });
  EXPECT_NE(found, alignment.rows.end()) << rule << " " << population << " " << name_of(kind);
  return found == alignment.rows.end() ? missing : *found;
}

// The weights onto an instantaneous linear output learn from the error itself, whatever the rule.
TEST(MeasureAlignment, EveryRuleIsRightAtAnInstantaneousOutput) {
  const SmallSignals signals(3000);
  const auto alignment = measure_alignment(small_network(0.5, 0.1), signals.view(), options_for("all"));
  ASSERT_TRUE(alignment) << alignment.error().message;
  for (const RuleRecord& rule : rules()) {
    if (rule.is_exact) continue;
    const AlignmentRow& row = row_of(*alignment, rule.name, "y", ParameterKind::kWeights);
    EXPECT_GT(row.cosine, 0.999) << rule.name;
    EXPECT_NEAR(row.norm_ratio, 1, 0.02) << rule.name;
  }
}

TEST(MeasureAlignment, EveryTransposedRuleIsRightWhereNeuronsAreInstantaneous) {
  const SmallSignals signals(3000);
  const auto alignment =
      measure_alignment(small_network(0.1, 0.1), signals.view(), options_for("instantaneous,gle,single,pair"));
  ASSERT_TRUE(alignment) << alignment.error().message;
  for (const char* rule : {"instantaneous", "gle", "single", "pair"}) {
    const AlignmentRow& row = row_of(*alignment, rule, "a", ParameterKind::kWeights);
    EXPECT_GT(row.cosine, 0.99) << rule;
    EXPECT_NEAR(row.norm_ratio, 1, 0.05) << rule;
  }
}

TEST(MeasureAlignment, PairIsNearestForSlowNeuronsAndGleIsTooLoud) {
  const SmallSignals signals(6000);
  const auto alignment =
      measure_alignment(small_network(0.8, 0.1), signals.view(), options_for("instantaneous,gle,pair"));
  ASSERT_TRUE(alignment) << alignment.error().message;
  const AlignmentRow& pair = row_of(*alignment, "pair", "a", ParameterKind::kWeights);
  EXPECT_GT(pair.cosine, row_of(*alignment, "instantaneous", "a", ParameterKind::kWeights).cosine);
  EXPECT_GT(pair.cosine, row_of(*alignment, "gle", "a", ParameterKind::kWeights).cosine);
  EXPECT_NEAR(pair.norm_ratio, 1, 0.1);
  EXPECT_GT(row_of(*alignment, "gle", "a", ParameterKind::kWeights).norm_ratio, 1.5);
}

TEST(MeasureAlignment, DoesNotDependOnGamma) {
  const SmallSignals signals(1500);
  Network network = small_network(0.5, 0.1);
  const auto with = measure_alignment(network, signals.view(), options_for("pair"));
  network.populations[0].gamma = 0;
  const auto without = measure_alignment(network, signals.view(), options_for("pair"));
  ASSERT_TRUE(with && without);
  ASSERT_EQ(with->rows.size(), without->rows.size());
  for (std::size_t k = 0; k < with->rows.size(); ++k) {
    EXPECT_EQ(with->rows[k].cosine, without->rows[k].cosine);
    EXPECT_EQ(with->rows[k].norm_ratio, without->rows[k].norm_ratio);
  }
}

TEST(MeasureAlignment, SaysWhichRuleIsLeftOut) {
  SmallSignals signals(800);
  std::vector<double> two;
  for (const double target : signals.targets) two.insert(two.end(), {target, -target});
  signals.targets = two;
  const auto alignment = measure_alignment(recurrent_network(), signals.view(), options_for("gle,instantaneous"));
  ASSERT_TRUE(alignment) << alignment.error().message;
  EXPECT_THAT(alignment->left_out, ElementsAre(HasSubstr("gle")));
  EXPECT_EQ(alignment->rows.front().rule, "instantaneous");
}

TEST(MeasureAlignment, RefusesSignalsOfTheWrongShape) {
  SmallSignals signals(800);
  signals.targets.pop_back();
  EXPECT_FALSE(measure_alignment(small_network(0.5, 0.1), signals.view(), options_for("gle")));
}

}  // namespace
}  // namespace vle::training
