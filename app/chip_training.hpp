#pragma once

#include <vle/training/train.hpp>

#include "arguments.hpp"
#include "backend_uri.hpp"
#include "console.hpp"
#include "lesson.hpp"
#include "outcome.hpp"

namespace vle::app {

/// `vle train` with a chip: the host learns between its trials, or, with --plasticity chip, the chip's own engine
/// within them. The rule of `options` decides what is compiled: B has its own array, and gains their codes.
[[nodiscard]] Result<Outcome> train_with_chip(const Arguments& arguments, const BackendUri& uri, const Lesson& lesson,
                                              const training::TrainOptions& options, Console& console);

}  // namespace vle::app
