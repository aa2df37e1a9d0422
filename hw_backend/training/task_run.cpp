#include "task_run.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <utility>
#include <vle/dynamics/learner.hpp>
#include <vle/training/spontaneous.hpp>
#include <vle/training/train.hpp>

#include "task_on_chip.hpp"
#include "task_tally.hpp"

namespace vle::training {
namespace {

// Where B is not aligned beforehand: the decay of `mirror` makes B - W^T fall to exp(-kMirrorDecay) in the first
// kMirrorShare of the run, and then ends.
constexpr double kMirrorDecay = 4;
constexpr double kMirrorShare = 0.2;

// Learning rates fall to this share in the run.
constexpr double kRateFloor = 0.01;
constexpr double kRateStages = 50;

PlasticityDescription plasticity_of(const TaskSetup& setup, const TaskRunSettings& settings) {
  using Schedule = ScheduleDescription::Kind;
  const double seconds = setup.student.dt * static_cast<double>(settings.steps);
  PlasticityDescription plasticity;
  plasticity.optimiser.kind = OptimiserDescription::Kind::kAdam;
  plasticity.eta_weights = settings.eta;
  plasticity.eta_bias = settings.eta * setup.eta_bias_share;
  plasticity.eta_tau = settings.eta * setup.eta_tau_share;
  plasticity.eta_schedule.kind = Schedule::kCosine;
  plasticity.eta_schedule.duration = seconds;
  plasticity.eta_schedule.floor = kRateFloor;
  if (setup.decays_evenly) {
    plasticity.eta_schedule.kind = Schedule::kStep;
    plasticity.eta_schedule.duration = seconds / kRateStages;
    plasticity.eta_schedule.factor = std::pow(kRateFloor, 1 / kRateStages);
  }
  plasticity.eligibility = settings.rule.eligibility;
  plasticity.tau_min = 0.05;
  plasticity.tau_max = 10;
  const bool mirrors = !settings.rule.is_exact && settings.rule.backward == BackwardRule::kMirror;
  if (mirrors && !setup.begins_spontaneously) {
    // Half a cosine has a mean of 1/2.
    const double decay_seconds = kMirrorShare * seconds;
    plasticity.lambda = kMirrorDecay / (decay_seconds / 2);
    plasticity.lambda_schedule.kind = Schedule::kCosine;
    plasticity.lambda_schedule.duration = decay_seconds;
  }
  return plasticity;
}

/// Judges the rates before each step, block by block.
class Score {
 public:
  Score(std::size_t steps, std::size_t block_steps)
      : steps_(steps), block_steps_(block_steps), judged_from_(steps - steps / 10) {}

  void add(const TaskStep& seen, const std::vector<double>& r) {
    const std::vector<double>& targets = seen.targets;
    for (std::size_t k = 0; k < r.size(); ++k) {
      block_ += (targets[k] - r[k]) * (targets[k] - r[k]);
      tally_.add(r[k], targets[k], step_ >= judged_from_ && seen.is_judged);
    }
    if (++step_ % block_steps_ != 0) return;
    blocks_.push_back(block_ / static_cast<double>(block_steps_ * r.size()));
    block_ = 0;
  }

  /// Fills in the curve and what follows from it.
  void finish(TaskRun& run) {
    const auto n = static_cast<double>(tally_.count);
    const double variance = tally_.squares / n - tally_.sum / n * (tally_.sum / n);
    run.curve = blocks_;
    run.curve.resize(steps_ / block_steps_, std::numeric_limits<double>::infinity());
    for (double& error : run.curve) error /= variance;
    const std::size_t last = std::max<std::size_t>(run.curve.size() / 10, 1);
    run.final_error = 0;
    for (std::size_t k = run.curve.size() - last; k < run.curve.size(); ++k) {
      run.final_error += run.curve[k] / static_cast<double>(last);
    }
    if (!std::isfinite(run.final_error)) run.final_error = std::numeric_limits<double>::infinity();
    if (tally_.judged > 0) run.measures.push_back({"right", tally_.right_share()});
  }

 private:
  std::size_t steps_;
  std::size_t block_steps_;
  std::size_t judged_from_;
  std::size_t step_ = 0;
  double block_ = 0;
  TaskTally tally_;
  std::vector<double> blocks_;
};

/// A student with its rule.
struct Student {
  Student(TaskSetup& task, Network network, const PlasticityDescription& plasticity, std::uint64_t seed)
      : setup(task),
        learner(Dynamics(std::make_shared<const Network>(std::move(network))), {plasticity, false}),
        parameters(learner.dynamics().initial_parameters()),
        state(learner.dynamics().initial_state(task.batch)),
        learning(learner.initial_state(task.batch)) {
    if (task.begins_spontaneously) align_by_spontaneous_activity(learner.dynamics().network(), seed, parameters);
  }

