#include <gmock/gmock.h>

#include <vle/training/train.hpp>

#include "small_networks.hpp"

namespace vle::training {
namespace {

using testing::HasSubstr;

Network learning_network() {
  Network network = small_network(0.5, 0.1);
  network.plasticity.eta_weights = 0.2;
  network.plasticity.eta_bias = 0.1;
  network.hash = hash_network(network);
  return network;
}

TEST(Train, LowersTheLossWithEveryRule) {
  const SmallSignals signals(1000);
  TrainOptions options;
  options.epochs = 4;
  for (const RuleRecord& rule : rules()) {
    if (rule.name == "fixed_random") continue;  // its direction is a matter of luck
    options.rule = rule;
    const auto training = train(learning_network(), signals.view(), options);
    ASSERT_TRUE(training) << training.error().message;
    ASSERT_EQ(training->losses.size(), 4U);
    EXPECT_LT(training->losses.back(), training->losses.front()) << rule.name;
    EXPECT_FALSE(training->interrupted);
  }
}

TEST(Train, RecordsMismatchAndAlignmentWithTheExactGradient) {
  const SmallSignals signals(1500);
  TrainOptions options;
  options.epochs = 4;
  options.align_every = 2;
  options.rule = *find_rule("trace");
  const auto training = train(learning_network(), signals.view(), options);
  ASSERT_TRUE(training) << training.error().message;
  ASSERT_EQ(training->mismatch.size(), 4U);
  ASSERT_EQ(training->mismatch[0].size(), 2U);
  EXPECT_GT(training->mismatch[0][0], 0);  // gamma e
  EXPECT_LT(training->mismatch[3][0], training->mismatch[0][0]);
  ASSERT_EQ(training->alignment.size(), 2U);
  EXPECT_EQ(training->alignment[0].epoch, 2U);
  for (const AlignmentRow& row : training->alignment[1].rows) {
    EXPECT_GT(row.cosine, row.kind == ParameterKind::kWeights ? 0.99 : 0.95) << row.population;
  }
  options.rule = *find_rule("adjoint");
  EXPECT_TRUE(train(learning_network(), signals.view(), options)->alignment.empty());
}

TEST(Train, GoesOnFromACheckpointBitForBit) {
  const SmallSignals signals(400);
  TrainOptions options;
  options.rule = *find_rule("mirror");
  options.epochs = 5;
  const auto whole = train(learning_network(), signals.view(), options);
  options.epochs = 2;
  const auto first = train(learning_network(), signals.view(), options);
  ASSERT_TRUE(whole && first);
  options.epochs = 3;
  options.resume = first->checkpoint;
  const auto second = train(learning_network(), signals.view(), options);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->network.hash, whole->network.hash);
  EXPECT_EQ(second->checkpoint, whole->checkpoint);
  EXPECT_EQ(second->losses, std::vector<double>(whole->losses.begin() + 2, whole->losses.end()));
}

TEST(Train, KeepsWhatWasLearnedWhenInterrupted) {
  const SmallSignals signals(400);
  std::stop_source stop;
  TrainOptions options;
  options.epochs = 10;
  options.stop = stop.get_token();
  options.progress = [&](std::int64_t done, std::int64_t, double) {
    if (done == 1000) stop.request_stop();
  };
  const Network network = learning_network();
  const auto training = train(network, signals.view(), options);
  ASSERT_TRUE(training);
  EXPECT_TRUE(training->interrupted);
  EXPECT_EQ(training->losses.size(), 2U);
  EXPECT_NE(training->network.projections[0].synapses.values, network.projections[0].synapses.values);
  options.stop = {};
  options.progress = {};
  options.epochs = 2;
  EXPECT_EQ(train(network, signals.view(), options)->checkpoint, training->checkpoint);
}

TEST(Train, StopsEarlyWhenTheLossNoLongerFalls) {
  SmallSignals signals(400);
  signals.targets.assign(400, 0.0);
  signals.inputs.assign(400, 0.0);
  TrainOptions options;
  options.epochs = 50;
  options.patience = 2;
  const auto training = train(learning_network(), signals.view(), options);
  ASSERT_TRUE(training);
  EXPECT_TRUE(training->stopped_early);
  EXPECT_EQ(training->losses.size(), 3U);
}

TEST(Train, RefusesWhatCannotLearn) {
  const SmallSignals signals(400);
  const auto still = train(small_network(0.5, 0.1), signals.view(), {});
  ASSERT_FALSE(still);
  EXPECT_THAT(still.error().message, HasSubstr("learning rate"));
  SmallSignals short_target(400);
  short_target.targets.pop_back();
  EXPECT_FALSE(train(learning_network(), short_target.view(), {}));
}

TEST(Train, RefusesACheckpointOfSomethingElse) {
  const SmallSignals signals(400);
  TrainOptions options;
  options.resume = "not a checkpoint";
  EXPECT_FALSE(train(learning_network(), signals.view(), options));
  options.resume = train(learning_network(), signals.view(), {})->checkpoint;
  Network other = learning_network();
  other.populations[0].bias[0] = 1;
  other.hash = hash_network(other);
  EXPECT_FALSE(train(other, signals.view(), options));
}

TEST(Train, SaysWhenTheNetworkDiverges) {
  const SmallSignals signals(400);
  Network network = learning_network();
  network.plasticity.eta_weights = 1e6;
  TrainOptions options;
  options.epochs = 5;
  const auto training = train(network, signals.view(), options);
  ASSERT_FALSE(training);
  EXPECT_THAT(training.error().message, HasSubstr("lower the learning rates"));
}

}  // namespace
}  // namespace vle::training
