#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vle/dynamics/adjoint.hpp>

#include "adjoint_graphs.hpp"
#include "networks.hpp"

namespace vle {
namespace {

constexpr std::size_t kBatch = 2;
constexpr std::size_t kSteps = 60;
constexpr std::size_t kSettling = 7;
constexpr double kTolerance = 1e-8;  // of the largest gradient of its kind

// beta times the loss of one trial, from the rates alone.
double loss_of(const Output& output, const double* target, const std::vector<double>& r) {
  double loss = 0;
  double sum = 0;
  for (std::size_t i = 0; i * kBatch < r.size(); ++i) {
    const double rate = r[i * kBatch];
    sum += std::exp(rate);
    loss += output.loss == Loss::kCrossEntropy ? -target[i] * rate : 0.5 * std::pow(target[i] - rate, 2);
  }
  return output.beta * (output.loss == Loss::kCrossEntropy ? loss + std::log(sum) : loss);
}

// The summed loss of a plain run of the float reference, without anything of the oracle's.
double simulated_loss(const Dynamics& dynamics, Parameters parameters, const SineRun& run, bool nudges) {
  const Network& network = dynamics.network();
  const auto inputs = static_cast<std::size_t>(network.input_channels());
  const auto targets = static_cast<std::size_t>(network.target_channels());
  dynamics.update_coefficients(parameters);
  State state = dynamics.initial_state(kBatch);
  double loss = 0;
  for (std::size_t step = 0; step < kSteps; ++step) {
    for (const Output& output : network.outputs) {
      std::vector<double> r = state.populations[static_cast<std::size_t>(output.population)].r;
      for (std::size_t trial = 0; step >= kSettling && trial < kBatch; ++trial) {
        const std::size_t channel = static_cast<std::size_t>(output.first_channel);
        const std::vector<double> of_trial(r.begin() + static_cast<std::ptrdiff_t>(trial), r.end());
        loss += loss_of(output, &run.targets[(trial * kSteps + step) * targets + channel], of_trial) / kBatch;
      }
    }
    const SignalView nudge{&run.targets[step * targets], kSteps * targets};
    dynamics.step(parameters, state, {&run.inputs[step * inputs], kSteps * inputs}, nudges ? nudge : SignalView{});
  }
  return loss;
}

// Central differences of fourth order, over every parameter of a network.
class Differences {
 public:
  Differences(const Dynamics& dynamics, const SineRun& run, bool nudges)
      : dynamics_(dynamics), run_(run), nudges_(nudges), parameters_(dynamics.initial_parameters()) {}

  Parameters& parameters() { return parameters_; }

  // The derivative to `value` (one of parameters()), and to `other` where both move together.
  double slope(double& value, double step, double* other = nullptr) {
    const double before = value;
    const auto loss_at = [&](double offset) {
      value = before + offset;
      if (other) *other = value;
      return simulated_loss(dynamics_, parameters_, run_, nudges_);
    };
    const double near = loss_at(step) - loss_at(-step);
    const double far = loss_at(2 * step) - loss_at(-2 * step);
    loss_at(0);
    return (8 * near - far) / (12 * step);
  }

 private:
  const Dynamics& dynamics_;
  const SineRun& run_;
  bool nudges_;
  Parameters parameters_;
};

// Both gradients of one kind of parameter.
class Comparison {
 public:
  void add(double exact, double difference) {
    largest_ = std::max(largest_, std::abs(exact));
    farthest_ = std::max(farthest_, std::abs(exact - difference));
  }
  void expect_equal(const char* kind) const {
    EXPECT_GT(largest_, 1e-3) << kind;
    EXPECT_LT(farthest_, kTolerance * largest_) << kind << ": relative deviation " << farthest_ / largest_;
  }

 private:
  double largest_ = 0;
  double farthest_ = 0;
};

void compare_weights(Differences& differences, const Gradients& exact) {
  Comparison comparison;
  for (std::size_t q = 0; q < exact.projections.size(); ++q) {
    std::vector<double>& weights = differences.parameters().projections[q].weights;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      comparison.add(exact.projections[q].weights[k], differences.slope(weights[k], 1e-3));
    }
  }
  comparison.expect_equal("weights");
}

void compare_populations(Differences& differences, const Gradients& exact, const Network& network) {
  Comparison bias;
  Comparison tau_m;
  Comparison tau_r;
  for (std::size_t p = 0; p < exact.populations.size(); ++p) {
    PopulationParameters& values = differences.parameters().populations[p];
    const bool tied = network.populations[p].tied;
    for (std::size_t i = 0; i < values.bias.size(); ++i) {
      const PopulationGradients& gradients = exact.populations[p];
      double* const both = tied ? &values.tau_r[i] : nullptr;
      bias.add(gradients.bias[i], differences.slope(values.bias[i], 1e-3));
      tau_m.add(gradients.tau_m[i], differences.slope(values.tau_m[i], 1e-3 * values.tau_m[i], both));
      if (tied) {
        EXPECT_EQ(gradients.tau_r[i], gradients.tau_m[i]);
      } else {
        tau_r.add(gradients.tau_r[i], differences.slope(values.tau_r[i], 1e-3 * values.tau_r[i]));
      }
    }
  }
  bias.expect_equal("bias");
  tau_m.expect_equal("tau_m");
  // With tau_v and both lead ratios set apart nothing follows tau_r.
  if (network.populations[0].lead_u.empty()) tau_r.expect_equal("tau_r");
}

using Setting = std::tuple<AdjointGraph, Integrator, AdjointMode>;

class AdjointDifferences : public testing::TestWithParam<Setting> {};

INSTANTIATE_TEST_SUITE_P(Graphs, AdjointDifferences,
                         testing::Combine(testing::ValuesIn(kAdjointGraphs),
                                          testing::Values(Integrator::kEuler, Integrator::kExponential),
                                          testing::Values(AdjointMode::kFree, AdjointMode::kFull)),
                         [](const auto& tested) {
                           const auto& setting = tested.param;
                           return name_of(std::get<0>(setting)) +
                                  (std::get<1>(setting) == Integrator::kEuler ? "Euler" : "Exponential") +
                                  (std::get<2>(setting) == AdjointMode::kFree ? "Free" : "Full");
                         });

TEST_P(AdjointDifferences, AgreeWithEveryGradient) {
  const auto [graph, integrator, mode] = GetParam();
  Network network = adjoint_graph(graph, integrator);
  const SineRun run(network, kBatch, kSteps);
  const Dynamics dynamics(std::make_shared<const Network>(network));
  AdjointOptions options;
  options.mode = mode;
  options.settling_steps = kSettling;
  const auto exact = adjoint_gradients(dynamics, dynamics.initial_parameters(), run.signals(), options);
  ASSERT_TRUE(exact.has_value()) << exact.error().message;

  const bool full = mode == AdjointMode::kFull;
  if (!full) {
    for (Population& population : network.populations) population.gamma = 0;
  }
  const Dynamics simulated(std::make_shared<const Network>(network));
  EXPECT_NEAR(exact->loss, simulated_loss(simulated, simulated.initial_parameters(), run, full), 1e-12 * exact->loss);
  Differences differences(simulated, run, full);
  compare_weights(differences, exact->gradients);
  compare_populations(differences, exact->gradients, network);
}

}  // namespace
}  // namespace vle
