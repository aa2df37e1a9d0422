#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>
#include <vle/dynamics/adjoint.hpp>
#include <vle/network/network.hpp>

namespace vle {

/// Networks small enough for finite differences over every parameter, all with gamma above 0.
enum class AdjointGraph {
  kChain,      ///< x -> slow softplus neuron -> slow linear neuron
  kLayered,    ///< 2-4-3-3, tanh and sigmoid, own constants per neuron, gains g0 and g1, cross entropy
  kRecurrent,  ///< two populations with lateral weights that excite each other, mirrored backward weights
  kSkipping,   ///< sparse lateral, one-to-one and skip connections, two outputs with both losses, random backward
               ///< weights
  kRecovered,  ///< as read back from a chip: tau_v and both lead ratios set apart, one population tied
  kPole,       ///< recurrent with a feedthrough loop that only the pole behind the leads keeps stable
};

inline constexpr AdjointGraph kAdjointGraphs[] = {AdjointGraph::kChain,     AdjointGraph::kLayered,
                                                  AdjointGraph::kRecurrent, AdjointGraph::kSkipping,
                                                  AdjointGraph::kRecovered, AdjointGraph::kPole};

std::string name_of(AdjointGraph graph);
Network adjoint_graph(AdjointGraph graph, Integrator integrator);

/// A run of sines with its own signals.
struct SineRun {
  SineRun(const Network& network, std::size_t batch, std::size_t steps);

  AdjointSignals signals() const { return {batch, steps, inputs, targets, nullptr}; }

  std::size_t batch;
  std::size_t steps;
  std::vector<double> inputs;
  std::vector<double> targets;
};

/// All gradients in one row: of weights, bias, tau_m and tau_r.
std::vector<double> flat(const Gradients& gradients);

}  // namespace vle
