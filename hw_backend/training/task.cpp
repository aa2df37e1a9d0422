#include <vle/training/task.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>
#include <vle/training/parallel.hpp>

#include "task_run.hpp"

namespace vle::training {
namespace {

constexpr std::size_t kBlocks = 100;
constexpr std::uint64_t kTuningSeed = 500'000;  // beyond the seeds that are reported
constexpr std::size_t kTuningSeeds = 2;
constexpr double kLeastError = 1e-9;  // below it no error is better than another

/// Runs everything, on the threads there are; counts on in `done`.
Result<std::vector<TaskRun>> run_all(const std::vector<TaskRunSettings>& list, const TaskOptions& options,
                                     std::atomic<std::int64_t>& done, std::int64_t total) {
  std::vector<std::optional<Result<TaskRun>>> results(list.size());
  run_each(list.size(), options.threads, options.stop, [&](std::size_t i) {
    results[i] = run_once(list[i]);
    if (options.progress) options.progress(++done, total);
  });
  std::vector<TaskRun> runs;
  for (std::optional<Result<TaskRun>>& result : results) {
    if (!result) return fail(ErrorCode::kInterrupted, "interrupted before all runs of the task were done");
    if (!*result) return tl::unexpected(result->error());
    runs.push_back(std::move(**result));
  }
  return runs;
}

/// Lowest final error on one of the tuning seeds, over the rates.
double lowest_error(const std::vector<TaskRun>& tries, std::string_view rule, std::uint64_t seed) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const TaskRun& run : tries) {
    if (run.rule == rule && run.seed == seed) lowest = std::min(lowest, run.final_error);
  }
  return lowest;
}

/// The rate with the lowest final error relative to the best of the rates on the same seed, in the mean over the tuning
/// seeds: each counts alike however hard its teacher is, and a rate that fails on one is not taken.
double best_rate(const std::vector<TaskRun>& tries, std::string_view rule) {
  double best = kTaskRates[0];
  double lowest = std::numeric_limits<double>::infinity();
  for (const double eta : kTaskRates) {
    double sum = 0;
    std::size_t count = 0;
    for (const TaskRun& run : tries) {
      if (run.rule != rule || run.eta != eta) continue;
      const double least = lowest_error(tries, rule, run.seed);
      if (!std::isfinite(least)) continue;
      sum += run.final_error / std::max(least, kLeastError);
      ++count;
    }
    if (count == 0 || !(sum < lowest)) continue;
    lowest = sum;
    best = eta;
  }
  return best;
}

/// Mean of the tenth of a run that ends with each block, from the first that is whole. The last one is the final error,
/// so a course is compared with it like with like: a single block is but a part of the slowest sine of an input.
std::vector<double> means_of_tenths(const std::vector<double>& curve) {
  const std::size_t tenth = std::max<std::size_t>(curve.size() / 10, 1);
  std::vector<double> means;
  for (std::size_t end = tenth; end <= curve.size(); ++end) {
    double mean = 0;
    for (std::size_t k = end - tenth; k < end; ++k) mean += curve[k] / static_cast<double>(tenth);
    means.push_back(mean);
  }
  return means;
}

void compare_with_gle(std::vector<TaskRun>& runs, std::size_t block_steps) {
  for (TaskRun& run : runs) {
    const auto gle = std::find_if(runs.begin(), runs.end(),
                                  [&](const TaskRun& other) { return other.rule == "gle" && other.seed == run.seed; });
    if (gle == runs.end()) continue;
    const std::vector<double> means = means_of_tenths(run.curve);
    const auto reached =
        std::find_if(means.begin(), means.end(), [&](double error) { return error <= gle->final_error; });
    if (reached == means.end()) continue;
    const auto blocks = static_cast<std::int64_t>(run.curve.size() - means.size() + 1) + (reached - means.begin());
    run.steps_to_gle = blocks * static_cast<std::int64_t>(block_steps);
  }
}

}  // namespace

Result<TaskReport> run_task(const TaskOptions& options) {
  const TaskRecord& task = tasks()[static_cast<std::size_t>(options.kind)];
  TaskReport report;
  report.task = task.name;
  report.steps = options.steps > 0 ? options.steps : task.steps;
  report.block_steps = std::max<std::size_t>(report.steps / kBlocks, 1);
  const std::size_t budget = std::clamp<std::size_t>(options.budget, 1, std::size(kTaskRates));
  std::vector<TaskRunSettings> tries;
  for (const RuleRecord& rule : options.rules) {
    for (std::size_t k = 0; k < budget && budget > 1; ++k) {
      for (std::size_t seed = 0; seed < kTuningSeeds; ++seed) {
        tries.push_back({options.kind, rule, kTuningSeed + seed, kTaskRates[k], report.steps, report.block_steps});
      }
    }
  }
  std::atomic<std::int64_t> done{0};
  const auto total = static_cast<std::int64_t>(tries.size() + options.rules.size() * options.seeds);
  auto tried = run_all(tries, options, done, total);
  if (!tried) return tl::unexpected(tried.error());
  report.tries = std::move(*tried);
  std::vector<TaskRunSettings> list;
  for (const RuleRecord& rule : options.rules) {
    const double eta = best_rate(report.tries, rule.name);
    for (std::size_t seed = 0; seed < options.seeds; ++seed) {
      list.push_back({options.kind, rule, options.first_seed + seed, eta, report.steps, report.block_steps, &options});
    }
  }
  auto runs = run_all(list, options, done, total);
  if (!runs) return tl::unexpected(runs.error());
  report.runs = std::move(*runs);
  compare_with_gle(report.runs, report.block_steps);
  return report;
}

}  // namespace vle::training
