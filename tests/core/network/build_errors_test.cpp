#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "descriptions.hpp"

namespace vle {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct BadDescription {
  const char* title;
  std::function<void(NetworkDescription&)> spoil;
  const char* line;  ///< path and message
};

using Kind = Distribution::Kind;

const BadDescription kBad[] = {
    {"dt is 0", [](auto& d) { d.dt = 0; }, "dt_seconds: dt_seconds = 0 s must be a finite number above 0"},
    {"dt is NaN", [](auto& d) { d.dt = kNan; }, "dt_seconds: dt_seconds = nan s must be a finite number above 0"},
    {"dt is negative", [](auto& d) { d.dt = -1; }, "dt_seconds: dt_seconds = -1 s must be a finite number above 0"},
    {"bandwidth is negative", [](auto& d) { d.lead_bandwidth = -1; },
     "lead_bandwidth_hertz: lead_bandwidth_hertz = -1 Hz must be at least 0 (0: no pole)"},
    {"input without a name", [](auto& d) { d.inputs[0].name = ""; }, "input[0].name: input[0]: \"\" has no name"},
    {"name with a slash", [](auto& d) { d.populations[1].name = "a/b"; },
     "population[1].name: population[1]: \"a/b\" has a name with other characters than letters, digits, _ - and . (not "
     "first)"},
    {"input of no channels", [](auto& d) { d.inputs[0].size = 0; },
     "input[0].size: input \"x\": size = 0 must be 1 to 1048576"},
    {"population too large", [](auto& d) { d.populations[0].size = kMaxPopulationSize + 1; },
     "population[0].size: population \"hidden\": size = 1048577 must be 1 to 1048576"},
    {"input range upside down", [](auto& d) { d.inputs[0].low = 2; },
     "input[0].low: input \"x\": low = 2 must be below high = 1"},
    {"input range infinite", [](auto& d) { d.inputs[0].high = kInfinity; },
     "input[0].high: input \"x\": high = inf must be a finite number"},
    {"population named as an input", [](auto& d) { d.populations[0].name = "x"; },
     "population[0].name: population[0]: the name \"x\" is taken by another input or population"},
    {"no tau_m", [](auto& d) { d.populations[0].tau_m = {}; },
     "population[0].tau_m: population \"hidden\": tau_m, the membrane time constant in seconds, is missing"},
    {"negative tau_m",
     [](auto& d) {
       d.populations[0].tau_m = list({0.1, 0.1, -0.1});
     },
     "population[0].tau_m.value[2]: population \"hidden\": tau_m[2] = -0.1 s must be above 0"},
    {"tau_m is NaN", [](auto& d) { d.populations[0].tau_m = all(kNan); },
     "population[0].tau_m.value[0]: population \"hidden\": tau_m = nan s must be a finite number"},
    {"tau_r below dt", [](auto& d) { d.populations[0].tau_r = all(1e-4); },
     "population[0].tau_r.value[0]: population \"hidden\": tau_r = 0.0001 s is below dt_seconds = 0.001 s; raise it or "
     "lower dt_seconds"},
    {"tau_m of wrong length",
     [](auto& d) {
       d.populations[0].tau_m = list({0.1, 0.1});
     },
     "population[0].tau_m: population \"hidden\": tau_m has 2 values, needs 1 or 3"},
    {"tau_m drawn below 0", [](auto& d) { d.populations[0].tau_m = drawn(Kind::kNormal, -1, 0); },
     "population[0].tau_m: population \"hidden\": tau_m[1], drawn from normal(-1, 0), = -1 s must be above 0"},
    {"values and distribution",
     [](auto& d) {
       d.populations[0].bias = drawn(Kind::kNormal, 0, 1);
       d.populations[0].bias.values = {1};
     },
     "population[0].bias: population \"hidden\": bias has both values and a distribution; give one of them"},
    {"log-uniform from 0", [](auto& d) { d.populations[0].tau_m = drawn(Kind::kLogUniform, 0, 1); },
     "population[0].tau_m.log_uniform.low: population \"hidden\": tau_m log_uniform: low = 0 s must be above 0"},
    {"uniform upside down", [](auto& d) { d.populations[0].bias = drawn(Kind::kUniform, 1, 0); },
     "population[0].bias.uniform.high: population \"hidden\": bias uniform: high = 0 must be at least low = 1"},
    {"negative deviation", [](auto& d) { d.populations[0].bias = drawn(Kind::kNormal, 0, -1); },
     "population[0].bias.normal.standard_deviation: population \"hidden\": bias normal: standard_deviation = -1 must "
     "be at "
     "least 0"},
    {"median of 0", [](auto& d) { d.populations[0].tau_m = drawn(Kind::kLogNormal, 0, 1); },
     "population[0].tau_m.log_normal.median: population \"hidden\": tau_m log_normal: median = 0 s must be above 0"},
    {"fan-in of a bias", [](auto& d) { d.populations[0].bias = drawn(Kind::kFanInNormal, 1); },
     "population[0].bias.fan_in_normal: population \"hidden\": bias fan_in_normal: only weights have a fan-in; take "
     "normal "
     "instead"},
    {"gamma above 1", [](auto& d) { d.populations[1].gamma = 1.5; },
     "population[1].gamma: population \"out\": gamma = 1.5 must be 0 to 1"},
    {"gamma is NaN", [](auto& d) { d.populations[1].gamma = kNan; },
     "population[1].gamma: population \"out\": gamma = nan must be 0 to 1"},
    {"fixed gains left out",
     [](auto& d) {
       d.populations[0].gain = GainRule::kFixed;
       d.populations[0].g0 = all(1);
     },
     "population[0].error_gain.fixed: population \"hidden\": error_gain fixed needs g1"},
    {"from an unknown name", [](auto& d) { d.projections[0].from = "hiden"; },
     "projection[0].from: projection[0]: from \"hiden\" is neither an input nor a population; there are: input \"x\", "
     "population \"hidden\", population \"out\""},
    {"to an unknown name", [](auto& d) { d.projections[1].to = "outt"; },
     "projection[1].to: projection[1]: to \"outt\" is not a population; there are: population \"hidden\", population "
     "\"out\""},
    {"into an input", [](auto& d) { d.projections[1].to = "x"; },
     "projection[1].to: projection[1]: to \"x\" is an input, and inputs receive nothing; there are: population "
     "\"hidden\", population \"out\""},
    {"twice", [](auto& d) { d.projections.push_back(d.projections[1]); },
     "projection[2]: projection \"hidden->out\" is given before, as projection[1]; make one of the two"},
    {"no weights", [](auto& d) { d.projections[0].weights = {}; },
     "projection[0].weights: projection \"x->hidden\": weights are missing"},
    {"weights of wrong length",
     [](auto& d) {
       d.projections[0].weights = list({1, 2, 3, 4, 5});
     },
     "projection[0].weights: projection \"x->hidden\": weights has 5 values, needs 1 or 6 (3 x 2, post x pre, row by "
     "row)"},
    {"infinite weight",
     [](auto& d) {
       d.projections[0].weights = list({1, 2, 3, 4, 5, kInfinity});
     },
     "projection[0].weights.value[5]: projection \"x->hidden\": weights[5] = inf must be a finite number"},
    {"backward weights of a transpose", [](auto& d) { d.projections[1].backward_weights = all(1); },
     "projection[1].backward.weights: projection \"hidden->out\": backward weights are given, but its backward rule is "
     "TRANSPOSE, which takes B = W^T"},
    {"output of an unknown name", [](auto& d) { d.outputs[0].population = "x"; },
     "output[0].population: output[0]: \"x\" is not a population; there are: population \"hidden\", population "
     "\"out\""},
    {"output twice", [](auto& d) { d.outputs.push_back(d.outputs[0]); },
     "output[1].population: output[1]: population \"out\" is an output already; each has one target"},
    {"cross entropy of one",
     [](auto& d) {
       d.populations[1].size = 1;
       d.outputs[0].loss = Loss::kCrossEntropy;
     },
     "output[0].loss: output \"out\": CROSS_ENTROPY needs at least 2 neurons, the population has 1"},
    {"beta is NaN", [](auto& d) { d.outputs[0].beta = kNan; },
     "output[0].beta: output \"out\": beta = nan must be a finite number"},
    {"negative rate", [](auto& d) { d.plasticity.eta_weights = -1; },
     "plasticity.eta_weights_per_second: plasticity: eta_weights_per_second = -1 /s must be a finite number, at least "
     "0"},
    {"rate is NaN", [](auto& d) { d.plasticity.eta_tau = kNan; },
     "plasticity.eta_tau: plasticity: eta_tau = nan must be a finite number, at least 0"},
    {"tau range upside down",
     [](auto& d) {
       d.plasticity.tau_min = 2;
       d.plasticity.tau_max = 1;
     },
     "plasticity.tau_max_seconds: plasticity: tau_max_seconds = 1 s is below tau_min_seconds = 2 s"},
    {"tau_min below dt", [](auto& d) { d.plasticity.tau_min = 1e-4; },
     "plasticity.tau_min_seconds: plasticity: tau_min_seconds = 0.0001 s is below dt_seconds = 0.001 s"},
    {"learning starts outside its range",
     [](auto& d) {
       d.plasticity.eta_tau = 1;
       d.plasticity.tau_max = 0.05;
     },
     "population[0].tau_m: population \"hidden\": tau_m[0] = 0.1 s is above plasticity tau_max_seconds = 0.05 s, so "
     "learning could not start there"},
    {"gain follows for a negative time",
     [](auto& d) {
       d.populations[0].gain = GainRule::kPair;
       d.populations[0].gain_learning.time_constant = -1;
     },
     "population[0].error_gain.pair.time_constant_seconds: population \"hidden\": time_constant_seconds = -1 s of the "
     "error gain must be a finite number, at least 0 (0: 50 times the largest tau_m)"},
    {"ridge is NaN",
     [](auto& d) {
       d.populations[1].gain = GainRule::kSingle;
       d.populations[1].gain_learning.ridge = kNan;
     },
     "population[1].error_gain.single.ridge: population \"out\": ridge = nan of the error gain must be a finite "
     "number, "
     "at least 0"},
    {"gains of a learned pair are given",
     [](auto& d) {
       d.populations[0].gain = GainRule::kPair;
       d.populations[0].g0 = all(1);
     },
     "population[0].error_gain: population \"hidden\": g0 and g1 are given, but the gain rule is not fixed"},
    {"momentum of 1",
     [](auto& d) {
       d.plasticity.optimiser.kind = OptimiserDescription::Kind::kMomentum;
       d.plasticity.optimiser.momentum = 1;
     },
     "plasticity.optimiser.momentum.momentum: plasticity: optimiser.momentum.momentum = 1 must be at least 0 and below "
     "1"},
    {"Adam without epsilon",
     [](auto& d) {
       d.plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam;
       d.plasticity.optimiser.epsilon = 0;
     },
     "plasticity.optimiser.adam.epsilon: plasticity: optimiser.adam.epsilon = 0 must be a finite number above 0"},
    {"cosine without a duration",
     [](auto& d) { d.plasticity.lambda_schedule.kind = ScheduleDescription::Kind::kCosine; },
     "plasticity.lambda_schedule.cosine.duration_seconds: plasticity: lambda_schedule.cosine.duration_seconds = 0 s "
     "must be a finite number above 0"},
    {"no patience",
     [](auto& d) {
       d.plasticity.eta_schedule.kind = ScheduleDescription::Kind::kPlateau;
       d.plasticity.eta_schedule.patience = 0;
     },
     "plasticity.eta_schedule.plateau.patience: plasticity: eta_schedule.plateau.patience = 0 must be at least 1"},
    {"never an update", [](auto& d) { d.plasticity.update_every = 0; },
     "plasticity.update_every: plasticity: update_every = 0 must be at least 1"},
};

TEST(BuildNetwork, NamesFieldAndLimitOfEveryMistake) {
  for (const BadDescription& bad : kBad) {
    NetworkDescription description = layered();
    bad.spoil(description);
    const std::string lines = "\n" + mistakes_of(description);
    EXPECT_NE(lines.find("\n" + std::string(bad.line) + "\n"), std::string::npos) << bad.title << ":" << lines;
  }
}

TEST(BuildNetwork, ReportsEveryMistakeInFieldOrder) {
  NetworkDescription description = layered();
  description.dt = -1;
  description.populations[0].gamma = 2;
  description.projections[0].weights = {};
  description.outputs[0].population = "nobody";
  const auto network = build_network(description);
  ASSERT_FALSE(network.has_value());
  std::vector<std::string> paths;
  for (const Diagnostic& diagnostic : network.error()) paths.push_back(diagnostic.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"dt_seconds", "population[0].gamma", "projection[0].weights",
                                             "output[0].population"}));
}

