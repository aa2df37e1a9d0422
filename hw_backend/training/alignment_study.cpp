#include <vle/training/alignment_study.hpp>

#include <atomic>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vle/result/check.hpp>
#include <vle/training/parallel.hpp>

#include "describe.hpp"
#include "signal_views.hpp"
#include "test_signals.hpp"

namespace vle::training {
namespace {

constexpr std::int64_t kInputs = 3;
constexpr std::int64_t kWidth = 12;
constexpr std::int64_t kOutputs = 2;
constexpr std::size_t kSines = 5;
constexpr std::uint64_t kTeacherSeed = 1'000'000;  // beyond the seeds of the students

Result<Network> random_network(std::int64_t depth, double dt, std::uint64_t seed) {
  NetworkDescription description = describe_layers(
      {"random", dt, seed, kInputs, std::vector<std::int64_t>(static_cast<std::size_t>(depth), kWidth), kOutputs});
  return build(description);
}

std::vector<double> rates_of(const Network& network, const std::vector<double>& inputs, std::size_t steps) {
  const Dynamics dynamics(std::make_shared<const Network>(network));
  const Parameters parameters = dynamics.initial_parameters();
  State state = dynamics.initial_state(1);
  AdjointSignals signals;
  signals.steps = steps;
  signals.inputs = inputs;
  std::vector<double> rates;
  for (std::size_t step = 0; step < steps; ++step) {
    // A student is judged by its rates before the step.
    const std::vector<double>& r = state.populations.back().r;
    rates.insert(rates.end(), r.begin(), r.end());
    dynamics.step(parameters, state, input_view(network, signals, step), {});
  }
  return rates;
}

Result<Alignment> measure(const StudyOptions& options, std::int64_t depth, const StudyInput& input,
                          std::uint64_t seed) {
  const auto student = random_network(depth, options.dt, seed);
  if (!student) return tl::unexpected(student.error());
  const auto teacher = random_network(depth, options.dt, seed + kTeacherSeed);
  if (!teacher) return tl::unexpected(teacher.error());
  const auto settling_steps = static_cast<std::size_t>(std::llround(options.settling_seconds / options.dt));
  const std::size_t steps = settling_steps + static_cast<std::size_t>(std::llround(options.seconds / options.dt));
  const std::vector<double> inputs =
      input.highest_frequency > 0 ? sine_signals(seed, steps, kInputs, options.dt, input.highest_frequency, kSines)
                                  : noise_signals(seed, steps, kInputs, options.dt, input.correlation_time);
  const std::vector<double> targets = rates_of(*teacher, inputs, steps);
  AdjointSignals signals;
  signals.steps = steps;
  signals.inputs = inputs;
  signals.targets = targets;
  return measure_alignment(*student, signals, {options.rules, settling_steps, seed});
}

}  // namespace

const std::vector<StudyInput>& study_inputs() {
  static const std::vector<StudyInput> inputs{
      {"sines to 0.5 Hz", 0.5, 0}, {"sines to 2 Hz", 2, 0}, {"noise, 0.6 s", 0, 0.6}, {"noise, 0.15 s", 0, 0.15}};
  return inputs;
}

Result<std::vector<StudyCase>> run_alignment_study(const StudyOptions& options) {
  std::vector<StudyCase> cases;
  for (const std::int64_t depth : options.depths) {
    if (depth < 1) return fail(ErrorCode::kInvalidInput, "depth {}: a network has at least 1 hidden layer", depth);
    for (const StudyInput& input : study_inputs()) {
      for (std::size_t seed = 0; seed < options.seeds; ++seed) {
        cases.push_back({depth, input.name, options.first_seed + seed, {}});
      }
    }
  }
  std::vector<std::optional<Result<Alignment>>> results(cases.size());
  std::atomic<std::int64_t> done{0};
  run_each(cases.size(), options.threads, options.stop, [&](std::size_t i) {
    const StudyInput& input = study_inputs()[i / options.seeds % study_inputs().size()];
    results[i] = measure(options, cases[i].depth, input, cases[i].seed);
    if (options.progress) options.progress(++done, static_cast<std::int64_t>(cases.size()));
  });
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!results[i])
      return fail(ErrorCode::kInterrupted, "interrupted after {} of {} networks", done.load(), cases.size());
    if (!*results[i]) return tl::unexpected(results[i]->error());
    cases[i].alignment = std::move(**results[i]);
  }
  return cases;
}

}  // namespace vle::training
