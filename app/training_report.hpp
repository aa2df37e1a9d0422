#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vle/training/train.hpp>

#include "arguments.hpp"
#include "console.hpp"
#include "outcome.hpp"
#include "training_line.hpp"

namespace vle::app {

/// Says what a training reached, and writes the files that were asked for: the network (--output), its curves (--csv)
/// and the state of learning (--checkpoint). Adds to `outcome`.
[[nodiscard]] Result<Outcome> report_training(const Arguments& arguments, const training::Training& training,
                                              Console& console, Outcome outcome = {});

/// Runs `train` with a line of progress, which it is given the means to move.
template <class Train>
auto with_progress(Train&& train) {
  TrainingLine line;
  std::function<void(std::int64_t, std::int64_t, double)> progress;
  if (line.is_shown()) {
    progress = [&line](std::int64_t done, std::int64_t total, double loss) { line.advance(done, total, loss); };
  }
  return train(std::move(progress));
}

}  // namespace vle::app
