#pragma once

#include <initializer_list>
#include <string>
#include <vle/network/network.hpp>

namespace vle {

/// One value for all.
ParameterDescription all(double value);
ParameterDescription list(std::initializer_list<double> values);
ParameterDescription drawn(Distribution::Kind kind, double first, double second = 0);

/// x (2 channels) -> hidden (3, tanh) -> out (2, linear, output), dense, dt 1 ms, every neuron instantaneous.
NetworkDescription layered();

/// One population `pool` of `size` linear neurons with the given recurrent weights, rho = tau_r/tau_m.
NetworkDescription recurrent(std::int64_t size, std::initializer_list<double> weights, double rho);

/// Builds, and fails the test with every diagnostic where that does not work.
Network built(const NetworkDescription& description);

/// `path: message` of every mistake, one a line; empty for a good description.
std::string mistakes_of(const NetworkDescription& description);

}  // namespace vle
