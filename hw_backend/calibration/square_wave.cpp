#include "square_wave.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vle::calibration {

SquarePlan plan_square(const Bench& bench, double tau, std::int64_t signals, double wanted) {
  constexpr double kStepsPerTau = 14;
  constexpr double kHalfPeriod = 3;   // time constants
  constexpr double kCrossing = 0.64;  // where the membrane of that wave passes 0
  constexpr double kSettle = 6;
  SquarePlan plan;
  const double substeps = tau / bench.target().substep().value;
  const std::int64_t needed = bench.substeps_per_sample(signals);
  plan.substeps = std::max<std::int64_t>(1, std::llround(substeps / kStepsPerTau));
  if (plan.substeps > needed) {
    plan.substeps = std::max<std::int64_t>(needed, std::llround(substeps / (2 * kStepsPerTau)));
  }
  plan.every = (needed + plan.substeps - 1) / plan.substeps;
  const double per_tau = substeps / static_cast<double>(plan.substeps);
  plan.high = std::max<std::int64_t>(2, std::llround(kHalfPeriod * per_tau));
  plan.low = plan.high;
  while (std::gcd(plan.period(), plan.every) != 1) ++plan.low;
  plan.start = std::llround(kCrossing * per_tau);
  plan.skipped = std::llround(std::ceil(kSettle * per_tau / static_cast<double>(plan.every)));
  const double sample_seconds = static_cast<double>(plan.every * plan.substeps) * bench.target().substep().value;
  plan.trials = std::max<std::int64_t>(2, std::llround(wanted * sample_seconds / bench.longest_trial()));
  plan.samples =
      std::max<std::int64_t>(plan.period() / plan.every + 1, std::llround(wanted / static_cast<double>(plan.trials)));
  return plan;
}

namespace {

Stimulus make_wave(const Bench& bench, const SquarePlan& plan, double amplitude, Entry entry) {
  Stimulus stimulus;
  stimulus.batch = plan.trials;
  stimulus.steps = plan.steps();
  stimulus.input_channels = 1;
  stimulus.target_channels = 1;
  const double level = bench.on_grid(amplitude / 2);
  std::vector<double> wave;
  for (std::int64_t trial = 0; trial < plan.trials; ++trial) {
    for (std::int64_t step = 0; step < stimulus.steps; ++step) {
      wave.push_back((step + plan.start) % plan.period() < plan.high ? level : -level);
    }
  }
  stimulus.inputs = entry == Entry::kInput ? wave : std::vector<double>(wave.size(), 0.0);
  if (entry == Entry::kTarget) stimulus.targets = std::move(wave);
  return stimulus;
}

}  // namespace

Result<SquareRecord> record_square(Bench& bench, const SquarePlan& plan, double amplitude, Entry entry,
                                   const std::vector<Signal>& signals, std::size_t neurons) {
  const auto recorded = bench.record(make_wave(bench, plan, amplitude, entry), signals, plan.every);
  if (!recorded) return tl::unexpected(recorded.error());
  SquareRecord result;
  std::vector<std::int64_t> place(static_cast<std::size_t>(plan.period()), -1);
  for (std::int64_t k = 0; k < plan.samples; ++k) place[static_cast<std::size_t>(plan.moment(k))] = 0;
  for (std::int64_t moment = 0; moment < plan.period(); ++moment) {
    std::int64_t& index = place[static_cast<std::size_t>(moment)];
    if (index < 0) continue;
    index = static_cast<std::int64_t>(result.moments.size());
    result.moments.push_back(moment);
  }
  result.count.assign(result.moments.size(), 0);
  for (std::int64_t k = 0; k < plan.samples; ++k) {
    result.order.push_back(static_cast<std::size_t>(place[static_cast<std::size_t>(plan.moment(k))]));
    result.count[result.order.back()] += static_cast<double>(plan.trials);
  }
  result.mean.assign(signals.size(), std::vector<double>(result.moments.size() * neurons, 0.0));
  if (bench.is_rehearsing()) return result;
  for (std::size_t signal = 0; signal < signals.size(); ++signal) {
    for (std::int64_t trial = 0; trial < plan.trials; ++trial) {
      for (std::int64_t k = 0; k < plan.samples; ++k) {
        const std::size_t at = result.order[static_cast<std::size_t>(k)];
        for (std::size_t neuron = 0; neuron < neurons; ++neuron) {
          result.mean[signal][at * neurons + neuron] +=
              (*recorded)[signal].at(trial, plan.skipped + k, static_cast<std::int64_t>(neuron)) / result.count[at];
        }
      }
    }
  }
  return result;
}

}  // namespace vle::calibration
