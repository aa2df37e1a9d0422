#include <vle/dynamics/adjoint.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vle/result/check.hpp>

#include "adjoint_checkpoints.hpp"
#include "adjoint_sweep.hpp"
#include "adjoint_tape.hpp"

namespace vle {
namespace {

// The network whose own step is one integration step. Free: without errors, which leaves the rates of gamma = 0.
std::shared_ptr<const Network> stepwise(const Dynamics& dynamics, AdjointMode mode) {
  Network network = dynamics.network();
  network.dt = dynamics.integration_dt();
  network.integrator = dynamics.integrator();
  if (mode == AdjointMode::kFree) {
    for (Population& population : network.populations) population.gamma = 0;
    for (Projection& projection : network.projections) projection.backward = BackwardRule::kNone;
  }
  return std::make_shared<const Network>(std::move(network));
}

Result<> check_signal(const char* name, std::span<const double> values, std::int64_t channels,
                      const AdjointSignals& signals) {
  const std::size_t wanted = signals.batch * signals.steps * static_cast<std::size_t>(channels);
  if (values.size() == wanted) return {};
  return fail(ErrorCode::kInvalidInput,
              "adjoint: {} have {} values; {} trials of {} steps of {} channels are {}: pass batch x steps x channels",
              name, values.size(), signals.batch, signals.steps, channels, wanted);
}

void check_shapes(const Network& network, const Parameters& parameters, const AdjointSignals& signals) {
  VLE_CHECK(signals.batch > 0, "a batch of {} trials", signals.batch);
  VLE_CHECK(parameters.populations.size() == network.populations.size(), "parameters of {} populations, not {}",
            parameters.populations.size(), network.populations.size());
  VLE_CHECK(parameters.projections.size() == network.projections.size(), "parameters of {} projections, not {}",
            parameters.projections.size(), network.projections.size());
  if (!signals.initial) return;
  VLE_CHECK(signals.initial->batch == signals.batch, "initial state of {} trials, signals of {}",
            signals.initial->batch, signals.batch);
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

Result<> check_finite(const Network& network, const AdjointResult& result) {
  const char* const advice = "the run or its adjoint diverges: lower the weights or dt, or shorten the run";
  if (!std::isfinite(result.loss)) return fail(ErrorCode::kInvalidInput, "adjoint: the loss is not finite; {}", advice);
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const PopulationGradients& gradients = result.gradients.populations[p];
    if (all_finite(gradients.bias) && all_finite(gradients.tau_m) && all_finite(gradients.tau_r)) continue;
    return fail(ErrorCode::kInvalidInput, "adjoint: gradients of population \"{}\" are not finite; {}",
                network.populations[p].name, advice);
  }
  for (std::size_t q = 0; q < network.projections.size(); ++q) {
    if (all_finite(result.gradients.projections[q].weights)) continue;
    return fail(ErrorCode::kInvalidInput, "adjoint: gradients of projection \"{}\" are not finite; {}",
                network.projections[q].name, advice);
  }
  return {};
}

// One run forwards, keeping checkpoints, and back, segment by segment.
class CheckpointedRun {
 public:
  CheckpointedRun(const Dynamics& dynamics, const Parameters& parameters, const AdjointSignals& signals,
                  const AdjointOptions& options)
      : dynamics_(stepwise(dynamics, options.mode)),
        parameters_(parameters),
        signals_(signals),
        options_(options),
        substeps_(static_cast<std::size_t>(dynamics.substeps())),
        steps_(signals.steps * substeps_),
        input_channels_(static_cast<std::size_t>(dynamics.network().input_channels())),
        target_channels_(static_cast<std::size_t>(dynamics.network().target_channels())) {}

  Result<AdjointResult> take() {
    State state = signals_.initial ? *signals_.initial : dynamics_.initial_state(signals_.batch);
    const Result<AdjointMemory> cut = cut_run(steps_, checkpoint_bytes(state),
                                              AdjointTape::frame_bytes(state, options_.mode), options_.memory_budget);
    if (!cut) return tl::unexpected(cut.error());
    AdjointTape tape(state, options_.mode, cut->segment_steps + 1);
    std::vector<State> checkpoints;
    const std::size_t last = (cut->segments - 1) * cut->segment_steps;
    for (std::size_t step = 0; step < last; ++step) {
      if (step % cut->segment_steps == 0) checkpoints.push_back(state);
      take_step(step, state);
    }
    record(tape, last, steps_, state);
    AdjointResult result;
    result.final_state = state;
    AdjointSweep sweep(dynamics_, parameters_, signals_.batch, options_.mode);
    sweep_back(tape, last, steps_, sweep);
    for (std::size_t segment = checkpoints.size(); segment-- > 0;) {
      const std::size_t first = segment * cut->segment_steps;
      record(tape, first, first + cut->segment_steps, checkpoints[segment]);
      sweep_back(tape, first, first + cut->segment_steps, sweep);
    }
    result.loss = sweep.loss();
    result.gradients = sweep.gradients();
    return result;
  }

 private:
  SignalView view(std::span<const double> values, std::size_t channels, std::size_t step) const {
    return {values.data() + step / substeps_ * channels, signals_.steps * channels};
  }

  AdjointStep step_at(std::size_t step) const {
    return {step, view(signals_.inputs, input_channels_, step), view(signals_.targets, target_channels_, step),
            step / substeps_ >= options_.settling_steps};
  }

  void take_step(std::size_t index, State& state) const {
    const AdjointStep step = step_at(index);
    dynamics_.step(parameters_, state, step.inputs, options_.mode == AdjointMode::kFull ? step.targets : SignalView{});
  }

  // Leaves the state after the last of the steps [first, end) in `state`.
  void record(AdjointTape& tape, std::size_t first, std::size_t end, State& state) const {
    tape.record(0, state);
    for (std::size_t step = first; step < end; ++step) {
      take_step(step, state);
      tape.record(step - first + 1, state);
    }
  }

  void sweep_back(const AdjointTape& tape, std::size_t first, std::size_t end, AdjointSweep& sweep) const {
    for (std::size_t step = end; step-- > first;) {
      sweep.step_back(tape, step - first + 1, step_at(step));
      if (options_.on_step) options_.on_step(sweep.errors());
    }
  }

  Dynamics dynamics_;
  const Parameters& parameters_;
  const AdjointSignals& signals_;
  const AdjointOptions& options_;
  std::size_t substeps_;
  std::size_t steps_;
  std::size_t input_channels_;
  std::size_t target_channels_;
};

}  // namespace

Result<AdjointResult> adjoint_gradients(const Dynamics& dynamics, const Parameters& parameters,
                                        const AdjointSignals& signals, const AdjointOptions& options) {
  const Network& network = dynamics.network();
  check_shapes(network, parameters, signals);
  if (Result<> checked = check_signal("inputs", signals.inputs, network.input_channels(), signals); !checked) {
    return tl::unexpected(checked.error());
  }
  if (Result<> checked = check_signal("targets", signals.targets, network.target_channels(), signals); !checked) {
    return tl::unexpected(checked.error());
  }
  Result<AdjointResult> result = CheckpointedRun(dynamics, parameters, signals, options).take();
  if (!result) return result;
  if (Result<> checked = check_finite(network, *result); !checked) return tl::unexpected(checked.error());
  return result;
}

}  // namespace vle
