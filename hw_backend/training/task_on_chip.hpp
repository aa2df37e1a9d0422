#pragma once

#include "task_setup.hpp"

namespace vle::training {

/// Puts a student that was taught on the reference on a chip, and goes on teaching it there with the rates it had, but
/// without decay. Adds to the measures of `run` what TaskRun names.
[[nodiscard]] Result<> go_on_with_chip(TaskSetup& setup, const TaskOptions& options, Network student, TaskRun& run);

}  // namespace vle::training
