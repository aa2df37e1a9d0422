#include <gmock/gmock.h>

#include <cmath>
#include <vle/compile/compile.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/io/files.hpp>
#include <vle/training/classify.hpp>

#include "small_networks.hpp"

namespace vle::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Slopes that rise (class 1) or fall (class 0), from different heights.
LabelledSamples make_slopes(std::int64_t count) {
  LabelledSamples samples;
  samples.count = count;
  samples.length = 5;
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t label = k * 7 % 3 % 2;
    const double height = 0.15 * std::sin(static_cast<double>(k));
    for (int at = 0; at < 5; ++at) samples.values.push_back(height + (label == 1 ? 0.3 : -0.3) * (at - 2));
    samples.labels.push_back(label);
  }
  return samples;
}

/// x (1) -> a (8, tanh, slow) -> y (2, linear): learns with Adam from instantaneous errors.
Network two_class_network() {
  NetworkDescription description;
  description.name = "slopes";
  description.dt = 0.01;
  description.seed = 3;
  description.inputs.push_back({"x", 1, -1, 1});
  const Distribution fan_in{Distribution::Kind::kFanInNormal, 1.5, 0, std::nullopt};
  const auto population = [](const char* name, std::int64_t size, Activation activation) {
    PopulationDescription result;
    result.name = name;
    result.size = size;
    result.activation = activation;
    result.tau_m.values = {0.02};
    result.gain = GainRule::kInstantaneous;
    return result;
  };
  description.populations = {population("a", 8, Activation::kTanh), population("y", 2, Activation::kLinear)};
  description.populations[0].tau_m.values = {0.02, 0.03, 0.05, 0.08, 0.02, 0.03, 0.05, 0.08};
  description.populations[0].tau_r.values = {0.01, 0.01, 0.01, 0.01, 0.02, 0.03, 0.05, 0.08};
  ProjectionDescription first;
  first.from = "x";
  first.to = "a";
  first.weights.distribution = fan_in;
  ProjectionDescription second = first;
  second.from = "a";
  second.to = "y";
  description.projections = {first, second};
  description.outputs = {{"y", Loss::kMeanSquaredError, 1}};
  description.plasticity.eta_weights = description.plasticity.eta_bias = 0.003;
  description.plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam;
  auto network = build_network(description);
  EXPECT_TRUE(network);
  return std::move(*network);
}

TEST(MakeTrials, InterpolatesFromTheFirstValueToTheLast) {
  LabelledSamples samples{2, 3, 1, {0, 2, 4, 1, 1, 5}, {1, 0}};
  const Stimulus trials = make_trials(samples, {1, 0}, {5, 2});
  EXPECT_EQ(trials.batch, 2);
  EXPECT_THAT(trials.inputs, ElementsAre(1, 1, 1, 3, 5, 0, 1, 2, 3, 4));
  EXPECT_THAT(std::vector<double>(trials.targets.begin(), trials.targets.begin() + 4), ElementsAre(1, 0, 1, 0));
  EXPECT_EQ(trials.targets.size(), 20U);
  EXPECT_THAT(make_trials(samples, {0}, {3, 2}).inputs, ElementsAre(0, 2, 4));
}

TEST(TrainClassifier, TellsSlopesApartOnTheReference) {
  ClassifyOptions options;
  options.steps = 20;
  options.batch = 10;
  options.epochs = 15;
  options.hold_out = 20;
  const auto classifier = train_classifier(two_class_network(), make_slopes(80), options);
  ASSERT_TRUE(classifier) << classifier.error().message;
  ASSERT_EQ(classifier->epochs.size(), 15U);
  const ClassifyEpoch& best = classifier->epochs[static_cast<std::size_t>(classifier->best_epoch)];
  EXPECT_GT(best.accuracy, 0.94);
  EXPECT_LT(classifier->epochs.back().loss, classifier->epochs.front().loss);
  // The network of the best epoch is the one that is handed back.
  const auto backend = make_reference_backend();
  ASSERT_TRUE(backend->load(std::make_shared<const Network>(classifier->network)));
  std::vector<std::int64_t> held(20);
  for (std::size_t k = 0; k < held.size(); ++k) held[k] = static_cast<std::int64_t>(60 + k);
  const auto again = measure_accuracy(*backend, "y", make_slopes(80), held, {20, 2}, {}, 1, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, best.accuracy);
}

TEST(TrainClassifier, LearnsTheSameInSinglePrecision) {
  ClassifyOptions options;
  options.steps = 20;
  options.batch = 10;
  options.epochs = 3;
  options.hold_out = 20;
  const auto exact = train_classifier(two_class_network(), make_slopes(80), options);
  options.reference.precision = Precision::kSingle;
  const auto single = train_classifier(two_class_network(), make_slopes(80), options);
  ASSERT_TRUE(exact) << exact.error().message;
  ASSERT_TRUE(single) << single.error().message;
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(single->epochs[k].loss, exact->epochs[k].loss, 1e-3 * exact->epochs[k].loss);
    EXPECT_NEAR(single->epochs[k].accuracy, exact->epochs[k].accuracy, 0.051);
  }
}

