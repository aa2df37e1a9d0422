#include <vle/training/train_on_chip.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "check_training.hpp"

namespace vle::training {
namespace {

/// `count` trials from `first`, going on from trial 0 after the last.
Stimulus take_trials(const Stimulus& all, std::int64_t first, std::int64_t count) {
  Stimulus part{count, all.steps, all.input_channels, all.target_channels, {}, {}};
  const auto copy = [&](const std::vector<double>& from, std::int64_t channels, std::vector<double>& to) {
    const std::int64_t size = all.steps * channels;
    for (std::int64_t k = 0; k < count; ++k) {
      const auto begin = from.begin() + (first + k) % all.batch * size;
      to.insert(to.end(), begin, begin + size);
    }
  };
  copy(all.inputs, all.input_channels, part.inputs);
  copy(all.targets, all.target_channels, part.targets);
  return part;
}

/// Plays epochs batch by batch.
class ChipTrainer {
 public:
  ChipTrainer(HostLearner& learner, const Stimulus& signals, const ChipTrainOptions& options)
      : learner_(learner),
        signals_(signals),
        options_(options),
        batch_(options.batch > 0 ? static_cast<std::int64_t>(options.batch) : signals.batch),
        batches_((signals.batch + batch_ - 1) / batch_) {}

  Result<> run(Training& training) {
    EarlyStop early{options_.patience, 0, {}};
    for (std::size_t epoch = 0; epoch < options_.epochs && !training.stopped_early; ++epoch) {
      const auto loss = run_epoch(epoch);
      if (!loss) return tl::unexpected(loss.error());
      training.interrupted = !loss->has_value();
      if (training.interrupted) return {};
      training.losses.push_back(**loss);
      learner_.report_loss(**loss);
      training.checkpoint = learner_.checkpoint();
      training.stopped_early = options_.patience > 0 && early.should_stop(**loss);
    }
    return {};
  }

 private:
  Result<std::optional<double>> run_epoch(std::size_t epoch) {
    double sum = 0;
    for (std::int64_t k = 0; k < batches_; ++k) {
      if (options_.stop.stop_requested()) return std::optional<double>{};
      auto loss = learner_.learn(take_trials(signals_, k * batch_, batch_), options_.stop);
      if (!loss || !loss->has_value()) return loss;
      sum += **loss;
      if (!options_.progress) continue;
      const std::int64_t done = static_cast<std::int64_t>(epoch) * batches_ + k + 1;
      options_.progress(done * batch_, static_cast<std::int64_t>(options_.epochs) * batches_ * batch_, **loss);
    }
    return std::optional(sum / static_cast<double>(batches_));
  }

  HostLearner& learner_;
  const Stimulus& signals_;
  const ChipTrainOptions& options_;
  std::int64_t batch_;
  std::int64_t batches_;
};

Result<> check(const Network& network, const Stimulus& signals, std::size_t batch) {
  AdjointSignals view;
  view.batch = static_cast<std::size_t>(signals.batch);
  view.steps = static_cast<std::size_t>(signals.steps);
  view.inputs = signals.inputs;
  view.targets = signals.targets;
  if (auto checked = check_training(network, view); !checked) return checked;
  if (batch <= view.batch) return {};
  return fail(ErrorCode::kInvalidInput, "training: a batch of {} trials, but there are {}", batch, view.batch);
}

}  // namespace

Result<ChipTraining> train_on_chip(const Network& network, const ParameterMap& map, Backend& backend,
                                   const Stimulus& signals, const ChipTrainOptions& options) {
  if (auto checked = check(network, signals, options.batch); !checked) return tl::unexpected(checked.error());
  auto learner = HostLearner::create(network, map, backend, options.host);
  if (!learner) return tl::unexpected(learner.error());
  if (!options.resume.empty()) {
    if (auto resumed = learner->resume(options.resume); !resumed) return tl::unexpected(resumed.error());
  }
  ChipTraining result;
  if (auto ran = ChipTrainer(*learner, signals, options).run(result.training); !ran) return tl::unexpected(ran.error());
  result.training.network = with_parameters(network, learner->parameters());
  result.map = learner->mapped().map();
  result.saturated = learner->mapped().saturated();
  result.counts = learner->counts();
  return result;
}

}  // namespace vle::training
