#pragma once

#include <map>
#include <string>
#include <vle/training/host_learner.hpp>
#include <vle/training/train.hpp>

namespace vle::training {

struct ChipTrainOptions {
  std::size_t epochs = 1;  ///< each plays every trial once
  std::size_t batch =
      0;  ///< trials between two updates; 0: all. The last batch of an epoch is filled up from the first
  std::int64_t patience = 0;  ///< epochs in a row without a lower loss after which to stop; 0: never
  std::string resume;         ///< bytes of a checkpoint to go on from; empty: begin
  HostLearnerOptions host;
  std::stop_token stop;  ///< ends the training; a batch that is not over is dropped
  /// Trials learned from and to learn from, and the loss of the last batch (NaN before the first).
  std::function<void(std::int64_t done, std::int64_t total, double loss)> progress;
};

struct ChipTraining {
  Training training;                              ///< its network holds the shadow parameters, not the codes
  ParameterMap map;                               ///< as the chip is programmed at the end
  std::map<std::string, std::int64_t> saturated;  ///< parameters beyond reach at the end, by kind
  HostLearnerCounts counts;
};

/// Trains with a chip in the loop: HostLearner, over epochs of the trials of `signals`. `backend` must have `map`
/// loaded, compiled from `network`. Errors: kInvalidInput (nothing would learn, signals of the wrong shape, a batch
/// larger than there are trials, a checkpoint of something else), kUnsupported (no registers), those of the device.
[[nodiscard]] Result<ChipTraining> train_on_chip(const Network& network, const ParameterMap& map, Backend& backend,
                                                 const Stimulus& signals, const ChipTrainOptions& options);

}  // namespace vle::training