TEST(BuildNetwork, RepeatsNoMoreThanTwentyBadValuesOfOneArray) {
  NetworkDescription description = layered();
  description.populations[0].size = 1000;
  description.populations[0].tau_m.values.assign(1000, -1.0);
  const auto network = build_network(description);
  ASSERT_FALSE(network.has_value());
  EXPECT_EQ(network.error().size(), 20U);
}

TEST(BuildNetwork, RefusesANetworkWithoutPopulations) {
  EXPECT_NE(mistakes_of({}).find("population: the network has no population"), std::string::npos);
}

TEST(BuildNetwork, EulerRefusesAPoleFasterThanItsStep) {
  NetworkDescription description = layered();
  description.integrator = Integrator::kEuler;
  description.lead_bandwidth = 200;
  EXPECT_NE(mistakes_of(description).find("lead_bandwidth_hertz = 200 Hz is above 159.15"), std::string::npos)
      << mistakes_of(description);
  description.integrator = Integrator::kExponential;
  EXPECT_EQ(mistakes_of(description), "");
}

TEST(BuildNetwork, RefusesMoreNeuronsThanTheLimitBeforeMemoryIsTaken) {
  NetworkDescription description = layered();
  for (int i = 0; i < 17; ++i) {
    description.populations.push_back(description.populations[0]);
    description.populations.back().name = "large" + std::to_string(i);
    description.populations.back().size = kMaxPopulationSize;
  }
  EXPECT_EQ(mistakes_of(description),
            "population: the populations have 17825797 neurons together, above the limit of 16777216\n");
}

}  // namespace
}  // namespace vle
