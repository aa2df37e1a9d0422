#include <vle/training/train.hpp>

#include <cmath>
#include <limits>
#include <utility>
#include <vle/dynamics/energy.hpp>
#include <vle/dynamics/learner.hpp>

#include "check_training.hpp"
#include "signal_views.hpp"

namespace vle::training {
namespace {

/// A network in training, epoch by epoch.
class Trainer {
 public:
  Trainer(const Network& network, const AdjointSignals& signals, const TrainOptions& options)
      : learner_(Dynamics(std::make_shared<const Network>(network))), signals_(signals), options_(options) {
    const Dynamics& dynamics = learner_.dynamics();
    now_ = {dynamics.initial_parameters(), dynamics.initial_state(signals.batch),
            learner_.initial_state(signals.batch)};
  }

  Result<> resume() {
    if (options_.resume.empty()) return {};
    auto checkpoint = checkpoint_from_bytes(learner_, options_.resume);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    if (checkpoint->state.batch != signals_.batch) {
      return fail(ErrorCode::kInvalidInput, "the checkpoint is of {} trials, the signals have {}",
                  checkpoint->state.batch, signals_.batch);
    }
    now_ = std::move(*checkpoint);
    return {};
  }

  /// Returns the loss of the epoch, or nothing where it was interrupted.
  Result<std::optional<double>> epoch(std::size_t index, double last_loss) {
    now_.state = learner_.dynamics().initial_state(signals_.batch);
    learner_.start_trial(now_.learning);
    if (options_.rule && options_.rule->is_exact) return exact_epoch(index, last_loss);
    const Network& network = learner_.dynamics().network();
    double loss = 0;
    mismatch_.assign(network.populations.size(), 0.0);
    for (std::size_t step = 0; step < signals_.steps; ++step) {
      if (options_.stop.stop_requested()) return std::optional<double>{};
      const SignalView targets = target_view(network, signals_, step);
      // The target of a step judges the rates before it.
      measure_energy(learner_.dynamics(), now_.parameters, now_.state, targets, energy_);
      for (const double cost : energy_.cost) loss += cost;
      for (std::size_t k = 0; k < energy_.mismatch.size(); ++k) mismatch_[k / energy_.batch] += energy_.mismatch[k];
      learner_.step(now_.parameters, now_.state, now_.learning, input_view(network, signals_, step), targets);
      report(index, step + 1, last_loss);
    }
    const auto count = static_cast<double>(signals_.steps * signals_.batch);
    for (double& sum : mismatch_) sum /= count;
    return std::optional(loss / count);
  }

  /// Of the last whole epoch, per population.
  const std::vector<double>& mismatch() const { return mismatch_; }

  /// The network as it has learned so far, gains and B included.
  Result<Alignment> measure_alignment() const {
    Network network = with_parameters(learner_.dynamics().network(), now_.parameters);
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
      network.populations[p].g0 = now_.parameters.populations[p].g0;
      network.populations[p].g1 = now_.parameters.populations[p].g1;
    }
    network.plasticity = learner_.plasticity();
    return measure_own_alignment(network, signals_, 0);
  }

  void report_loss(double loss) { learner_.report_loss(loss, now_.learning); }
  std::string checkpoint() const { return checkpoint_to_bytes(learner_, now_); }
  const Parameters& parameters() const { return now_.parameters; }

 private:
  Result<std::optional<double>> exact_epoch(std::size_t index, double last_loss) {
    if (options_.stop.stop_requested()) return std::optional<double>{};
    auto exact = adjoint_gradients(learner_.dynamics(), now_.parameters, signals_);
    if (!exact) return tl::unexpected(exact.error());
    const auto steps = static_cast<std::int64_t>(signals_.steps);
    now_.learning.gradients = std::move(exact->gradients);
    now_.learning.gathered = steps;
    now_.learning.steps += steps;
    learner_.update(now_.parameters, now_.learning);
    report(index, signals_.steps, last_loss);
    return std::optional(exact->loss / static_cast<double>(signals_.steps));
  }

  void report(std::size_t index, std::size_t step, double last_loss) const {
    if (!options_.progress) return;
    options_.progress(static_cast<std::int64_t>(index * signals_.steps + step),
                      static_cast<std::int64_t>(options_.epochs * signals_.steps), last_loss);
  }

  Learner learner_;
  const AdjointSignals& signals_;
  const TrainOptions& options_;
  Checkpoint now_;
  ProspectiveEnergy energy_;
  std::vector<double> mismatch_;
};

Result<> record_epoch(const Trainer& trainer, const TrainOptions& options, Training& training) {
  const bool is_exact = options.rule && options.rule->is_exact;
  if (!is_exact) training.mismatch.push_back(trainer.mismatch());
  const std::size_t epoch = training.losses.size();
  if (is_exact || options.align_every == 0 || epoch % static_cast<std::size_t>(options.align_every) != 0) return {};
  auto alignment = trainer.measure_alignment();
  if (!alignment) return tl::unexpected(alignment.error());
  training.alignment.push_back({epoch, std::move(alignment->rows)});
  return {};
}

Result<> run_epochs(Trainer& trainer, const TrainOptions& options, Training& training) {
  EarlyStop early{options.patience, 0, {}};
  double loss = std::numeric_limits<double>::quiet_NaN();
  training.checkpoint = trainer.checkpoint();
  for (std::size_t epoch = 0; epoch < options.epochs && !training.stopped_early; ++epoch) {
    const auto done = trainer.epoch(epoch, loss);
    if (!done) return tl::unexpected(done.error());
    training.interrupted = !done->has_value();
    if (training.interrupted) return {};
    loss = **done;
    if (!std::isfinite(loss)) {
      return fail(ErrorCode::kInvalidInput,
                  "epoch {}: the loss is not finite, so the network diverged; lower the learning rates", epoch + 1);
    }
    training.losses.push_back(loss);
    if (auto recorded = record_epoch(trainer, options, training); !recorded) return recorded;
    trainer.report_loss(loss);
    training.checkpoint = trainer.checkpoint();
    training.stopped_early = options.patience > 0 && early.should_stop(loss);
  }
  return {};
}

}  // namespace

Network with_parameters(Network network, const Parameters& parameters) {
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    Population& population = network.populations[p];
    const PopulationParameters& own = parameters.populations[p];
    population.tau_m = own.tau_m;
    population.tau_r = own.tau_r;
    population.bias = own.bias;
  }
  for (std::size_t q = 0; q < network.projections.size(); ++q) {
    network.projections[q].synapses.values = parameters.projections[q].weights;
    network.projections[q].backward_values = parameters.projections[q].backward;
  }
  network.loop_radii = bound_loop_radii(network);
  network.hash = hash_network(network);
  return network;
}

Result<Training> train(const Network& network, const AdjointSignals& signals, const TrainOptions& options) {
  if (auto checked = check_training(network, signals); !checked) return tl::unexpected(checked.error());
  auto ruled = options.rule ? with_rule(network, *options.rule, options.seed) : Result<Network>(network);
  if (!ruled) return tl::unexpected(ruled.error());
  Trainer trainer(*ruled, signals, options);
  if (auto resumed = trainer.resume(); !resumed) return tl::unexpected(resumed.error());
  Training training;
  if (auto ran = run_epochs(trainer, options, training); !ran) return tl::unexpected(ran.error());
  training.network = with_parameters(std::move(*ruled), trainer.parameters());
  return training;
}

}  // namespace vle::training
