#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>
#include <vle/training/host_learner.hpp>
#include <vle/training/train.hpp>

namespace vle::training {

/// Short signals and the class of each.
struct LabelledSamples {
  std::int64_t count = 0;
  std::int64_t length = 0;  ///< values of a sample in each channel
  std::int64_t channels = 1;
  std::vector<double> values;        ///< [count][length][channels]
  std::vector<std::int64_t> labels;  ///< from 0; of each sample
};

/// How samples become trials: each is played from rest, linearly interpolated to `steps` steps; the output of its class
/// should be 1 throughout and the others 0.
struct SampleTrials {
  std::int64_t steps = 0;    ///< of a trial
  std::int64_t classes = 0;  ///< target channels
  std::int64_t every = 1;    ///< steps from one sample of the outputs to the next
};

/// The samples `chosen`, in their order, as trials.
Stimulus make_trials(const LabelledSamples& samples, const std::vector<std::int64_t>& chosen, SampleTrials shape);

/// The first `count` samples as trials to scale a chip's signals by. With a teacher (may be null) targets are what it
/// does less a fifth: a student that does the same has no errors whose range could be taken, and learns from errors
/// that are small beside its outputs. Errors: a teacher with other channels than `network`.
[[nodiscard]] Result<Stimulus> make_profile(const Network& network, const LabelledSamples& samples, std::int64_t count,
                                            SampleTrials shape, const std::shared_ptr<const Network>& teacher);

/// Takes what is known of a chip's read-out out of what it gave.
using CorrectTraces = std::function<void(Traces&)>;

/// Share of samples whose class has the largest output, summed over the trial, among the outputs of `population`. Plays
/// a hundred trials at a time on what `backend` has loaded; `correct` may be empty. Errors: those of the device;
/// kInterrupted.
[[nodiscard]] Result<double> measure_accuracy(Backend& backend, const std::string& population,
                                              const LabelledSamples& samples, const std::vector<std::int64_t>& chosen,
                                              SampleTrials shape, const CorrectTraces& correct, int threads,
                                              const std::stop_token& stop);

struct ClassifyOptions {
  std::int64_t steps = 0;   ///< of a trial; 0: one for each value of a sample
  std::int64_t batch = 50;  ///< trials that learn side by side
  std::int64_t epochs = 1;  ///< each plays every sample that is not held out once, in an order of its own
  /// Where it is set, the output should do what the output of this network does, rather than name the class: a chip
  /// that learns to be like the reference. The student should have with_squared_error().
  std::shared_ptr<const Network> teacher;
  std::int64_t hold_out = 0;  ///< samples at the end that are not learned from: by them the best epoch is chosen
  std::uint64_t seed = 0;     ///< of the order
  int threads = 1;
  ReferenceOptions reference;  ///< where the reference learns: its sub-steps and its arithmetic
  std::stop_token stop;        ///< ends the training after the batch at hand
  /// Samples played and to play, and the loss of the last batch.
  std::function<void(std::int64_t done, std::int64_t total, double loss)> progress;
};

struct ClassifyEpoch {
  double loss = 0;      ///< mean over samples and steps of beta C
  double accuracy = 0;  ///< on the samples held out; on those learned from where none are
};

/// Classifier::best_epoch where none is better than what was there before.
inline constexpr std::int64_t kBeforeLearning = -1;

struct Classifier {
  Network network;  ///< of the best epoch; after an interruption in the first, as it was then
  std::vector<ClassifyEpoch> epochs;
  std::int64_t best_epoch = 0;            ///< index into `epochs`, or kBeforeLearning
  std::optional<double> accuracy_before;  ///< on a chip: of the network that the reference learned
  std::int64_t lag_steps = 0;  ///< by which a teacher showed later what a chip should do, as its outputs come later
  bool interrupted = false;
};

/// The network, with mean squared error at its outputs: what a chip can form, and what a teacher asks for.
Network with_squared_error(Network network);

/// Teaches a network with one output population to tell the classes of samples apart, on the float reference, with the
/// plasticity settings of the network. Errors (kInvalidInput): nothing would learn, shapes, labels beyond the outputs,
/// a teacher with other channels; (kUnsupported): single precision does not learn what the network asks for.
[[nodiscard]] Result<Classifier> train_classifier(const Network& network, const LabelledSamples& samples,
                                                  const ClassifyOptions& options);

/// The same with a chip in the loop, on which accuracy is measured too. `backend` has `map` loaded, compiled from
/// `network`, and at the end holds the best epoch.
[[nodiscard]] Result<Classifier> train_classifier_on_chip(const Network& network, const ParameterMap& map,
                                                          Backend& backend, const LabelledSamples& samples,
                                                          const HostLearnerOptions& host,
                                                          const ClassifyOptions& options);

}  // namespace vle::training
