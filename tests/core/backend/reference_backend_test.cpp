#include <gtest/gtest.h>

#include <cmath>
#include <vle/backend/backend.hpp>

#include "bad_map.hpp"

namespace vle {
namespace {

// x -> a, one linear neuron.
NetworkDescription single(double tau_m, double tau_r) {
  NetworkDescription description;
  description.dt = 0.01;
  description.inputs = {{"x", 1, -1, 1}};
  description.populations.resize(1);
  description.populations[0].name = "a";
  description.populations[0].size = 1;
  description.populations[0].activation = Activation::kLinear;
  description.populations[0].tau_m.values = {tau_m};
  description.populations[0].tau_r.values = {tau_r};
  description.projections.resize(1);
  description.projections[0].from = "x";
  description.projections[0].to = "a";
  description.projections[0].weights.values = {1};
  return description;
}

std::unique_ptr<Backend> loaded(const NetworkDescription& description, ReferenceOptions options = {}) {
  std::unique_ptr<Backend> backend = make_reference_backend(options);
  EXPECT_TRUE(backend->load(std::make_shared<const Network>(build_network(description).value())).has_value());
  return backend;
}

TEST(ReferenceBackend, RecordsTheMembraneAfterEachStep) {
  RunOptions options;
  options.recordings = {{"a", Signal::kU}};
  const Traces traces = loaded(single(0.2, 0.1))->run({1, 20, 1, 0, std::vector<double>(20, 1.0), {}}, options).value();
  ASSERT_EQ(traces.signals.size(), 1U);
  for (std::size_t step = 0; step < 20; ++step) {
    EXPECT_NEAR(traces.signals[0].values[step], 1 - std::exp(-0.01 * static_cast<double>(step + 1) / 0.2), 1e-14);
  }
}

// E = 1/2 (gamma e)^2 + beta C: what disturbs the membrane is its error, and C = 1/2 (r* - r)^2.
TEST(ReferenceBackend, RecordsTheEnergyOfAPopulation) {
  NetworkDescription description = single(0.2, 0.1);
  description.populations[0].gamma = 0.4;
  description.outputs.resize(1);
  description.outputs[0].population = "a";
  description.outputs[0].beta = 0.7;
  for (const std::int64_t substeps : {0, 5}) {
    const std::unique_ptr<Backend> backend = loaded(description, {substeps, Precision::kDouble});
    Stimulus stimulus{2, 30, 1, 1, {}, {}};
    for (int k = 0; k < 60; ++k) stimulus.inputs.push_back(std::sin(0.3 * k));
    for (int k = 0; k < 60; ++k) stimulus.targets.push_back(std::cos(0.2 * k));
    RunOptions options;
    options.every = 3;
    options.recordings = {{"a", Signal::kEnergy}, {"a", Signal::kE}, {"a", Signal::kR}};
    const Traces traces = backend->run(stimulus, options).value();
    const std::vector<double>& energy = traces.signals[0].values;
    ASSERT_EQ(energy.size(), 20U);
    for (std::size_t k = 0; k < energy.size(); ++k) {
      const double m = 0.4 * traces.signals[1].values[k];
      const double missed = stimulus.targets[k * 3] - traces.signals[2].values[k];
      EXPECT_NEAR(energy[k], 0.5 * m * m + 0.7 * 0.5 * missed * missed, 1e-13) << substeps << " sub-steps, " << k;
    }
    stimulus.targets.clear();
    stimulus.target_channels = 0;
    const Traces alone = backend->run(stimulus, options).value();
    for (const double value : alone.signals[0].values)
      EXPECT_LT(value, 1e-28) << "undisturbed, and nothing is asked for";
  }
}

TEST(ReferenceBackend, TheIdealTwinTakesItsSubsteps) {
  const std::vector<double> inputs = {1, 0, 0.5, -1, 1};
  const Traces twin = loaded(single(0.2, 0.1), {10})->run({1, 5, 1, 0, inputs, {}}, {}).value();
  EXPECT_EQ(twin.report.substeps, 50);
  EXPECT_EQ(twin.report.steps, 5);
  EXPECT_NEAR(twin.report.model_seconds, 0.05, 1e-12);
  // The same by hand: ten steps of 1 ms for each input.
  std::vector<double> held;
  for (const double value : inputs) held.insert(held.end(), 10, value);
  NetworkDescription fine = single(0.2, 0.1);
  fine.dt = 0.001;
  const Traces by_hand = loaded(fine)->run({1, 50, 1, 0, held, {}}, {}).value();
  for (std::size_t step = 0; step < 5; ++step) {
    EXPECT_NEAR(twin.signals[0].values[step], by_hand.signals[0].values[step * 10 + 9], 1e-14);
  }
}

TEST(ReferenceBackend, ReportsADivergingNetwork) {
  NetworkDescription description = single(0.1, 0.1);
  description.projections.push_back(description.projections[0]);
  description.projections[1].from = "a";
  description.projections[1].weights.values = {3};
  description.lead_bandwidth = 10;
  const Result<Traces> traces = loaded(description)->run({1, 5000, 1, 0, std::vector<double>(5000, 1.0), {}}, {});
  ASSERT_FALSE(traces.has_value());
  EXPECT_EQ(traces.error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(traces.error().message.find("population \"a\": r[0] is inf after step "), 0U) << traces.error().message;
}

TEST(ReferenceBackend, RefusesMoreValuesThanItMayRecord) {
  NetworkDescription description = single(0.1, 0.1);
  description.inputs.clear();
  description.projections.clear();
  const std::int64_t steps = std::int64_t{1} << 30;
  const Result<Traces> traces = loaded(description)->run({2, steps, 0, 0, {}, {}}, {});
  ASSERT_FALSE(traces.has_value());
  EXPECT_NE(traces.error().message.find("would record 2147483648 values"), std::string::npos) << traces.error().message;
}

TEST(ReferenceBackend, ALearningRateDoesNotCoupleTheTrials) {
  NetworkDescription description = single(0.2, 0.1);
  description.outputs = {{"a", Loss::kMeanSquaredError, 1}};
  const Stimulus stimulus{1, 30, 1, 1, std::vector<double>(30, 1.0), std::vector<double>(30, 0.5)};
  const Traces still = loaded(description)->run(stimulus, {}).value();
  description.plasticity.eta_weights = 10;
  EXPECT_EQ(loaded(description)->run(stimulus, {}).value().signals[0].values, still.signals[0].values);
}

// One neuron a -> a on a chip whose converters give their offset at code 0.
ParameterMap small_map() {
  ParameterMap map;
  map.network_name = "small";
  map.network_hash = "abc";
  map.calibration_hash = "def";
  map.geometry = {1, 2, 1, 1, 0, 0};
  map.timing = {0.01, 5, 1};
  map.inputs = {{"x", 1, 0, {}, 1}};
  map.populations = {{"a", Activation::kLinear, {{0, 0}}, {}}};
  map.projections = {{"x->a", {true, 0}, 0, BackwardRule::kNone, true, {}, {}}};
  const auto realise = [&map](ParameterKind kind, double value) {
    map.target.dacs[static_cast<std::size_t>(kind)].offset = value;
  };
  realise(ParameterKind::kTauU, 0.2);
  realise(ParameterKind::kTauV, 0.1);
  realise(ParameterKind::kLeadU, 0.5);
  realise(ParameterKind::kLeadV, 2);
  realise(ParameterKind::kWeight, 0.75);
  realise(ParameterKind::kColumnGain, 1);
  const RegisterLayout layout(map.target, map.geometry);
  map.image.assign(layout.size(), 0);
  map.image[layout.address(0, RegisterBlock::kRowSource, 0)] = layout.input_source(0);
  return map;
}

TEST(ReferenceBackend, RunsAMapAtItsOwnSubsteps) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  const Result<> result = backend->load(std::make_shared<const ParameterMap>(small_map()));
  ASSERT_TRUE(result.has_value()) << result.error().message;
  RunOptions options;
  options.recordings = {{"a", Signal::kU}};
  const Traces traces = backend->run({1, 40, 1, 0, std::vector<double>(40, 1.0), {}}, options).value();
  EXPECT_EQ(traces.report.substeps, 200);
  EXPECT_EQ(traces.report.network_hash, "abc");
  EXPECT_EQ(traces.report.calibration_hash, "def");
  for (std::size_t step = 0; step < 40; ++step) {
    const double expected = 0.75 * (1 - std::exp(-0.01 * static_cast<double>(step + 1) / 0.2));
    EXPECT_NEAR(traces.signals[0].values[step], expected, 1e-12);
  }
}

TEST(ReferenceBackend, RefusesAMapThatContradictsItself) {
  const Result<> result = make_reference_backend()->load(contradictory_map());
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(result.error().message.find("row 1"), std::string::npos) << result.error().message;
}

}  // namespace
}  // namespace vle
