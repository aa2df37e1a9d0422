#pragma once

#include <functional>
#include <memory>
#include <vector>
#include <vle/dynamics/parameters.hpp>
#include <vle/training/task.hpp>

namespace vle::training {

/// The signals of one step, one channel each, by trial.
struct TaskStep {
  std::vector<double> inputs;
  std::vector<double> targets;
  bool is_judged = false;  ///< the sign of the output counts
};

/// What a student sees, step after step. A pure function of the seed.
class TaskSource {
 public:
  virtual ~TaskSource() = default;
  /// Fills in the next step, for as many trials as its arrays have.
  virtual void next(TaskStep& step) = 0;
};

/// One seed of a task, before a rule is chosen.
struct TaskSetup {
  Network student;
  std::size_t batch = 1;
  std::size_t settling_steps = 1500;  ///< with errors, gains and traces, but without learning
  bool decays_evenly = false;         ///< the rate falls by the same factor in each fiftieth; else along half a cosine
  bool begins_spontaneously = true;   ///< align_by_spontaneous_activity() before learning
  double eta_bias_share = 1;          ///< eta_bias / eta_weights
  double eta_tau_share = 0;           ///< eta_tau / eta_weights
  std::int64_t trial_steps = 300;     ///< of a trial on a chip
  std::int64_t skip_steps = 100;      ///< at its start, where the chip, from rest, lacks what came before
  std::unique_ptr<TaskSource> source;
  std::function<std::vector<TaskMeasure>(const Parameters&)> measure;  ///< may be empty
};

[[nodiscard]] Result<TaskSetup> set_up_task(TaskKind kind, std::uint64_t seed);

}  // namespace vle::training
