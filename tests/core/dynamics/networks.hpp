#pragma once

#include <cstdint>
#include <memory>
#include <vector>
#include <vle/dynamics/dynamics.hpp>
#include <vle/dynamics/learner.hpp>
#include <vle/network/network.hpp>

namespace vle {

/// One value for all.
ParameterDescription all(double value);

/// Adds an input, a population, a projection with these weights.
void add_input(NetworkDescription& description, const std::string& name, std::int64_t size);
PopulationDescription& add_population(NetworkDescription& description, const std::string& name, std::int64_t size,
                                      Activation activation, double tau_m);
ProjectionDescription& add_projection(NetworkDescription& description, const std::string& from, const std::string& to,
                                      const ParameterDescription& weights);

/// Weights that are drawn fan-in normal with this gain.
ParameterDescription fan_in(double gain);

/// x (2) -> a (4, tanh) -> b (3, sigmoid, recurrent) -> c (2, linear, output), x -> c skips; gamma 0.3, slow and mixed.
NetworkDescription mixed_network();

/// Builds, and fails the test with every diagnostic where that does not work.
std::shared_ptr<const Network> built(const NetworkDescription& description);

/// A smooth test signal: trials x steps x channels, sines of different phases.
std::vector<double> sines(std::size_t trials, std::size_t steps, std::size_t channels);

/// A network at rest, with its parameters, that takes one step after the other.
struct Runner {
  explicit Runner(std::shared_ptr<const Network> network, std::size_t batch = 1, DynamicsOptions options = {})
      : dynamics(std::move(network), options),
        parameters(dynamics.initial_parameters()),
        state(dynamics.initial_state(batch)) {}

  Dynamics dynamics;
  Parameters parameters;
  State state;
};

/// The same, and it learns as the network says.
struct LearningRunner : Runner {
  explicit LearningRunner(std::shared_ptr<const Network> network, std::size_t batch = 1, LearnerOptions options = {})
      : Runner(std::move(network), batch),
        learner(dynamics, std::move(options)),
        learning(learner.initial_state(batch)) {}

  void step(SignalView inputs, SignalView targets, LearningParts parts = {}) {
    learner.step(parameters, state, learning, inputs, targets, parts);
  }

  Learner learner;
  LearnerState learning;
};

}  // namespace vle
