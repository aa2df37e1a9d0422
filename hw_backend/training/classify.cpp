#include <vle/training/classify.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "check_training.hpp"
#include "classifier_student.hpp"
#include "draws.hpp"
#include "teacher.hpp"

namespace vle::training {
namespace {

constexpr std::int64_t kPlayedAtOnce = 100;
// Steps that a chip's outputs may come later than the network says: a few crossings between cores.
constexpr std::int64_t kMostLag = 32;
// Of what a teacher does: the errors that a chip's signals are scaled for.
constexpr double kProfiledError = 0.2;

std::vector<std::int64_t> range(std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), first);
  return indices;
}

/// An order of the samples that are learned from, by the draws of this epoch alone.
std::vector<std::int64_t> shuffled(std::int64_t count, std::uint64_t seed, std::int64_t epoch) {
  const Draws draws(seed, DrawPurpose::kOrder, static_cast<std::uint32_t>(epoch));
  std::vector<std::int64_t> order = range(0, count);
  for (std::size_t k = order.size(); k > 1; --k) {
    std::swap(order[k - 1], order[static_cast<std::size_t>(draws.uniform(k) * static_cast<double>(k))]);
  }
  return order;
}

/// The value of a sample at a place between two of its values.
double interpolated(const LabelledSamples& samples, std::int64_t sample, double place, std::int64_t channel) {
  const auto before = std::min(static_cast<std::int64_t>(place), samples.length - 1);
  const std::int64_t after = std::min(before + 1, samples.length - 1);
  const auto value = [&](std::int64_t at) {
    return samples.values[static_cast<std::size_t>((sample * samples.length + at) * samples.channels + channel)];
  };
  return value(before) + (place - static_cast<double>(before)) * (value(after) - value(before));
}

Result<> check_samples(const Network& network, const LabelledSamples& samples, const ClassifyOptions& options) {
  if (auto checked = check_plasticity(network); !checked) return checked;
  if (network.outputs.size() != 1 || network.input_channels() != samples.channels) {
    return fail(ErrorCode::kInvalidInput,
                "network \"{}\" has {} outputs and {} input channels; samples of {} channels are told apart by one "
                "output population",
                network.name, network.outputs.size(), network.input_channels(), samples.channels);
  }
  if (samples.count - options.hold_out < options.batch) {
    return fail(ErrorCode::kInvalidInput, "{} samples, of which {} are held out, are fewer than a batch of {}",
                samples.count, options.hold_out, options.batch);
  }
  for (std::size_t k = 0; k < samples.labels.size(); ++k) {
    if (samples.labels[k] >= 0 && samples.labels[k] < network.target_channels()) continue;
    return fail(ErrorCode::kInvalidInput, "sample {}: its label is {}; the network has outputs 0 to {}", k,
                samples.labels[k], network.target_channels() - 1);
  }
  return {};
}

/// Epochs of a student, and the best of them.
class Lessons {
 public:
  /// `teacher` may be null.
  Lessons(ClassifierStudent& student, const LabelledSamples& samples, const ClassifyOptions& options, Teacher* teacher)
      : student_(student),
        teacher_(teacher),
        samples_(samples),
        options_(options),
        learned_(samples.count - options.hold_out),
        batches_(learned_ / options.batch),
        shape_{options.steps > 0 ? options.steps : samples.length, student.network().target_channels(),
               student.sample_period()} {
    result_.network = student.network();
  }

