#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "networks.hpp"
#include "source_path.hpp"

namespace vle {
namespace {

using Json = nlohmann::json;

constexpr double kTolerance = 1e-14;  // of the trace's maximum

Activation activation_named(const std::string& name) {
  for (const Activation activation : kActivations) {
    if (name_of(activation) == name) return activation;
  }
  ADD_FAILURE() << "unknown activation " << name;
  return Activation::kLinear;
}

std::vector<double> flatten(const Json& rows) {
  std::vector<double> values;
  for (const Json& row : rows) {
    for (const double value : row) values.push_back(value);
  }
  return values;
}

ParameterDescription listed(const Json& values) {
  return {values.get<std::vector<double>>(), std::nullopt};
}

std::string layer_name(std::size_t layer) {
  return "layer" + std::to_string(layer);
}

// The rates of the files are per step, those of a network per second.
std::shared_ptr<const Network> load(const Json& golden) {
  NetworkDescription description;
  description.dt = golden["dt"];
  description.integrator = Integrator::kEuler;
  add_input(description, "input", golden["sizes"][0]);
  std::string from = "input";
  for (std::size_t layer = 0; layer + 1 < golden["sizes"].size(); ++layer) {
    PopulationDescription& population = add_population(description, layer_name(layer), golden["sizes"][layer + 1],
                                                       activation_named(golden["activation"][layer]), 0);
    population.tau_m = listed(golden["tau_m"][layer]);
    population.tau_r = listed(golden["tau_r"][layer]);
    population.bias = listed(golden["b0"][layer]);
    population.gamma = golden["gamma"];
    add_projection(description, from, population.name, {flatten(golden["W0"][layer]), std::nullopt});
    from = population.name;
  }
  description.outputs = {{from, Loss::kMeanSquaredError, golden["beta"]}};
  description.plasticity.eta_weights = golden["lr_weights"].get<double>() / description.dt;
  description.plasticity.eta_bias = description.plasticity.eta_weights;
  description.plasticity.eta_tau = golden["lr_tau"].get<double>() / description.dt;
  return built(description);
}

/// Collects what was computed and what was recorded, and compares them by the largest value of the trace.
class Comparison {
 public:
  void add(const std::vector<double>& computed, const Json& recorded) {
    ASSERT_EQ(computed.size(), recorded.size());
    for (std::size_t i = 0; i < computed.size(); ++i) {
      const double value = recorded[i];
      error_ = std::max(error_, std::abs(computed[i] - value));
      largest_ = std::max(largest_, std::abs(value));
      ++count_;
    }
  }
  void expect_equal(const std::string& what) const {
    EXPECT_GT(count_, 0U) << what;
    EXPECT_LE(error_, kTolerance * largest_) << what << ": largest value " << largest_;
  }

 private:
  double error_ = 0;
  double largest_ = 0;
  std::size_t count_ = 0;
};

struct LayerComparisons {
  Comparison u, v, r, e;
};

void compare_parameters(const Json& golden, const Parameters& parameters) {
  for (std::size_t layer = 0; layer < parameters.populations.size(); ++layer) {
    Comparison weights, bias, tau_m;
    weights.add(parameters.projections[layer].weights, Json(flatten(golden["W_final"][layer])));
    bias.add(parameters.populations[layer].bias, golden["b_final"][layer]);
    tau_m.add(parameters.populations[layer].tau_m, golden["tau_m_final"][layer]);
    weights.expect_equal(layer_name(layer) + " W");
    bias.expect_equal(layer_name(layer) + " b");
    tau_m.expect_equal(layer_name(layer) + " tau_m");
  }
}

class GoldenTraces : public testing::TestWithParam<const char*> {};

TEST_P(GoldenTraces, AreReproduced) {
  std::ifstream file(test::source_path("tests/golden/") + GetParam());
  ASSERT_TRUE(file.good()) << GetParam();
  const Json golden = Json::parse(file);
  LearningRunner runner(load(golden));
  std::vector<LayerComparisons> layers(runner.state.populations.size());
  const std::size_t every = golden["record_every"];
  for (std::size_t step = 0; step < golden["input"].size(); ++step) {
    const auto input = golden["input"][step].get<std::vector<double>>();
    const auto target = golden["target"][step].get<std::vector<double>>();
    runner.step({input.data(), 0}, {target.data(), 0});
    if (step % every != 0) continue;
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
      const PopulationState& state = runner.state.populations[layer];
      layers[layer].u.add(state.u, golden["u"][step / every][layer]);
      layers[layer].v.add(state.v, golden["v"][step / every][layer]);
      layers[layer].r.add(state.r, golden["r"][step / every][layer]);
      layers[layer].e.add(state.e, golden["e"][step / every][layer]);
    }
  }
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    layers[layer].u.expect_equal(layer_name(layer) + " u");
    layers[layer].v.expect_equal(layer_name(layer) + " v");
    layers[layer].r.expect_equal(layer_name(layer) + " r");
    layers[layer].e.expect_equal(layer_name(layer) + " e");
  }
  compare_parameters(golden, runner.parameters);
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenTraces, testing::Values("chain_softplus.json", "layered_tanh.json"),
                         [](const auto& file) {
                           return std::string(file.param).substr(0, std::string(file.param).find('.'));
                         });

}  // namespace
}  // namespace vle
