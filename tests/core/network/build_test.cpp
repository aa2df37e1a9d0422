#include <gtest/gtest.h>

#include "descriptions.hpp"

namespace vle {
namespace {

TEST(BuildNetwork, AssemblesALayeredNetwork) {
  const Network network = built(layered());
  EXPECT_EQ(network.input_channels(), 2);
  EXPECT_EQ(network.target_channels(), 2);
  EXPECT_EQ(network.neuron_count(), 5);
  EXPECT_EQ(network.synapse_count(), 2 * 3 + 3 * 2);
  EXPECT_EQ(network.find_population("out"), 1);
  EXPECT_EQ(network.find_population("x"), std::nullopt);
  EXPECT_EQ(network.projections[1].name, "hidden->out");
  EXPECT_EQ(network.projections[1].from, (Source{false, 0}));
  EXPECT_EQ(network.hash.size(), 64U);
}

TEST(BuildNetwork, FillsInWhatIsLeftOut) {
  const Network network = built(layered());
  const Population& hidden = network.populations[0];
  EXPECT_TRUE(hidden.tied);
  EXPECT_EQ(hidden.tau_r, hidden.tau_m);
  EXPECT_EQ(hidden.bias, std::vector<double>(3, 0.0));
  EXPECT_EQ(hidden.g0, std::vector<double>(3, 0.0));
  EXPECT_EQ(hidden.g1, std::vector<double>(3, 1.0));
}

TEST(BuildNetwork, TimeConstantsGivenTwiceAreNotTied) {
  NetworkDescription description = layered();
  description.populations[0].tau_r = all(0.1);
  EXPECT_FALSE(built(description).populations[0].tied);
}

TEST(BuildNetwork, GainRulesSetTheGains) {
  NetworkDescription description = layered();
  description.populations[0].gain = GainRule::kInstantaneous;
  description.populations[1].gain = GainRule::kFixed;
  description.populations[1].g0 = list({0.25, 0.5});
  description.populations[1].g1 = all(0.125);
  const Network network = built(description);
  EXPECT_EQ(network.populations[0].g0, std::vector<double>(3, 1.0));
  EXPECT_EQ(network.populations[0].g1, std::vector<double>(3, 0.0));
  EXPECT_EQ(network.populations[1].g0, (std::vector<double>{0.25, 0.5}));
  EXPECT_EQ(network.populations[1].g1, std::vector<double>(2, 0.125));
}

TEST(BuildNetwork, LearnedGainsStartWithoutLookAheadOrAtItsInverse) {
  NetworkDescription description = layered();
  description.populations[0].gain = GainRule::kSingle;
  description.populations[0].tau_m = list({0.1, 0.4, 0.2});
  description.populations[0].tau_r = all(0.1);
  description.populations[1].gain = GainRule::kPair;
  description.populations[1].gain_learning.time_constant = 3;
  const Network network = built(description);
  EXPECT_EQ(network.populations[0].g0, std::vector<double>(3, 0.0));
  EXPECT_EQ(network.populations[0].g1, (std::vector<double>{1, 0.25, 0.5}));
  EXPECT_EQ(network.populations[0].gain_learning.time_constant, 20);
  EXPECT_EQ(network.populations[1].g0, std::vector<double>(2, 1.0));
  EXPECT_EQ(network.populations[1].g1, std::vector<double>(2, 0.0));
  EXPECT_EQ(network.populations[1].gain_learning.time_constant, 3);
}

TEST(BuildNetwork, EveryLearningSettingCountsInTheHash) {
  const std::string hash = built(layered()).hash;
  const auto changed = [&hash](auto change) {
    NetworkDescription description = layered();
    change(description);
    return built(description).hash != hash;
  };
  EXPECT_TRUE(changed([](auto& d) { d.plasticity.eta_tau_r = 1; }));
  EXPECT_TRUE(changed([](auto& d) { d.plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam; }));
  EXPECT_TRUE(changed([](auto& d) { d.plasticity.clip.neuron = 1; }));
  EXPECT_TRUE(changed([](auto& d) { d.plasticity.lambda_schedule.floor = 0.5; }));
  EXPECT_TRUE(changed([](auto& d) { d.plasticity.update_every = 2; }));
  EXPECT_TRUE(changed([](auto& d) { d.plasticity.eligibility = Eligibility::kTrace; }));
  EXPECT_TRUE(changed([](auto& d) { d.populations[0].gain = GainRule::kPair; }));
}

TEST(BuildNetwork, GivesEveryChannelItsPlace) {
  NetworkDescription description = layered();
  description.inputs.push_back({"y", 3, 0, 2});
  description.outputs.insert(description.outputs.begin(), {"hidden", Loss::kCrossEntropy, 0.5});
  const Network network = built(description);
  EXPECT_EQ(network.inputs[1].first_channel, 2);
  EXPECT_EQ(network.outputs[0].first_channel, 0);
  EXPECT_EQ(network.outputs[1].first_channel, 3);
  EXPECT_EQ(network.input_channels(), 5);
  EXPECT_EQ(network.target_channels(), 5);
}

TEST(BuildNetwork, NoErrorTravelsBackToAnInput) {
  NetworkDescription description = layered();
  description.projections[0].backward = BackwardRule::kMirror;
  const Network network = built(description);
  EXPECT_EQ(network.projections[0].backward, BackwardRule::kNone);
  EXPECT_TRUE(network.projections[0].backward_values.empty());
}

TEST(BuildNetwork, DrawsBackwardWeightsOfTheirOwn) {
  NetworkDescription description = layered();
  description.projections[1].backward = BackwardRule::kFixedRandom;
  const Network network = built(description);
  ASSERT_EQ(network.projections[1].backward_values.size(), 6U);
  EXPECT_NE(network.projections[1].backward_values, network.projections[1].synapses.values);
  EXPECT_EQ(network.projections[1].backward_value(2), network.projections[1].backward_values[2]);
}

TEST(BuildNetwork, SameDescriptionGivesTheSameNetwork) {
  const Network first = built(layered());
  const Network second = built(layered());
  EXPECT_EQ(first.hash, second.hash);
  EXPECT_EQ(first.projections[0].synapses.values, second.projections[0].synapses.values);
}

TEST(BuildNetwork, HashFollowsEveryResolvedField) {
  const std::string before = built(layered()).hash;
  NetworkDescription description = layered();
  description.seed = 1;
  EXPECT_NE(built(description).hash, before);
  description = layered();
  description.populations[1].bias = list({0, 1e-12});
  EXPECT_NE(built(description).hash, before);
  description = layered();
  description.plasticity.eta_tau = 1e-3;
  EXPECT_NE(built(description).hash, before);
  description = layered();
  description.outputs[0].beta = 0.5;
  EXPECT_NE(built(description).hash, before);
}

TEST(BuildNetwork, APopulationThatNobodyProjectsToIsFine) {
  NetworkDescription description = layered();
  description.populations.push_back(description.populations[0]);
  description.populations.back().name = "idle";
  EXPECT_EQ(mistakes_of(description), "");
}

}  // namespace
}  // namespace vle