  Result<Classifier> run() {
    if (auto followed = follow_student(); !followed) {
      if (followed.error().code == ErrorCode::kInterrupted) return interrupted();
      return tl::unexpected(followed.error());
    }
    double best = -1;
    if (student_.is_on_chip()) {
      if (auto begun = student_.begin(options_.batch); !begun) return tl::unexpected(begun.error());
      const auto accuracy = judge();
      if (!accuracy && accuracy.error().code == ErrorCode::kInterrupted) return interrupted();
      if (!accuracy) return tl::unexpected(accuracy.error());
      result_.accuracy_before = best = *accuracy;
      result_.best_epoch = kBeforeLearning;
      student_.keep();
    }
    for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch) {
      const auto loss = run_epoch(epoch);
      if (!loss) return tl::unexpected(loss.error());
      if (!loss->has_value()) return interrupted();
      student_.report_loss(**loss);
      const auto accuracy = judge();
      if (!accuracy && accuracy.error().code == ErrorCode::kInterrupted) return interrupted();
      if (!accuracy) return tl::unexpected(accuracy.error());
      result_.epochs.push_back({**loss, *accuracy});
      if (!(*accuracy > best)) continue;
      best = *accuracy;
      result_.best_epoch = epoch;
      result_.network = student_.network();
      student_.keep();
    }
    if (auto restored = student_.restore(); !restored) return tl::unexpected(restored.error());
    return std::move(result_);
  }

 private:
  Result<std::optional<double>> run_epoch(std::int64_t epoch) {
    const std::vector<std::int64_t> order = shuffled(learned_, options_.seed, epoch);
    double sum = 0;
    for (std::int64_t k = 0; k < batches_; ++k) {
      const auto first = order.begin() + k * options_.batch;
      Stimulus trials = make_trials(samples_, {first, first + options_.batch}, shape_);
      if (teacher_ != nullptr) {
        if (auto shown = teacher_->show(trials); !shown) return tl::unexpected(shown.error());
      }
      auto loss = student_.learn(trials, options_.stop);
      if (!loss || !loss->has_value()) return loss;
      if (!std::isfinite(**loss)) {
        return fail(ErrorCode::kInvalidInput,
                    "epoch {}: the loss is not finite, so the network diverged; lower the learning rates", epoch + 1);
      }
      sum += **loss;
      if (!options_.progress) continue;
      options_.progress((epoch * batches_ + k + 1) * options_.batch, options_.epochs * batches_ * options_.batch,
                        **loss);
    }
    return std::optional(sum / static_cast<double>(batches_));
  }

  /// Lets the teacher lag as far behind as the outputs of a chip do.
  Result<> follow_student() {
    if (teacher_ == nullptr || !student_.is_on_chip()) return {};
    Stimulus trials = make_trials(samples_, range(0, options_.batch), shape_);
    if (auto shown = teacher_->show(trials); !shown) return shown;
    Stimulus alone = trials;
    alone.targets.clear();
    alone.target_channels = 0;
    const auto outputs = play_outputs(alone);
    if (!outputs) return tl::unexpected(outputs.error());
    teacher_->set_lag(measure_lag(outputs->signals.front(), shape_.every, trials, kMostLag));
    result_.lag_steps = teacher_->lag();
    return {};
  }

  Result<Traces> play_outputs(const Stimulus& trials) {
    auto backend = student_.backend();
    if (!backend) return tl::unexpected(backend.error());
    RunOptions options;
    options.recordings = {{student_.output(), Signal::kR}};
    options.threads = options_.threads;
    options.stop = options_.stop;
    options.every = shape_.every;
    auto traces = (*backend)->run(trials, options);
    if (!traces) return traces;
    if (traces->report.interrupted)
      return fail(ErrorCode::kInterrupted, "interrupted while the chip's lag was measured");
    student_.correct(*traces);
    return traces;
  }

  Result<double> judge() {
    const bool held = options_.hold_out > 0;
    const std::int64_t count = held ? options_.hold_out : learned_;
    auto backend = student_.backend();
    if (!backend) return tl::unexpected(backend.error());
    return measure_accuracy(
        **backend, student_.output(), samples_, range(held ? learned_ : 0, count), shape_,
        [this](Traces& traces) { student_.correct(traces); }, options_.threads, options_.stop);
  }

  Result<Classifier> interrupted() {
    result_.interrupted = true;
    if (result_.epochs.empty()) result_.network = student_.network();
    return std::move(result_);
  }

  ClassifierStudent& student_;
  Teacher* teacher_;
  const LabelledSamples& samples_;
  const ClassifyOptions& options_;
  std::int64_t learned_;
  std::int64_t batches_;
  SampleTrials shape_;
  Classifier result_;
};

}  // namespace

Stimulus make_trials(const LabelledSamples& samples, const std::vector<std::int64_t>& chosen, SampleTrials shape) {
  Stimulus trials{static_cast<std::int64_t>(chosen.size()), shape.steps, samples.channels, shape.classes, {}, {}};
  const double stride =
      shape.steps > 1 ? static_cast<double>(samples.length - 1) / static_cast<double>(shape.steps - 1) : 0;
  const std::size_t steps = chosen.size() * static_cast<std::size_t>(shape.steps);
  trials.inputs.reserve(steps * static_cast<std::size_t>(samples.channels));
  trials.targets.reserve(steps * static_cast<std::size_t>(shape.classes));
  for (const std::int64_t sample : chosen) {
    for (std::int64_t step = 0; step < shape.steps; ++step) {
      for (std::int64_t c = 0; c < samples.channels; ++c) {
        trials.inputs.push_back(interpolated(samples, sample, stride * static_cast<double>(step), c));
      }
      for (std::int64_t c = 0; c < shape.classes; ++c) {
        trials.targets.push_back(samples.labels[static_cast<std::size_t>(sample)] == c ? 1.0 : 0.0);
      }
    }
  }
  return trials;
}

