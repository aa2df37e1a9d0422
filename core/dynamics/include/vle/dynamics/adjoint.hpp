#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>
#include <vle/dynamics/dynamics.hpp>
#include <vle/dynamics/parameters.hpp>
#include <vle/dynamics/state.hpp>
#include <vle/result/result.hpp>

namespace vle {

/// Which system the oracle differentiates (SCIENCE.md 4).
enum class AdjointMode {
  kFree,  ///< gamma = 0: errors do not touch the rates. What local rules are compared with
  kFull,  ///< the network as simulated: errors reach the rates through gamma, W also where a projection sends errors
          ///< back by W^T, and phi' moves with the rates
};

struct AdjointErrors;

struct AdjointOptions {
  AdjointMode mode = AdjointMode::kFree;
  /// Steps of `dt` at the start whose loss does not count. Targets nudge in them all the same (kFull).
  std::size_t settling_steps = 0;
  /// Bytes for checkpoints and the recorded segment between two of them.
  std::size_t memory_budget = std::size_t{256} << 20;
  /// Called once per integration step, from the last to the first.
  std::function<void(const AdjointErrors&)> on_step;
};

/// Signals of one run, laid out batch x steps x channels. The views must outlive the call.
struct AdjointSignals {
  std::size_t batch = 1;
  std::size_t steps = 0;            ///< of `dt`
  std::span<const double> inputs;   ///< network().input_channels() channels
  std::span<const double> targets;  ///< network().target_channels() channels
  const State* initial = nullptr;   ///< where the run starts, taken as constant; null: at rest
};

/// Exact error signals at one integration step, which a local rule's e and epsilon approximate: the step's gradient of
/// W_ij is minus the mean over the batch of e_i r_j, with r of the step before. e = A epsilon, the neuron's own adjoint
/// filter, without the hop that separates a local epsilon from the rates it judges: what an output is told in step n
/// stands here in step n - 1. Per population, neurons x batch as in PopulationState.
struct AdjointErrors {
  std::size_t step = 0;                      ///< integration step, from 0
  std::vector<std::vector<double>> e;        ///< -batch dL/ds
  std::vector<std::vector<double>> epsilon;  ///< -batch dL/d(lookahead), by way of this step's r and phi'
};

struct PopulationGradients {
  std::vector<double> bias;
  std::vector<double> tau_m;  ///< per second
  std::vector<double> tau_r;  ///< per second
};

struct ProjectionGradients {
  std::vector<double> weights;  ///< ordered as Synapses::values
};

/// dL/dparameter, shaped as Parameters. Where tau_m and tau_r are tied, both hold the derivative of moving them
/// together.
struct Gradients {
  std::vector<PopulationGradients> populations;
  std::vector<ProjectionGradients> projections;
};

struct AdjointResult {
  double loss = 0;
  Gradients gradients;
  State final_state;  ///< after the last step, to go on from in the same mode: kFree leaves the error signals without
                      ///< meaning
};

/// Gradients of the loss L of a run, exact but for rounding: the discrete adjoint of Dynamics::step, integrated
/// backwards. It is the non-causal reference of SCIENCE.md 3,
///     D-_{tau_m} e = D-_{tau_r} { phi' (W^T e + beta target error) },
/// in the steps that the network takes, sub-steps and the pole behind the leads included.
///
/// L sums over integration steps n and outputs, and is the mean over the batch, of
///     mean squared error   beta 1/2 |r*[n] - r[n-1]|^2
///     cross entropy        beta (log sum_i exp(r_i[n-1]) - sum_i r*_i[n] r_i[n-1])
/// so that minus its derivative to r[n-1] is what the step itself forms as target error: beta (r*[n] - r[n-1]), or beta
/// (r*[n] - softmax(r[n-1])). Times Dynamics::integration_dt() it is the integral of the loss over time.
///
/// `parameters` must have coefficients that fit their time constants (Dynamics::update_coefficients). B of a mirrored
/// or random projection, gains, tau_v, lead ratios of a recovered network, and the initial state are constants.
///
/// A run that does not fit into the memory budget is run twice, from checkpoints; the numbers are the same to the bit.
/// Errors: kInvalidInput for signals of the wrong shape or a gradient that is not finite; kDoesNotFit where the budget
/// is below the least of plan_adjoint_memory().
[[nodiscard]] Result<AdjointResult> adjoint_gradients(const Dynamics& dynamics, const Parameters& parameters,
                                                      const AdjointSignals& signals,
                                                      const AdjointOptions& options = {});

/// How a run is cut: a checkpoint before every segment but a single one, and the record of one segment at a time.
struct AdjointMemory {
  std::size_t segment_steps = 0;  ///< integration steps
  std::size_t segments = 0;
  std::size_t bytes = 0;  ///< of checkpoints and record together
};

/// The cut for a run of `steps` steps of dt: all of it in one segment if that fits, else the segments that need the
/// least memory, which grows as the square root of the steps.
[[nodiscard]] Result<AdjointMemory> plan_adjoint_memory(const Dynamics& dynamics, AdjointMode mode, std::size_t batch,
                                                        std::size_t steps, std::size_t memory_budget);

}  // namespace vle
