#include "adjoint_graphs.hpp"

#include <algorithm>
#include <initializer_list>

#include "networks.hpp"

namespace vle {
namespace {

ParameterDescription each(std::initializer_list<double> values) {
  return {values, std::nullopt};
}

PopulationDescription& add_slow(NetworkDescription& description, const std::string& name, std::int64_t size,
                                Activation activation, double tau_m, double tau_r) {
  PopulationDescription& population = add_population(description, name, size, activation, tau_m);
  population.tau_r = all(tau_r);
  population.bias = all(0.2);
  population.gamma = 0.3;
  return population;
}

void chain(NetworkDescription& description) {
  add_input(description, "x", 1);
  add_slow(description, "a", 1, Activation::kSoftplus, 0.2, 0.1);
  add_slow(description, "b", 1, Activation::kLinear, 0.3, 0.15);
  add_projection(description, "x", "a", all(1.3));
  add_projection(description, "a", "b", all(0.8));
  description.outputs = {{"b", Loss::kMeanSquaredError, 0.6}};
}

void layered(NetworkDescription& description) {
  add_input(description, "x", 2);
  PopulationDescription& a = add_slow(description, "a", 4, Activation::kTanh, 0.1, 0.1);
  a.tau_m = each({0.1, 0.15, 0.05, 0.08});
  a.tau_r = each({0.08, 0.1, 0.07, 0.08});
  PopulationDescription& b = add_slow(description, "b", 3, Activation::kSigmoid, 0.2, 0.15);
  b.gain = GainRule::kFixed;
  b.g0 = all(0.4);
  b.g1 = each({0.5, -0.3, 0.7});
  add_slow(description, "c", 3, Activation::kTanh, 0.1, 0.12);
  add_projection(description, "x", "a", fan_in(1.5));
  add_projection(description, "a", "b", fan_in(1.5));
  add_projection(description, "b", "c", fan_in(1));
  description.outputs = {{"c", Loss::kCrossEntropy, 0.8}};
}

void recurrent(NetworkDescription& description) {
  add_input(description, "x", 2);
  add_slow(description, "a", 3, Activation::kTanh, 0.15, 0.1);
  add_slow(description, "b", 2, Activation::kSoftplus, 0.1, 0.12);
  add_projection(description, "x", "a", fan_in(1));
  add_projection(description, "a", "a", fan_in(0.2));
  add_projection(description, "a", "b", fan_in(0.4));
  ProjectionDescription& back = add_projection(description, "b", "a", fan_in(0.3));
  back.backward = BackwardRule::kMirror;
  back.backward_weights = all(0.2);
  description.outputs = {{"b", Loss::kMeanSquaredError, 0.4}};
}

void skipping(NetworkDescription& description) {
  add_input(description, "x", 2);
  add_slow(description, "a", 5, Activation::kTanh, 0.12, 0.1);
  add_slow(description, "b", 5, Activation::kSigmoid, 0.08, 0.1);
  add_slow(description, "c", 2, Activation::kLinear, 0.1, 0.06).gamma = 0.2;
  add_projection(description, "x", "a", fan_in(1));
  ProjectionDescription& lateral = add_projection(description, "a", "a", fan_in(0.3));
  lateral.connectivity.kind = ConnectivityDescription::Kind::kSparse;
  lateral.connectivity.probability = 0.4;
  add_projection(description, "a", "b", fan_in(1)).connectivity.kind = ConnectivityDescription::Kind::kOneToOne;
  add_projection(description, "a", "c", fan_in(0.5)).backward = BackwardRule::kFixedRandom;
  add_projection(description, "b", "c", fan_in(0.7)).backward = BackwardRule::kNone;
  add_projection(description, "x", "c", fan_in(0.5));
  description.outputs = {{"c", Loss::kMeanSquaredError, 0.3}, {"b", Loss::kCrossEntropy, 0.5}};
}

// The constants that only a chip sets apart.
void set_apart(Network& network) {
  for (Population& population : network.populations) {
    for (std::size_t i = 0; i < population.tau_m.size(); ++i) {
      population.tau_v.push_back(0.9 * population.tau_r[i]);
      population.lead_u.push_back(0.5 + 0.1 * static_cast<double>(i));
      population.lead_v.push_back(1.1 - 0.1 * static_cast<double>(i));
    }
  }
}

}  // namespace

std::string name_of(AdjointGraph graph) {
  const char* const names[] = {"Chain", "Layered", "Recurrent", "Skipping", "Recovered", "Pole"};
  return names[static_cast<std::size_t>(graph)];
}

Network adjoint_graph(AdjointGraph graph, Integrator integrator) {
  NetworkDescription description;
  description.dt = 0.02;
  description.integrator = integrator;
  description.seed = 5;
  switch (graph) {
    case AdjointGraph::kChain:
      chain(description);
      break;
    case AdjointGraph::kLayered:
      layered(description);
      break;
    case AdjointGraph::kSkipping:
      skipping(description);
      break;
    case AdjointGraph::kRecurrent:
    case AdjointGraph::kRecovered:
    case AdjointGraph::kPole:
      recurrent(description);
      break;
  }
  if (graph == AdjointGraph::kRecovered) description.populations[1].tau_r = {};
  if (graph == AdjointGraph::kPole) {
    description.lead_bandwidth = 4;
    description.populations[0].tau_r = all(0.04);
    description.projections[1].weights = fan_in(0.6);
  }
  Network network = *built(description);
  if (graph == AdjointGraph::kRecovered) set_apart(network);
  return network;
}

SineRun::SineRun(const Network& network, std::size_t batch_size, std::size_t step_count)
    : batch(batch_size),
      steps(step_count),
      inputs(sines(batch, steps, static_cast<std::size_t>(network.input_channels()))),
      targets(sines(batch, steps, static_cast<std::size_t>(network.target_channels()))) {
  std::reverse(targets.begin(), targets.end());
}

std::vector<double> flat(const Gradients& gradients) {
  std::vector<double> row;
  const auto append = [&row](const std::vector<double>& values) {
    row.insert(row.end(), values.begin(), values.end());
  };
  for (const ProjectionGradients& projection : gradients.projections) append(projection.weights);
  for (const PopulationGradients& population : gradients.populations) {
    append(population.bias);
    append(population.tau_m);
    append(population.tau_r);
  }
  return row;
}

}  // namespace vle
