#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/result/result.hpp>
#include <vle/target/calibration.hpp>
#include <vle/training/rules.hpp>

namespace vle::training {

/// The three tasks of SCIENCE.md 7; a student learns online what a teacher makes of its input.
enum class TaskKind {
  kChain,       ///< input -> slow neuron -> slow neuron: two weights and two tau_m are to be found
  kComplex,     ///< layers learn the response of other layers to a mix of frequencies
  kXor,         ///< whether the bit at the input now and the one before it differ
  kXorDelayed,  ///< kXor with fewer neurons, and none slow enough at the start
};

struct TaskRecord {
  TaskKind kind = TaskKind::kChain;
  std::string_view name;
  std::size_t steps = 0;  ///< of learning, by default
  std::string_view summary;
};

const std::vector<TaskRecord>& tasks();
const TaskRecord* find_task(std::string_view name);

/// Learning rates (of Adam, per update) that a budget of n tries: the first n.
inline constexpr double kTaskRates[] = {3e-3, 1e-3, 1e-2, 3e-4, 3e-2};

/// A chip with a network on it.
struct TaskChip {
  std::unique_ptr<Backend> backend;
  std::shared_ptr<const ParameterMap> map;                   ///< what is loaded, compiled from the network
  std::shared_ptr<const Calibration> calibration = nullptr;  ///< what the map was compiled by; null: the nominal chip
};

struct TaskOptions {
  TaskKind kind = TaskKind::kChain;
  std::vector<RuleRecord> rules;
  std::size_t seeds = 5;
  std::uint64_t first_seed = 0;
  std::size_t steps = 0;  ///< of learning; 0: the task's own
  /// Where set, students that have learned on the reference go on with a chip in the loop (HostLearner). Compiles a
  /// network by the ranges that its signals have on a stimulus, and loads it. Called by any thread.
  std::function<Result<TaskChip>(const Network& network, const Stimulus& profile)> open_chip;
  std::size_t chip_batches = 200;  ///< of trials that a student learns from on the chip
  std::size_t budget = 3;  ///< learning rates tried for each rule, on seeds that are not reported; 1: none tried
  int threads = 1;
  std::stop_token stop;
  std::function<void(std::int64_t done, std::int64_t total)> progress;  ///< in runs; called by any thread
};

struct TaskMeasure {
  std::string name;
  double value = 0;
};

/// One rule on one seed.
struct TaskRun {
  std::string rule;
  std::uint64_t seed = 0;
  double eta = 0;
  std::vector<double> curve;  ///< error of each block of steps: mean square over the variance of the target
  double final_error = 0;     ///< mean of the last tenth of the curve; infinite where the run diverged
  /// Steps until the mean over a tenth of the run was as low as over GLE's last tenth on this seed; nothing where it
  /// never was or GLE did not run.
  std::optional<std::int64_t> steps_to_gle;
  /// chain: w1, w2, tau1, tau2, and the largest relative error of the four; xor: share of right signs in the last 30 %
  /// of each bit over the last tenth. With a chip also `chip_error` and, for xor, `chip_right`, on trials that nothing
  /// was learned from; the same with `_before`: when the student, compiled, had just been put on the chip.
  std::vector<TaskMeasure> measures;
};

struct TaskReport {
  std::string task;
  std::size_t steps = 0;
  std::size_t block_steps = 0;
  std::vector<TaskRun> tries;  ///< the budget's, on other seeds
  std::vector<TaskRun> runs;   ///< rule by rule, seed by seed
};

/// Learns a task with each rule. All rules use Adam with the task's schedule, and see the same signals, start and
/// steps. Of the rates tried for a rule it takes the one with the lowest final error relative to the best on the same
/// seed, in the mean over the seeds of the tries. The local rules learn in every step. `adjoint` takes the exact
/// gradient of the next kOracleWindow steps, every kOracleStride steps, from the state at hand: credit that reaches
/// farther than the window is cut off. `mirror` has a decay that ends after a fifth of the run. The numbers do not
/// depend on the threads. Errors: kInterrupted.
[[nodiscard]] Result<TaskReport> run_task(const TaskOptions& options);

inline constexpr std::size_t kOracleWindow = 100;
inline constexpr std::size_t kOracleStride = 10;

}  // namespace vle::training
