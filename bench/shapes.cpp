#include "shapes.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vle/result/check.hpp>

namespace vle::bench {
namespace {

PopulationDescription make_layer(std::string name, std::int64_t size, Activation activation) {
  PopulationDescription layer;
  layer.name = std::move(name);
  layer.size = size;
  layer.activation = activation;
  layer.tau_m.values = {0.1};
  layer.tau_r.values = {0.05};
  layer.bias.values = {0.1};
  return layer;
}

ProjectionDescription connect(std::string from, std::string to, std::int64_t fan_in, const StackOptions& options) {
  ProjectionDescription projection;
  projection.from = std::move(from);
  projection.to = std::move(to);
  projection.backward = options.backward;
  const double size = 1 / static_cast<double>(fan_in);
  if (options.drawn) {
    projection.weights.distribution = Distribution{Distribution::Kind::kUniform, -size, size, std::nullopt};
  } else {
    projection.weights.values = {size};
  }
  if (options.backward == BackwardRule::kMirror) projection.backward_weights = projection.weights;
  return projection;
}

NetworkDescription start(std::int64_t inputs, double eta) {
  NetworkDescription description;
  description.name = "bench";
  description.dt = 0.01;
  description.seed = 1;
  description.inputs = {{"in", inputs, -1, 1}};
  description.plasticity.eta_weights = eta;
  description.plasticity.eta_bias = eta;
  return description;
}

std::shared_ptr<const Network> build(const NetworkDescription& description) {
  auto network = build_network(description);
  VLE_CHECK(network.has_value(), "{}", network.error().front().message);
  return std::make_shared<const Network>(std::move(*network));
}

}  // namespace

std::string Shape::name() const {
  return fmt::format("{} x {}", fmt::join(layers, "-"), batch);
}

std::int64_t Shape::synapses() const {
  std::int64_t sum = 0;
  for (std::size_t i = 1; i < layers.size(); ++i) sum += layers[i - 1] * layers[i];
  return sum;
}

std::vector<Shape> peers_shapes() {
  return {
      {{1, 1, 1}, 100},         {{2, 20, 20, 1}, 1},      {{2, 20, 20, 1}, 100},     {{40, 128, 128, 10}, 1},
      {{40, 128, 128, 10}, 32}, {{512, 512, 512, 10}, 1}, {{512, 512, 512, 10}, 32}, {{1024, 1024, 1024, 1024, 10}, 1}};
}

std::shared_ptr<const Network> make_stack(const std::vector<std::int64_t>& layers, const StackOptions& options) {
  NetworkDescription description = start(layers.front(), options.eta);
  std::string from = "in";
  for (std::size_t i = 1; i < layers.size(); ++i) {
    const bool is_last = i + 1 == layers.size();
    const std::string name = is_last ? "out" : fmt::format("layer{}", i);
    description.populations.push_back(make_layer(name, layers[i], is_last ? Activation::kLinear : Activation::kTanh));
    description.projections.push_back(connect(from, name, layers[i - 1], options));
    from = name;
  }
  description.outputs = {{"out", Loss::kMeanSquaredError, 0.5}};
  return build(description);
}

std::shared_ptr<const Network> make_recurrent(std::int64_t size) {
  NetworkDescription description = start(1, 1e-4);
  description.populations = {make_layer("ring", size, Activation::kTanh), make_layer("out", 1, Activation::kLinear)};
  const StackOptions options;
  description.projections = {connect("in", "ring", 1, options), connect("ring", "ring", 2 * size, options),
                             connect("ring", "out", size, options)};
  // Errors that went round the loop would pass tau_m/tau_r = 2 of themselves on at once: above what is stable.
  description.projections[1].backward = BackwardRule::kNone;
  description.outputs = {{"out", Loss::kMeanSquaredError, 0.5}};
  return build(description);
}

std::shared_ptr<const Network> make_sparse(std::int64_t size, double share) {
  NetworkDescription description = start(1, 1e-4);
  description.populations = {make_layer("first", size, Activation::kTanh),
                             make_layer("second", size, Activation::kTanh)};
  const StackOptions options;
  description.projections = {connect("in", "first", 1, options), connect("first", "second", size, options)};
  description.projections[1].connectivity.kind = ConnectivityDescription::Kind::kSparse;
  description.projections[1].connectivity.probability = share;
  description.outputs = {{"second", Loss::kMeanSquaredError, 0.5}};
  return build(description);
}

Stimulus make_stimulus(const Network& network, std::size_t batch, std::int64_t steps) {
  Stimulus stimulus;
  stimulus.batch = static_cast<std::int64_t>(batch);
  stimulus.steps = steps;
  stimulus.input_channels = network.input_channels();
  stimulus.target_channels = network.target_channels();
  for (std::int64_t trial = 0; trial < stimulus.batch; ++trial) {
    for (std::int64_t step = 0; step < steps; ++step) {
      const double phase = 0.1 * static_cast<double>(step) + static_cast<double>(trial);
      for (std::int64_t c = 0; c < stimulus.input_channels; ++c) {
        stimulus.inputs.push_back(0.8 * std::sin(phase + static_cast<double>(c)));
      }
      for (std::int64_t c = 0; c < stimulus.target_channels; ++c) {
        stimulus.targets.push_back(0.4 * std::cos(phase + static_cast<double>(c)));
      }
    }
  }
  return stimulus;
}

}  // namespace vle::bench
