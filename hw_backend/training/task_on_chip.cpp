#include "task_on_chip.hpp"

#include <utility>
#include <vle/backend/readout.hpp>
#include <vle/training/host_learner.hpp>

#include "task_tally.hpp"

namespace vle::training {
namespace {

constexpr std::size_t kJudgedBatches = 4;

/// Trials of a task, and at which of their steps the sign of the output counts.
struct TaskTrials {
  Stimulus stimulus;
  std::vector<bool> is_judged;
};

/// The next `trial_steps` steps of every stream as trials.
TaskTrials draw_trials(TaskSetup& setup) {
  const auto steps = static_cast<std::size_t>(setup.trial_steps);
  TaskTrials trials{{static_cast<std::int64_t>(setup.batch), setup.trial_steps, 1, 1, {}, {}}, {}};
  trials.stimulus.inputs.resize(setup.batch * steps);
  trials.stimulus.targets.resize(setup.batch * steps);
  TaskStep now{std::vector<double>(setup.batch), std::vector<double>(setup.batch), false};
  for (std::size_t step = 0; step < steps; ++step) {
    setup.source->next(now);
    trials.is_judged.push_back(now.is_judged);
    for (std::size_t trial = 0; trial < setup.batch; ++trial) {
      trials.stimulus.inputs[trial * steps + step] = now.inputs[trial];
      trials.stimulus.targets[trial * steps + step] = now.targets[trial];
    }
  }
  return trials;
}

/// Squares and signs over trials that nothing is learned from.
struct Judgement {
  TaskTally tally;
  double error = 0;

  void add(double r, double target, bool is_judged) {
    error += (target - r) * (target - r);
    tally.add(r, target, is_judged);
  }
  double normalised_error() const {
    return error / (tally.squares - tally.sum * tally.sum / static_cast<double>(tally.count));
  }
};

Result<> judge(TaskSetup& setup, const TaskOptions& options, const TaskChip& chip, const std::string& suffix,
               TaskRun& run) {
  Judgement judgement;
  RunOptions run_options;
  run_options.seed = run.seed;
  run_options.recordings = {{setup.student.populations.back().name, Signal::kR}};
  run_options.stop = options.stop;
  run_options.every = sample_period(*chip.map, 1);
  for (std::size_t k = 0; k < kJudgedBatches; ++k) {
    const TaskTrials trials = draw_trials(setup);
    Stimulus stimulus = trials.stimulus;
    if (chip.calibration) correct_targets(*chip.calibration, *chip.map, stimulus);
    run_options.first_trial = static_cast<std::int64_t>(k * setup.batch);
    auto traces = chip.backend->run(stimulus, run_options);
    if (!traces) return tl::unexpected(traces.error());
    if (chip.calibration) correct_readout(*chip.calibration, *chip.map, *traces);
    if (traces->report.interrupted) return fail(ErrorCode::kInterrupted, "interrupted while a task was judged");
    const SignalTrace& r = traces->signals.front();
    for (std::size_t at = 0; at < r.size(); ++at) {
      const std::size_t trial = at / static_cast<std::size_t>(r.samples);
      const std::size_t step = at % static_cast<std::size_t>(r.samples) * static_cast<std::size_t>(run_options.every);
      if (static_cast<std::int64_t>(step) < setup.skip_steps) continue;
      judgement.add(r.value(at), trials.stimulus.targets[trial * static_cast<std::size_t>(setup.trial_steps) + step],
                    trials.is_judged[step]);
    }
  }
  run.measures.push_back({"chip_error" + suffix, judgement.normalised_error()});
  if (judgement.tally.judged == 0) return {};
  run.measures.push_back({"chip_right" + suffix, judgement.tally.right_share()});
  return {};
}

}  // namespace

Result<> go_on_with_chip(TaskSetup& setup, const TaskOptions& options, Network student, TaskRun& run) {
  student.plasticity.lambda = 0;
  student.plasticity.eta_schedule.kind = ScheduleDescription::Kind::kCosine;
  student.plasticity.eta_schedule.duration =
      student.dt * static_cast<double>(setup.trial_steps) * static_cast<double>(options.chip_batches);
  const auto chip = options.open_chip(student, draw_trials(setup).stimulus);
  if (!chip) return tl::unexpected(chip.error());
  if (auto judged = judge(setup, options, *chip, "_before", run); !judged) return judged;
  HostLearnerOptions host;
  host.seed = run.seed;
  host.skip_steps = setup.skip_steps;
  host.calibration = chip->calibration.get();
  auto learner = HostLearner::create(student, *chip->map, *chip->backend, host);
  if (!learner) return tl::unexpected(learner.error());
  for (std::size_t batch = 0; batch < options.chip_batches; ++batch) {
    const auto loss = learner->learn(draw_trials(setup).stimulus, options.stop);
    if (!loss) return tl::unexpected(loss.error());
    if (!loss->has_value()) return fail(ErrorCode::kInterrupted, "interrupted while a chip was in the loop");
  }
  return judge(setup, options, *chip, "", run);
}

}  // namespace vle::training
