#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <sstream>
#include <vle/emulator/spice.hpp>
#include <vle/io/files.hpp>
#include <vle/target/signal_codes.hpp>

#include "files.hpp"
#include "run_on_chip.hpp"

namespace vle::emulator {
namespace {

using testing::HasSubstr;

PopulationDescription neurons(std::string name, std::int64_t size, Activation activation, double tau_m, double tau_r) {
  PopulationDescription population;
  population.name = std::move(name);
  population.size = size;
  population.activation = activation;
  population.tau_m.values = {tau_m};
  population.tau_r.values = {tau_r};
  population.bias.values = {0.1};
  return population;
}

ProjectionDescription all_to_all(std::string from, std::string to, double gain) {
  ProjectionDescription projection;
  projection.from = std::move(from);
  projection.to = std::move(to);
  projection.weights.distribution =
      Distribution{Distribution::Kind::kUniform, std::min(0.2 * gain, gain), std::max(0.2 * gain, gain), std::nullopt};
  return projection;
}

/// A pole of 2.7 ms of model time: at the speed-ups that follow, 17 sub-steps of the chip.
NetworkDescription start(std::string name) {
  NetworkDescription network;
  network.name = std::move(name);
  network.dt = 0.01;
  network.seed = 3;
  network.lead_bandwidth = 60;
  network.inputs = {{"x", 2, -1, 1}};
  return network;
}

NetworkDescription feed_forward() {
  NetworkDescription network = start("feed_forward");
  network.populations = {neurons("slow", 3, Activation::kTanh, 0.4, 0.05),
                         neurons("out", 1, Activation::kLinear, 0.05, 0.05)};
  network.projections = {all_to_all("x", "slow", 0.8), all_to_all("slow", "out", 0.4)};
  return network;
}

NetworkDescription recurrent() {
  NetworkDescription network = start("recurrent");
  network.populations = {neurons("ring", 4, Activation::kTanh, 0.4, 0.2)};
  network.projections = {all_to_all("x", "ring", 0.8), all_to_all("ring", "ring", -0.4)};
  return network;
}

NetworkDescription nudged() {
  NetworkDescription network = start("nudged");
  network.populations = {neurons("hidden", 3, Activation::kTanh, 0.3, 0.1),
                         neurons("out", 1, Activation::kLinear, 0.05, 0.05)};
  network.populations[0].gamma = 0.3;
  network.populations[0].gain = GainRule::kFixed;
  network.populations[0].g0.values = {0.5};
  network.populations[0].g1.values = {0.4};
  network.projections = {all_to_all("x", "hidden", 0.8), all_to_all("hidden", "out", 0.5)};
  network.outputs = {{"out", Loss::kMeanSquaredError, 0.5}};
  return network;
}

NetworkDescription every_circuit() {
  NetworkDescription network = start("every_circuit");
  network.populations = {
      neurons("softplus", 1, Activation::kSoftplus, 0.4, 0.1), neurons("sigmoid", 1, Activation::kSigmoid, 0.4, 0.1),
      neurons("relu", 1, Activation::kRelu, 0.4, 0.1), neurons("hard", 1, Activation::kHardSigmoid, 0.4, 0.1)};
  for (const char* name : {"softplus", "sigmoid", "relu", "hard"}) {
    network.projections.push_back(all_to_all("x", name, 1.5));
  }
  return network;
}

/// A loop through three populations with errors the other way round, every neuron nudged by its error.
NetworkDescription loop_with_errors() {
  NetworkDescription network = start("loop_with_errors");
  network.populations = {neurons("a", 2, Activation::kTanh, 0.4, 0.2), neurons("b", 2, Activation::kTanh, 0.4, 0.3),
                         neurons("out", 1, Activation::kLinear, 0.2, 0.2)};
  for (PopulationDescription& population : network.populations) population.gamma = 0.2;
  network.projections = {all_to_all("x", "a", 0.8), all_to_all("a", "b", 1), all_to_all("b", "a", -0.5),
                         all_to_all("b", "out", 0.6)};
  network.outputs = {{"out", Loss::kMeanSquaredError, 0.5}};
  return network;
}

/// Sines of up to 0.3 Hz: a sub-step is 1/20,000 of the shortest period, so that what a hop of one sub-step costs
/// stays below the tolerance.
Stimulus slow_sines(const Network& network) {
  Stimulus stimulus;
  stimulus.steps = 240;
  stimulus.input_channels = network.input_channels();
  stimulus.target_channels = network.target_channels();
  const auto sine = [&](std::int64_t step, double hertz) {
    return 0.8 * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(step) * network.dt);
  };
  for (std::int64_t step = 0; step < stimulus.steps; ++step) {
    for (std::int64_t c = 0; c < stimulus.input_channels; ++c) {
      stimulus.inputs.push_back(sine(step, 0.3 - 0.1 * static_cast<double>(c)));
    }
    for (std::int64_t c = 0; c < stimulus.target_channels; ++c) stimulus.targets.push_back(sine(step, 0.25));
  }
  return stimulus;
}

/// bss2_like, read out so finely that the converter does not hide what is compared.
Target finely_read() {
  Target target = read_target("bss2_like").value();
  target.readout_adc.bits = 22;
  target.readout_adc.clocks = 1;
  target.offsets.adc = {};
  target.hash = hash_of(target);
  return target;
}

/// The columns of a table that ngspice wrote, by vector name.
using Columns = std::map<std::string, std::vector<double>>;

Columns run_ngspice(const std::string& netlist) {
  const test::TemporaryFolder folder;
  folder.write("net.cir", netlist);
  const std::string command = "cd '" + folder.path().string() + "' && ngspice -b net.cir >log 2>&1";
  const int status = std::system(command.c_str());
  EXPECT_EQ(status, 0) << "ngspice, installed by scripts/install-deps.sh: " << test::read_file(folder.file("log"));
  Columns columns;
  if (status != 0) return columns;
  std::istringstream table(test::read_file(folder.file("net.txt")));
  std::string line;
  std::getline(table, line);
  std::istringstream header(line);
  std::vector<std::string> names{std::istream_iterator<std::string>(header), std::istream_iterator<std::string>()};
  while (std::getline(table, line)) {
    std::istringstream row(line);
    double value = 0;
    for (std::size_t i = 0; row >> value; ++i) columns[names[i]].push_back(value);
  }
  return columns;
}

// The emulator's rates are 0 in its first sub-step, those of a circuit never are: what is left of that after 5 steps,
// 330 sub-steps, cannot be seen.
constexpr std::size_t kSettlingSteps = 5;

/// Root mean square of the difference over that of the circuit's own signal around its mean, over a population.
struct Distance {
  double difference = 0;
  double deviation = 0;
  double relative() const { return std::sqrt(difference / deviation); }
};

Distance distance_of(const SignalTrace& trace, const PlacedPopulation& population, const Target& target,
                     const Columns& circuit) {
  const SignalCodes codes(target.readout_adc.bits, target.readout_adc.range);
  Distance distance;
  for (std::size_t i = 0; i < population.sites.size(); ++i) {
    const std::string name = "v(" + std::string(name_of(trace.signal)) + "_" +
                             std::to_string(population.sites[i].core) + "_" +
                             std::to_string(population.sites[i].column) + ")";
    const auto found = circuit.find(name);
    EXPECT_NE(found, circuit.end()) << name;
    if (found == circuit.end()) return distance;
    // The table begins at the reset; sample n of the chip is the end of step n.
    const std::vector<double> signal(found->second.begin() + 1, found->second.end());
    EXPECT_EQ(static_cast<std::int64_t>(signal.size()), trace.samples);
    double mean = 0;
    for (const double value : signal) mean += value / static_cast<double>(signal.size());
    for (std::size_t n = kSettlingSteps; n < std::min(signal.size(), static_cast<std::size_t>(trace.samples)); ++n) {
      const double chip = codes.decode(trace.codes[n * population.sites.size() + i]);
      distance.difference += std::pow(chip - signal[n], 2);
      distance.deviation += std::pow(signal[n] - mean, 2);
    }
  }
  return distance;
}

class SpiceOracle : public testing::TestWithParam<NetworkDescription (*)()> {};

TEST_P(SpiceOracle, AgreesWithTheEmulatedChip) {
  const Network network = build_network(GetParam()()).value();
  const Stimulus stimulus = slow_sines(network);
  const Target target = finely_read();
  const auto map = compile_for(network, target, stimulus);
  const Effects effects = Effects::named("mismatch,amplifiers,leakage,temperature,dac,stuck_bits");
  constexpr std::uint64_t kChip = 7;
  constexpr double kKelvin = 320;
  const auto netlist = spice_netlist(*map, kChip, effects, stimulus, "net.txt", kKelvin);
  ASSERT_TRUE(netlist) << netlist.error().message;
  const Columns circuit = run_ngspice(*netlist);
  RunOptions options;
  options.recordings = record_all(network);
  const Traces traces = run_on_chip(map, kChip, effects, stimulus, options, kKelvin);
  double worst = 0;
  for (const SignalTrace& trace : traces.signals) {
    if (trace.signal == Signal::kEpsilon || trace.signal == Signal::kS) continue;
    const bool is_error = trace.signal == Signal::kV || trace.signal == Signal::kE;
    if (is_error && stimulus.targets.empty()) continue;
    const auto population = std::find_if(map->populations.begin(), map->populations.end(),
                                         [&](const PlacedPopulation& p) { return p.name == trace.population; });
    const double relative = distance_of(trace, *population, target, circuit).relative();
    const std::string signal = trace.population + "." + std::string(name_of(trace.signal));
    RecordProperty(signal, std::to_string(100 * relative) + " %");
    EXPECT_LT(relative, 0.002) << signal;
    worst = std::max(worst, relative);
  }
  std::printf("%s: furthest signal %.4f %%\n", network.name.c_str(), 100 * worst);
}

INSTANTIATE_TEST_SUITE_P(Networks, SpiceOracle,
                         testing::Values(feed_forward, recurrent, nudged, every_circuit, loop_with_errors),
                         [](const auto& network) { return network.param().name; });

TEST(SpiceNetlist, HoldsTheDeviationsOfItsChip) {
  const Network network = build_network(feed_forward()).value();
  const Stimulus stimulus = slow_sines(network);
  const auto map = compile_for(network, finely_read(), stimulus);
  const auto netlist = [&](std::uint64_t chip, const char* effects) {
    return spice_netlist(*map, chip, parse_effects(effects).value(), stimulus, "t.txt").value();
  };
  EXPECT_EQ(netlist(7, "mismatch"), netlist(7, "mismatch"));
  const auto without_header = [](std::string text) { return text.substr(text.find('\n')); };
  EXPECT_NE(without_header(netlist(7, "mismatch")), without_header(netlist(8, "mismatch")));
  EXPECT_EQ(without_header(netlist(7, "none")), without_header(netlist(8, "none")));
  EXPECT_THAT(netlist(7, "none"), HasSubstr("population slow"));
}

TEST(SpiceNetlist, RefusesAStimulusOfAnotherShape) {
  const Network network = build_network(feed_forward()).value();
  Stimulus stimulus = slow_sines(network);
  const auto map = compile_for(network, finely_read(), stimulus);
  stimulus.input_channels = 1;
  const auto netlist = spice_netlist(*map, 0, parse_effects("none").value(), stimulus, "t.txt");
  ASSERT_FALSE(netlist);
  EXPECT_THAT(netlist.error().message, HasSubstr("input channels"));
}

}  // namespace
}  // namespace vle::emulator
