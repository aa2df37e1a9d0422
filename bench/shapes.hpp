#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/network/network.hpp>

namespace vle::bench {

/// A stack of layers, the first of them the input; tanh neurons, the last layer linear.
struct Shape {
  std::vector<std::int64_t> layers;
  std::size_t batch = 1;

  /// `512-512-512-10 x 32`
  std::string name() const;
  std::int64_t synapses() const;
};

/// The shapes of the peers' tables (docs/performance.md).
std::vector<Shape> peers_shapes();

struct StackOptions {
  BackwardRule backward = BackwardRule::kTranspose;
  double eta = 1e-4;   ///< 1/s: learning rate of weights and biases
  bool drawn = false;  ///< weights are drawn, not all the same
};

std::shared_ptr<const Network> make_stack(const std::vector<std::int64_t>& layers, const StackOptions& options = {});
/// `size` tanh neurons, each of which hears all of them, and a linear output that hears all of them.
std::shared_ptr<const Network> make_recurrent(std::int64_t size);
/// Two layers of `size` neurons with a share of all synapses between them.
std::shared_ptr<const Network> make_sparse(std::int64_t size, double share);

/// Sines in every channel, another phase in every trial.
Stimulus make_stimulus(const Network& network, std::size_t batch, std::int64_t steps);

}  // namespace vle::bench