Result<Stimulus> make_profile(const Network& network, const LabelledSamples& samples, std::int64_t count,
                              SampleTrials shape, const std::shared_ptr<const Network>& teacher) {
  Stimulus trials = make_trials(samples, range(0, std::min(count, samples.count)), shape);
  if (!teacher) return trials;
  const auto shown = Teacher::create(teacher, network);
  if (!shown) return tl::unexpected(shown.error());
  if (auto played = shown->show(trials); !played) return tl::unexpected(played.error());
  for (double& target : trials.targets) target *= 1 - kProfiledError;
  return trials;
}

Result<double> measure_accuracy(Backend& backend, const std::string& population, const LabelledSamples& samples,
                                const std::vector<std::int64_t>& chosen, SampleTrials shape,
                                const CorrectTraces& correct, int threads, const std::stop_token& stop) {
  RunOptions options;
  options.recordings = {{population, Signal::kR}};
  options.threads = threads;
  options.stop = stop;
  options.every = shape.every;
  std::int64_t right = 0;
  for (std::size_t at = 0; at < chosen.size(); at += kPlayedAtOnce) {
    const std::vector<std::int64_t> part(
        chosen.begin() + static_cast<std::ptrdiff_t>(at),
        chosen.begin() + static_cast<std::ptrdiff_t>(std::min(at + kPlayedAtOnce, chosen.size())));
    Stimulus trials = make_trials(samples, part, shape);
    trials.targets.clear();
    trials.target_channels = 0;
    options.first_trial = static_cast<std::int64_t>(at);
    auto traces = backend.run(trials, options);
    if (!traces) return tl::unexpected(traces.error());
    if (correct) correct(*traces);
    if (traces->report.interrupted) return fail(ErrorCode::kInterrupted, "interrupted while accuracy was measured");
    const SignalTrace& r = traces->signals.front();
    std::vector<double> sums(part.size() * static_cast<std::size_t>(r.neurons), 0.0);
    const auto per_trial = static_cast<std::size_t>(r.samples * r.neurons);
    const auto classes = static_cast<std::size_t>(r.neurons);
    for (std::size_t k = 0; k < r.size(); ++k) sums[k / per_trial * classes + k % classes] += r.value(k);
    for (std::size_t k = 0; k < part.size(); ++k) {
      const auto first = sums.begin() + static_cast<std::ptrdiff_t>(k * classes);
      const auto guess = std::max_element(first, first + static_cast<std::ptrdiff_t>(classes)) - first;
      if (guess == samples.labels[static_cast<std::size_t>(part[k])]) ++right;
    }
  }
  return static_cast<double>(right) / static_cast<double>(chosen.size());
}

namespace {

Result<Classifier> run_lessons(ClassifierStudent& student, const LabelledSamples& samples,
                               const ClassifyOptions& options) {
  if (!options.teacher) return Lessons(student, samples, options, nullptr).run();
  auto teacher = Teacher::create(options.teacher, student.network());
  if (!teacher) return tl::unexpected(teacher.error());
  return Lessons(student, samples, options, &*teacher).run();
}

}  // namespace

Network with_squared_error(Network network) {
  for (Output& output : network.outputs) output.loss = Loss::kMeanSquaredError;
  network.hash = hash_network(network);
  return network;
}

Result<Classifier> train_classifier(const Network& network, const LabelledSamples& samples,
                                    const ClassifyOptions& options) {
  if (auto checked = check_samples(network, samples, options); !checked) return tl::unexpected(checked.error());
  const auto batch = static_cast<std::size_t>(options.batch);
  if (options.reference.precision == Precision::kSingle) {
    if (auto checked = SweepDynamics::check_learning(network); !checked) return tl::unexpected(checked.error());
    SweepStudent student(network, batch, options.reference);
    return run_lessons(student, samples, options);
  }
  ReferenceStudent student(network, batch, options.reference);
  return run_lessons(student, samples, options);
}

Result<Classifier> train_classifier_on_chip(const Network& network, const ParameterMap& map, Backend& backend,
                                            const LabelledSamples& samples, const HostLearnerOptions& host,
                                            const ClassifyOptions& options) {
  if (auto checked = check_samples(network, samples, options); !checked) return tl::unexpected(checked.error());
  auto learner = HostLearner::create(network, map, backend, host);
  if (!learner) return tl::unexpected(learner.error());
  ChipStudent student(network, std::move(*learner), backend);
  return run_lessons(student, samples, options);
}

}  // namespace vle::training
