#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>
#include <vle/dynamics/adjoint.hpp>
#include <vle/dynamics/dynamics.hpp>

namespace vle {

/// A filter F = I-_{tau_m} D+_{tau_r} behind a delay, one lane each.
struct DelayedTrace {
  std::vector<double> line;      ///< delay x width, the oldest value at step mod delay; what enters, before F
  std::vector<double> low_pass;  ///< of F
};

/// What synapses and neurons remember under Eligibility::kTrace. Arrays of what does not learn are empty.
struct EligibilityState {
  std::uint64_t steps = 0;                ///< integration steps since the trial began
  std::vector<DelayedTrace> projections;  ///< line: senders x batch; low pass: synapses x batch, ordered as W
  std::vector<DelayedTrace> populations;  ///< of tau_m: neurons x batch, of the drive
};

/// Integration steps by which the error of each population lags the rates it judges: 1 at an output, and 2 more for
/// each hop away from it along projections that carry errors, by the shortest way. 0 where no error arrives.
std::vector<std::size_t> error_delays(const Network& network);

/// At rest, for every array of `gradients` that is not empty.
EligibilityState initial_eligibility(const Network& network, const std::vector<std::size_t>& delays, std::size_t batch,
                                     const Gradients& gradients);

/// Adds the gradients of the trace rules (vle/dynamics/rule.hpp) of the integration step at hand, averaged over the
/// batch, and moves the traces on. Called where add_local_gradients() is. The correlation of a sender with the exact
/// error of a neuron is that of its trace with the error the neuron received, since F is the adjoint of A:
///
///     <r_j, e*_i> = <r_j, A eps_i> = <F_i r_j, eps_i>
///
/// so nothing is approximated here but the eps that arrives. The delays keep a trace until the error about it is back.
/// A pole behind the leads is left out of F.
void add_trace_gradients(const Dynamics& dynamics, const Parameters& parameters, const State& state,
                         const std::vector<std::size_t>& delays, EligibilityState& eligibility, Gradients& gradients);

}  // namespace vle
