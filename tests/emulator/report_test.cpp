#include <gtest/gtest.h>

#include "networks.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using emulator::Effects;

TEST(RunReport, CountsClocksEnergyAndTimeFromTheTargetsCosts) {
  const Network network = make_graph("layered");
  const Stimulus stimulus = make_sines(network, 1, 40);
  const auto map = compile_for(network, coarse_target(4), stimulus);
  RunOptions options;
  options.settle_steps = 10;
  const Traces traces = run_on_chip(map, 7, {}, stimulus, options);
  const RunReport& report = traces.report;
  const Target& target = map->target;
  const std::int64_t substeps = 50 * map->timing.substeps_per_step;
  EXPECT_EQ(report.substeps, substeps);
  EXPECT_EQ(report.cycles.at("analog"), substeps * target.substep_clocks);
  // Every register, then 13 codes of each of 40 steps.
  const auto words = static_cast<std::int64_t>(map->image.size()) + 40 * 13;
  EXPECT_EQ(report.cycles.at("bus"), words * target.costs.bus_word_clocks);
  EXPECT_DOUBLE_EQ(report.model_seconds, 50 * network.dt);
  std::int64_t clocks = 0;
  for (const PhaseReport& phase : report.phases) clocks += phase.clocks;
  EXPECT_DOUBLE_EQ(report.device_seconds, static_cast<double>(clocks) * target.clock_period.value);
  EXPECT_DOUBLE_EQ(report.energy_joules.at("neurons"), static_cast<double>(substeps) * 13 * target.costs.neuron_joules);
  EXPECT_EQ(report.neurons, 13);
  EXPECT_EQ(report.steps, 40);
  EXPECT_EQ(report.chip_id, 7u);
  EXPECT_EQ(report.network_hash, network.hash);
}

TEST(RunReport, CountsInputsThatLeaveTheirRange) {
  const Network network = make_graph("chain");
  Stimulus stimulus = make_sines(network, 1, 40);
  const auto map = compile_for(network, coarse_target(), stimulus);
  stimulus.inputs[3] = 5;
  stimulus.inputs[9] = -5;
  const Traces traces = run_on_chip(map, 7, Effects::none(), stimulus, {});
  EXPECT_EQ(traces.report.saturated.at("inputs"), 2);
}

TEST(RunReport, CountsSignalsThatHitTheRail) {
  const Network network = make_graph("layered");
  const Stimulus stimulus = make_sines(network, 1, 40);
  Target target = coarse_target(4);
  const auto map = compile_for(network, target, stimulus);
  EXPECT_EQ(run_on_chip(map, 7, Effects::none(), stimulus, {}).report.saturated.at("s"), 0);
  auto spoiled = std::make_shared<ParameterMap>(*map);
  const RegisterLayout layout(target, map->geometry);
  const Site site = map->populations[0].sites[0];
  const Dac& dac = target.dac(ParameterKind::kColumnGain);
  spoiled->image[layout.address(site.core, ParameterKind::kColumnGain, site.column)] = to_word(dac, Lsb{255}, 2);
  EXPECT_GT(run_on_chip(spoiled, 7, Effects::none(), stimulus, {}).report.saturated.at("s"), 0);
}

TEST(Readout, RefusesWhatTheConverterCannotReadInAStepAndSaysHowOftenItCan) {
  const Network network = make_graph("chain");
  const Stimulus stimulus = make_sines(network, 1, 40);
  Target target = coarse_target();
  target.readout_adc.clocks = 1000000;
  target.hash = hash_of(target);
  const auto chip = emulator::make_emulator_backend(target, 1, {});
  ASSERT_TRUE(chip->load(compile_for(network, target, stimulus)));
  const Result<Traces> traces = chip->run(stimulus, {});
  ASSERT_FALSE(traces);
  EXPECT_EQ(traces.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(traces.error().message.find("or every"), std::string::npos) << traces.error().message;
}

TEST(Load, RefusesAMapOfAnotherTargetAndNamesBoth) {
  const Network network = make_graph("chain");
  const auto map = compile_for(network, coarse_target(), make_sines(network, 1, 40));
  const Result<> loaded = emulator::make_emulator_backend(fine_target(), 1, {})->load(map);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("coarse"), std::string::npos);
  EXPECT_NE(loaded.error().message.find("fine"), std::string::npos);
}

}  // namespace
}  // namespace vle
