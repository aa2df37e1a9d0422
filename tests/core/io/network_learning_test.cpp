#include <gtest/gtest.h>

#include <vle/io/files.hpp>

#include "source_path.hpp"

namespace vle {
namespace {

Network read(const std::string& name) {
  Result<Network> network = read_network(test::source_path("tests/corpus/good/") + name);
  if (network) return *network;
  ADD_FAILURE() << network.error().message;
  return {};
}

TEST(NetworkLearning, EverySettingIsRead) {
  const Network network = read("learning.textproto");
  ASSERT_EQ(network.populations.size(), 3U);
  const Population& pair = network.populations[0];
  EXPECT_EQ(pair.gain, GainRule::kPair);
  EXPECT_EQ(pair.gain_learning.method, GainMethod::kLms);
  EXPECT_EQ(pair.gain_learning.time_constant, 20);
  EXPECT_EQ(pair.gain_learning.ridge, 0);
  EXPECT_EQ(network.populations[1].gain, GainRule::kSingle);
  EXPECT_EQ(network.populations[1].gain_learning.method, GainMethod::kStatistics);
  EXPECT_EQ(network.populations[1].gain_learning.time_constant, 15);
  EXPECT_EQ(network.populations[1].gain_learning.ridge, 1e-4);
  EXPECT_EQ(network.populations[2].gain, GainRule::kNone);

  const PlasticityDescription& plasticity = network.plasticity;
  EXPECT_EQ(plasticity.eta_tau_r, 0.002);
  EXPECT_EQ(plasticity.optimiser.kind, OptimiserDescription::Kind::kAdam);
  EXPECT_EQ(plasticity.optimiser.beta1, 0.8);
  EXPECT_EQ(plasticity.optimiser.beta2, 0.99);
  EXPECT_EQ(plasticity.optimiser.epsilon, 1e-6);
  EXPECT_EQ(plasticity.clip.parameter, 2);
  EXPECT_EQ(plasticity.clip.neuron, 3);
  EXPECT_EQ(plasticity.eta_schedule.kind, ScheduleDescription::Kind::kStep);
  EXPECT_EQ(plasticity.eta_schedule.duration, 100);
  EXPECT_EQ(plasticity.eta_schedule.factor, 0.3);
  EXPECT_EQ(plasticity.eta_schedule.floor, 0.01);
  EXPECT_EQ(plasticity.lambda_schedule.kind, ScheduleDescription::Kind::kCosine);
  EXPECT_EQ(plasticity.lambda_schedule.duration, 300);
  EXPECT_EQ(plasticity.update_every, 5);
  EXPECT_EQ(plasticity.eligibility, Eligibility::kTrace);
}

TEST(NetworkLearning, WhatIsLeftOutIsPlain) {
  const Network network = read("network.textproto");
  EXPECT_EQ(network.plasticity.optimiser.kind, OptimiserDescription::Kind::kPlain);
  EXPECT_EQ(network.plasticity.update_every, 1);
  EXPECT_EQ(network.plasticity.eligibility, Eligibility::kRate);
  EXPECT_EQ(network.plasticity.eta_schedule.kind, ScheduleDescription::Kind::kConstant);
}

}  // namespace
}  // namespace vle
