#pragma once

#include <cstdint>
#include <vle/dynamics/parameters.hpp>
#include <vle/network/network.hpp>

namespace vle::training {

/// Aligns B with W before anything is learned, without weight transport. In each of kSpontaneousSteps steps every
/// neuron is active by chance, n_i ~ N(0, 1), and the two synapses between neurons j and i, which both see the product,
/// add it and decay (Kolen and Pollack):
///
///     W_ij <- (1 - share) W_ij + kick_i n_i n_j
///     B_ji <- (1 - share) B_ji + kick_i n_i n_j          where B is learned
///
/// The difference of B and W^T decays by exp(-kSpontaneousDecay), while chance keeps the variance of W at 1/fan-in. So
/// nothing has to decay while the network learns. W comes out the same whatever the rule. Projections from inputs,
/// which send no error back, stay as they are.
void align_by_spontaneous_activity(const Network& network, std::uint64_t seed, Parameters& parameters);

inline constexpr std::size_t kSpontaneousSteps = 1000;
inline constexpr double kSpontaneousDecay = 5;

}  // namespace vle::training
