#include <gtest/gtest.h>

#include <cmath>
#include <vle/compile/compile.hpp>

#include "networks.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using emulator::Effects;

/// The ideal twin of a map: the network recovered from its registers on the float64 reference, in the chip's sub-steps.
Traces run_twin(const ParameterMap& map, const Stimulus& stimulus, const RunOptions& options) {
  const std::unique_ptr<Backend> reference = make_reference_backend({map.timing.substeps_per_step});
  EXPECT_TRUE(reference->load(std::make_shared<const ParameterMap>(map)));
  return reference->run(stimulus, options).value();
}

double largest_difference(const SignalTrace& a, const SignalTrace& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a.value(i) - b.value(i)));
  return largest;
}

double largest_value(const SignalTrace& trace) {
  double largest = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) largest = std::max(largest, std::abs(trace.value(i)));
  return largest;
}

/// Every signal of the chip is within `share` of the largest value that the other's takes.
void expect_near(const Traces& chip, const Traces& ideal, double share) {
  ASSERT_EQ(chip.signals.size(), ideal.signals.size());
  for (std::size_t k = 0; k < chip.signals.size(); ++k) {
    const double scale = std::max(largest_value(ideal.signals[k]), 1e-3);
    EXPECT_LT(largest_difference(chip.signals[k], ideal.signals[k]), share * scale)
        << chip.signals[k].population << " " << name_of(chip.signals[k].signal) << " of " << scale;
  }
}

class Twin : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Graphs, Twin, testing::ValuesIn(graph_names()));

// Every signal of every neuron, forward and backward. What is left is float32 and the 20-bit converters.
TEST_P(Twin, AnIdealChipIsTheNetworkThatItsRegistersSay) {
  const Network network = make_graph(GetParam());
  const Stimulus stimulus = make_sines(network, 2, 150);
  const auto map = compile_for(network, fine_target(), stimulus);
  RunOptions options;
  options.recordings = record_all(network);
  options.settle_steps = 5;
  const Traces chip = run_on_chip(map, 7, Effects::none(), stimulus, options);
  const Traces twin = run_twin(*map, stimulus, options);
  expect_near(chip, twin, 1e-4);
}

// The network of the description, instead: now the quantisation of the parameters is in it as well.
TEST_P(Twin, AnIdealChipIsTheDescribedNetworkToItsQuantisation) {
  const Network network = make_graph(GetParam());
  const Stimulus stimulus = make_sines(network, 1, 150);
  const auto map = compile_for(network, fine_target(), stimulus);
  RunOptions options;
  options.recordings = record_all(network);
  const Traces chip = run_on_chip(map, 7, Effects::none(), stimulus, options);
  const std::unique_ptr<Backend> reference = make_reference_backend({map->timing.substeps_per_step});
  ASSERT_TRUE(reference->load(std::make_shared<const Network>(network)));
  const Traces ideal = reference->run(stimulus, options).value();
  expect_near(chip, ideal, 5e-3);
}

// Several cores, row pairs, coarse codes: with wires for crossings the chip is still the network of its registers.
TEST(TwinOnCores, CrossingsAsWiresChangeNothing) {
  const Network network = make_graph("layered");
  const Stimulus stimulus = make_sines(network, 1, 100);
  Target target = coarse_target(4);
  target.readout_adc.bits = target.input_dac.bits = 20;
  target.rail = 0;
  target.hash = hash_of(target);
  const auto map = compile_for(network, target, stimulus);
  ASSERT_GT(map->geometry.cores, 1);
  RunOptions options;
  options.recordings = record_all(network);
  const Traces chip = run_on_chip(map, 7, Effects::none(), stimulus, options);
  const Traces twin = run_twin(*map, stimulus, options);
  expect_near(chip, twin, 1e-4);
}

TEST(TwinOnCores, ARealCrossingCostsLatencyAndCodes) {
  const Network network = make_graph("layered");
  const Stimulus stimulus = make_sines(network, 1, 100);
  const auto map = compile_for(network, coarse_target(4), stimulus);
  const Effects crossing = Effects::named("crossing");
  const Traces wires = run_on_chip(map, 7, Effects::none(), stimulus, {});
  const Traces real = run_on_chip(map, 7, crossing, stimulus, {});
  EXPECT_NE(wires.signals.back().codes, real.signals.back().codes);
  EXPECT_GT(real.report.cycles.at("link"), 0);
}

}  // namespace
}  // namespace vle
