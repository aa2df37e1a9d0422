#include "describe.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "draws.hpp"

namespace vle::training {
namespace {

PopulationDescription describe_hidden(const LayersDescription& layers, std::size_t layer) {
  PopulationDescription population;
  population.name = fmt::format("h{}", layer + 1);
  population.size = layers.hidden[layer];
  population.activation = Activation::kTanh;
  const Draws draws(layers.seed, DrawPurpose::kStart, static_cast<std::uint32_t>(layer));
  for (std::int64_t i = 0; i < population.size; ++i) {
    const double tau_m =
        layers.tau_m_low * std::pow(layers.tau_m_high / layers.tau_m_low, draws.uniform(static_cast<std::size_t>(i)));
    population.tau_m.values.push_back(tau_m);
    population.tau_r.values.push_back(i % 3 == 2 ? tau_m : layers.tau_r);
  }
  return population;
}

ProjectionDescription connect(const std::string& from, const std::string& to) {
  ProjectionDescription projection;
  projection.from = from;
  projection.to = to;
  projection.weights.distribution = Distribution{Distribution::Kind::kFanInNormal, 1, 0, std::nullopt};
  return projection;
}

}  // namespace

ParameterDescription all(double value) {
  return {{value}, std::nullopt};
}

NetworkDescription describe_layers(const LayersDescription& layers) {
  NetworkDescription description;
  description.name = layers.name;
  description.dt = layers.dt;
  description.seed = layers.seed;
  description.inputs.push_back({"x", layers.inputs, -3, 3});
  std::string before = "x";
  for (std::size_t layer = 0; layer < layers.hidden.size(); ++layer) {
    description.populations.push_back(describe_hidden(layers, layer));
    description.projections.push_back(connect(before, description.populations.back().name));
    before = description.populations.back().name;
  }
  PopulationDescription output;
  output.name = "y";
  output.size = layers.outputs;
  output.activation = Activation::kLinear;
  output.tau_m = all(layers.tau_r);
  description.populations.push_back(output);
  description.projections.push_back(connect(before, "y"));
  description.outputs = {{"y", Loss::kMeanSquaredError, 1}};
  return description;
}

Result<Network> build(const NetworkDescription& description) {
  auto network = build_network(description);
  if (network) return std::move(*network);
  std::string text;
  for (const Diagnostic& diagnostic : network.error()) text += (text.empty() ? "" : "; ") + diagnostic.message;
  return fail(ErrorCode::kInvalidInput, "network \"{}\": {}", description.name, text);
}

}  // namespace vle::training
