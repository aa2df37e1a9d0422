#include "step_response.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace vle::calibration {

PulsePlan plan_pulse(const Bench& bench, double tau, double effort) {
  constexpr double kStepsPerTau = 14;
  constexpr double kSettle = 10;  // time constants; mismatch makes some neurons slower than nominal
  constexpr double kHold = 6;
  constexpr std::int64_t kSamples = 700;  // of each signal and neuron, over the pulse
  PulsePlan plan;
  const double substeps = tau / bench.target().substep().value;
  plan.substeps = std::max<std::int64_t>(1, std::llround(substeps / kStepsPerTau));
  const std::int64_t needed = bench.substeps_per_sample(2);
  plan.every = (needed + plan.substeps - 1) / plan.substeps;
  const double steps_per_tau = std::max(1.0, substeps / static_cast<double>(plan.substeps));
  const double slowest = 1.2;
  plan.lead_in = std::llround(std::ceil(kSettle * slowest * steps_per_tau));
  plan.hold = std::llround(std::ceil(kHold * slowest * steps_per_tau)) + 2;
  plan.phases = plan.every;
  const double samples = 2 * static_cast<double>(plan.hold);
  plan.repeats = std::max<std::int64_t>(1, std::llround(effort * static_cast<double>(kSamples) / samples));
  return plan;
}

namespace {

Stimulus make_pulse(const Bench& bench, const PulsePlan& plan, double amplitude, bool on_target) {
  Stimulus stimulus;
  stimulus.batch = plan.batch();
  stimulus.steps = plan.steps();
  stimulus.input_channels = 1;
  stimulus.target_channels = 1;
  const double level = bench.on_grid(amplitude / 2);
  std::vector<double> pulse;
  for (std::int64_t trial = 0; trial < stimulus.batch; ++trial) {
    const std::int64_t rise = plan.rise(trial);
    for (std::int64_t step = 0; step < stimulus.steps; ++step) {
      pulse.push_back(step >= rise && step < rise + plan.hold ? level : -level);
    }
  }
  const std::vector<double> silent(pulse.size(), 0.0);
  stimulus.inputs = on_target ? silent : pulse;
  if (on_target) stimulus.targets = pulse;
  return stimulus;
}

/// Where sample `step` of a trial stands; false where the compartment has not settled yet.
bool place(const PulsePlan& plan, std::int64_t trial, std::int64_t step, Moment& moment) {
  const std::int64_t rise = plan.rise(trial);
  constexpr std::int64_t kSettledPart = 5;  // the last fifth of the lead-in
  if (step < rise) {
    moment = {0, 0};
    return step >= plan.lead_in - plan.lead_in / kSettledPart;
  }
  const bool high = step < rise + plan.hold;
  const std::int64_t since = step - (high ? rise : rise + plan.hold) + 1;
  if (since > plan.hold) return false;
  moment = {high ? 1 : 2, since * plan.substeps};
  return true;
}

}  // namespace

Result<PulseRecord> record_pulse(Bench& bench, const PulsePlan& plan, double amplitude, bool on_target,
                                 const std::vector<Signal>& signals, std::size_t neurons) {
  const auto recorded = bench.record(make_pulse(bench, plan, amplitude, on_target), signals, plan.every);
  if (!recorded) return tl::unexpected(recorded.error());
  PulseRecord result;
  std::map<std::pair<int, std::int64_t>, std::size_t> index;
  const std::int64_t samples = (plan.steps() + plan.every - 1) / plan.every;
  result.mean.resize(signals.size());
  for (std::int64_t trial = 0; trial < plan.batch(); ++trial) {
    for (std::int64_t sample = 0; sample < samples; ++sample) {
      Moment moment;
      if (!place(plan, trial, sample * plan.every, moment)) continue;
      const auto found = index.emplace(std::pair(moment.edge, moment.substeps), result.moments.size());
      if (found.second) {
        result.moments.push_back(moment);
        result.count.push_back(0);
        for (auto& mean : result.mean) mean.resize(mean.size() + neurons, 0.0);
      }
      const std::size_t at = found.first->second;
      result.count[at] += 1;
      for (std::size_t signal = 0; signal < signals.size(); ++signal) {
        for (std::size_t neuron = 0; neuron < neurons; ++neuron) {
          result.mean[signal][at * neurons + neuron] +=
              (*recorded)[signal].at(trial, sample, static_cast<std::int64_t>(neuron));
        }
      }
    }
  }
  for (auto& mean : result.mean) {
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] /= result.count[k / neurons];
  }
  return result;
}

}  // namespace vle::calibration