TEST(TrainClassifier, RefusesWhatSinglePrecisionDoesNotLearn) {
  Network network = two_class_network();
  network.plasticity.eta_tau = 0.001;
  ClassifyOptions options;
  options.reference.precision = Precision::kSingle;
  const auto classifier = train_classifier(network, make_slopes(80), options);
  ASSERT_FALSE(classifier);
  EXPECT_EQ(classifier.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(classifier.error().message, HasSubstr("time constants"));
}

TEST(TrainClassifier, LearnsWithAChipInTheLoop) {
  const Network network = two_class_network();
  const LabelledSamples samples = make_slopes(40);
  ClassifyOptions options;
  options.steps = 20;
  options.batch = 10;
  options.epochs = 8;
  const auto target = read_target("bss2_like");
  ASSERT_TRUE(target);
  const auto ranges = profile_ranges(network, make_trials(samples, {0, 1, 2, 3}, {20, 2}));
  ASSERT_TRUE(ranges);
  Network fast = network;
  fast.plasticity.eta_weights = fast.plasticity.eta_bias = 0.05;
  CompileOptions short_steps;
  short_steps.speed_up = 9000;
  const auto map = compile(fast, *target, *ranges, short_steps);
  ASSERT_TRUE(map) << map.error().message;
  const auto backend = emulator::make_emulator_backend(*target, 1, {});
  ASSERT_TRUE(backend->load(std::make_shared<const ParameterMap>(*map)));
  const auto classifier = train_classifier_on_chip(fast, *map, *backend, samples, {}, options);
  ASSERT_TRUE(classifier) << classifier.error().message;
  EXPECT_GT(classifier->epochs[static_cast<std::size_t>(classifier->best_epoch)].accuracy, 0.9);
}

TEST(TrainClassifier, FollowsATeacher) {
  ClassifyOptions options;
  options.steps = 20;
  options.batch = 10;
  options.epochs = 15;
  options.hold_out = 20;
  auto taught = train_classifier(two_class_network(), make_slopes(80), options);
  ASSERT_TRUE(taught) << taught.error().message;
  options.teacher = std::make_shared<const Network>(taught->network);
  // Knows the answers: nothing is left to learn.
  const auto same = train_classifier(taught->network, make_slopes(80), options);
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_LT(same->epochs.front().loss, 0.1 * taught->epochs.back().loss);
  // Begins from other weights, and comes nearer; the labels are not what it learns from.
  LabelledSamples samples = make_slopes(80);
  for (std::int64_t& label : samples.labels) label = 1 - label;
  const auto pupil = train_classifier(two_class_network(), samples, options);
  ASSERT_TRUE(pupil) << pupil.error().message;
  EXPECT_LT(pupil->epochs.back().loss, 0.3 * pupil->epochs.front().loss);
  EXPECT_LT(pupil->epochs.back().accuracy, 0.1);
}

TEST(TrainClassifier, RefusesATeacherOfSomethingElse) {
  ClassifyOptions options;
  Network slower = two_class_network();
  slower.dt *= 2;
  options.teacher = std::make_shared<const Network>(std::move(slower));
  const auto classifier = train_classifier(two_class_network(), make_slopes(80), options);
  ASSERT_FALSE(classifier);
  EXPECT_THAT(classifier.error().message, HasSubstr("in steps of 0.02 s"));
}

TEST(WithSquaredError, ChangesTheLossAlone) {
  Network entropic = two_class_network();
  entropic.outputs.front().loss = Loss::kCrossEntropy;
  EXPECT_EQ(with_squared_error(entropic).outputs.front().loss, Loss::kMeanSquaredError);
  EXPECT_EQ(with_squared_error(entropic).hash, two_class_network().hash);
}

TEST(TrainClassifier, RefusesWhatDoesNotFit) {
  ClassifyOptions options;
  LabelledSamples samples = make_slopes(80);
  options.hold_out = 40;
  EXPECT_THAT(train_classifier(two_class_network(), samples, options).error().message, HasSubstr("fewer than a batch"));
  options.hold_out = 0;
  samples.labels[3] = 2;
  EXPECT_THAT(train_classifier(two_class_network(), samples, options).error().message, HasSubstr("sample 3"));
  EXPECT_THAT(train_classifier(small_network(0.5, 0.1), samples, options).error().message, HasSubstr("learning rate"));
}

}  // namespace
}  // namespace vle::training
