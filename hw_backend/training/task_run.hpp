#pragma once

#include "task_setup.hpp"

namespace vle::training {

/// One rule on one seed at one learning rate, as run_task() documents it.
struct TaskRunSettings {
  TaskKind kind = TaskKind::kChain;
  RuleRecord rule;
  std::uint64_t seed = 0;
  double eta = 0;
  std::size_t steps = 0;
  std::size_t block_steps = 1;
  const TaskOptions* options = nullptr;  ///< for what happens on a chip; null: nothing does
};

[[nodiscard]] Result<TaskRun> run_once(const TaskRunSettings& settings);

}  // namespace vle::training