  TaskStep draw() {
    TaskStep step{std::vector<double>(setup.batch), std::vector<double>(setup.batch), false};
    setup.source->next(step);
    return step;
  }
  void step(const TaskStep& signals, LearningParts parts) {
    learner.step(parameters, state, learning, {signals.inputs.data(), 1}, {signals.targets.data(), 1}, parts);
  }
  /// Dynamics, gains and traces settle; nothing is learned.
  void settle(std::size_t steps) {
    for (std::size_t step = 0; step < steps; ++step) this->step(draw(), {true, true, false});
    learner.discard_gradients(learning);
  }
  const std::vector<double>& rates() const { return state.populations.back().r; }
  /// The network with what was learned, its gains included, and the plasticity that it learned with.
  Network taught() const {
    Network network = with_parameters(learner.dynamics().network(), parameters);
    network.plasticity = learner.plasticity();
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
      network.populations[p].g0 = parameters.populations[p].g0;
      network.populations[p].g1 = parameters.populations[p].g1;
    }
    return network;
  }

  TaskSetup& setup;
  Learner learner;
  Parameters parameters;
  State state;
  LearnerState learning;
};

void learn_locally(Student& student, std::size_t steps, Score& score) {
  for (std::size_t step = 0; step < steps; ++step) {
    const TaskStep signals = student.draw();
    score.add(signals, student.rates());
    student.step(signals, {});
  }
}

/// The exact gradient over the steps ahead, from the state at hand.
Result<AdjointResult> look_ahead(const Student& student, const std::deque<TaskStep>& ahead) {
  const std::size_t batch = student.setup.batch;
  std::vector<double> inputs(batch * ahead.size());
  std::vector<double> targets(batch * ahead.size());
  for (std::size_t step = 0; step < ahead.size(); ++step) {
    for (std::size_t trial = 0; trial < batch; ++trial) {
      inputs[trial * ahead.size() + step] = ahead[step].inputs[trial];
      targets[trial * ahead.size() + step] = ahead[step].targets[trial];
    }
  }
  AdjointSignals signals;
  signals.batch = batch;
  signals.steps = ahead.size();
  signals.inputs = inputs;
  signals.targets = targets;
  signals.initial = &student.state;
  return adjoint_gradients(student.learner.dynamics(), student.parameters, signals);
}

/// Ends where the run diverges.
void learn_exactly(Student& student, std::size_t steps, Score& score) {
  std::deque<TaskStep> ahead;
  for (std::size_t step = 0; step < steps; ++step) {
    while (ahead.size() < kOracleWindow) ahead.push_back(student.draw());
    if (step % kOracleStride == 0) {
      auto exact = look_ahead(student, ahead);
      if (!exact) return;
      student.learning.gradients = std::move(exact->gradients);
      student.learning.gathered = static_cast<std::int64_t>(kOracleWindow);
      student.learning.steps = static_cast<std::int64_t>(step + 1);
      student.learner.update(student.parameters, student.learning);
    }
    score.add(ahead.front(), student.rates());
    student.step(ahead.front(), {false, false, false});
    ahead.pop_front();
  }
}

}  // namespace

Result<TaskRun> run_once(const TaskRunSettings& settings) {
  auto setup = set_up_task(settings.kind, settings.seed);
  if (!setup) return tl::unexpected(setup.error());
  auto network = with_rule(setup->student, settings.rule, settings.seed);
  if (!network) return tl::unexpected(network.error());
  Student student(*setup, std::move(*network), plasticity_of(*setup, settings), settings.seed);
  student.settle(setup->settling_steps);
  TaskRun run{std::string(settings.rule.name), settings.seed, settings.eta, {}, 0, {}, {}};
  Score score(settings.steps, settings.block_steps);
  if (!settings.rule.is_exact) {
    learn_locally(student, settings.steps, score);
  } else {
    learn_exactly(student, settings.steps, score);
  }
  if (setup->measure) run.measures = setup->measure(student.parameters);
  score.finish(run);
  if (settings.options == nullptr || !settings.options->open_chip || settings.rule.is_exact) return run;
  auto on_chip = go_on_with_chip(*setup, *settings.options, student.taught(), run);
  if (!on_chip) return tl::unexpected(on_chip.error());
  return run;
}

}  // namespace vle::training
