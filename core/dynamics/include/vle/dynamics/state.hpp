#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vle {

/// Signals of one population (SCIENCE.md 2), each neurons x batch: element i * batch + trial. All start at 0.
struct PopulationState {
  std::vector<double> u;           ///< membrane
  std::vector<double> v;           ///< low-passed error
  std::vector<double> r;           ///< rate
  std::vector<double> phi_prime;   ///< slope where r was taken
  std::vector<double> epsilon;     ///< local error
  std::vector<double> e;           ///< prospective error, after the gains
  std::vector<double> s;           ///< synaptic input
  std::vector<double> drive;       ///< s + gamma e - u, before u moved
  std::vector<double> lookahead;   ///< D+_{tau_r} u; behind the pole where there is one
  std::vector<double> error_lead;  ///< D+_{tau_m} v; behind the pole where there is one
  std::vector<double> backward;    ///< sum_k B_ik e_k, for the next step
};

/// Everything of a running network that changes without learning. A copy is a checkpoint.
struct State {
  std::size_t batch = 1;
  std::vector<PopulationState> populations;
  std::vector<double> inputs;  ///< channels x batch: of the step at hand
};

}  // namespace vle
