#pragma once

#include <cstdint>
#include <vector>
#include <vle/dynamics/adjoint.hpp>
#include <vle/network/network.hpp>

namespace vle::training {

/// x (1) -> a (3, tanh, slow) -> y (1, linear, instantaneous, output); gamma 0.2; fails the test where it does not
/// build.
Network small_network(double tau_m, double tau_r);

/// a (2, linear) with strong synapses onto itself, stable for instantaneous errors but not for prospective ones.
Network recurrent_network();

/// One trial of slow sines in, and others as target.
struct SmallSignals {
  explicit SmallSignals(std::size_t steps);
  AdjointSignals view() const;

  std::vector<double> inputs;
  std::vector<double> targets;
};

}  // namespace vle::training
