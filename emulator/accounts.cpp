#include "accounts.hpp"

#include <algorithm>
#include <set>

namespace vle::emulator {
namespace {

std::int64_t signal_kinds(const RunPlan& plan) {
  std::set<Signal> kinds;
  for (const RecordedSignal& recorded : plan.recorded) kinds.insert(recorded.signal);
  return static_cast<std::int64_t>(kinds.size());
}

/// Energy of the analog core in one sub-step.
struct AnalogPower {
  double synapses = 0;
  double neurons = 0;
};

AnalogPower analog_power(const Chip& chip) {
  std::int64_t synapses = 0;
  std::int64_t neurons = 0;
  for (const CoreArrays& core : chip.cores) {
    synapses += core.active_synapses;
    neurons += core.active_neurons;
  }
  const Costs& costs = chip.target->costs;
  return {static_cast<double>(synapses) * costs.synapse_joules, static_cast<double>(neurons) * costs.neuron_joules};
}

double joules_per_event(const Costs& costs, Unit unit) {
  switch (unit) {
    case Unit::kBus:
      return costs.bus_joules;
    case Unit::kDac:
      return costs.dac_joules;
    case Unit::kAdc:
      return costs.adc_joules;
    case Unit::kRowScan:
      return costs.row_joules;
    case Unit::kPlasticity:
      return costs.plasticity_joules;
    case Unit::kLink:
      return costs.link_joules;
    case Unit::kAnalog:
    case Unit::kRouter:
      return 0;
  }
  return 0;
}

PhaseReport report_phase(const Chip& chip, const ScheduleResult& result, Phase phase) {
  const Target& target = *chip.target;
  PhaseReport report;
  report.phase = kPhaseNames[static_cast<std::size_t>(phase)];
  report.clocks = result.phase_clocks[static_cast<std::size_t>(phase)];
  for (std::size_t u = 0; u < kUnits; ++u) {
    const UnitCount& count = result.at(phase, static_cast<Unit>(u));
    const std::string name(kUnitNames[u]);
    report.cycles[name] = count.clocks;
    const double joules = joules_per_event(target.costs, static_cast<Unit>(u));
    if (static_cast<Unit>(u) == Unit::kAnalog) {
      const AnalogPower power = analog_power(chip);
      report.energy_joules["synapses"] = static_cast<double>(count.events) * power.synapses;
      report.energy_joules["neurons"] = static_cast<double>(count.events) * power.neurons;
    } else if (static_cast<Unit>(u) != Unit::kRouter) {
      report.energy_joules[name] = static_cast<double>(count.events) * joules;
    }
  }
  report.energy_joules["static"] = static_cast<double>(report.clocks) * target.clock_period.value *
                                   target.costs.static_watts * static_cast<double>(target.chips);
  return report;
}

}  // namespace

Result<> check_readout(const RunPlan& plan) {
  const Target& target = *plan.chip->target;
  const std::int64_t step_clocks = plan.chip->substeps_per_step * target.substep_clocks;
  const std::int64_t needed = signal_kinds(plan) * target.readout_adc.clocks;
  if (needed <= step_clocks * plan.options->every) return {};
  return fail(
      ErrorCode::kUnsupported,
      "recording {} kinds of signals takes {} clocks a sample on {}, but {} steps are {} clocks; record fewer, or "
      "every {} steps",
      signal_kinds(plan), needed, target.name, plan.options->every, step_clocks * plan.options->every,
      (needed + step_clocks - 1) / step_clocks);
}

LearningLoad load_of_core(const Chip& chip, std::size_t core, const PlasticityProgram& program) {
  const CoreArrays& arrays = chip.cores[core];
  return learning_load(*chip.target->plasticity, program.control, arrays.forward.rows, arrays.backward.rows,
                       chip.geometry.columns);
}

Workload workload_of(const RunPlan& plan, std::int64_t steps) {
  const Chip& chip = *plan.chip;
  Workload workload;
  workload.target = chip.target;
  workload.load_words = plan.image_words;
  workload.settle_steps = std::min(plan.options->settle_steps, steps);
  workload.steps = steps - workload.settle_steps;
  workload.every = plan.options->every;
  workload.substeps_per_step = chip.substeps_per_step;
  workload.dac_channels =
      plan.stimulus->input_channels + (plan.stimulus->targets.empty() ? 0 : plan.stimulus->target_channels);
  workload.columns = chip.geometry.columns;
  for (std::size_t c = 0; c < chip.cores.size(); ++c) {
    Workload::Core& core = workload.cores.emplace_back();
    core.link_words = chip.has(Effect::kCrossing) ? chip.cores[c].link_channels : 0;
    if (plan.learning == nullptr) continue;
    const PlasticityProgram& program = plan.learning->engines[c].program();
    if (!program.is_on()) continue;
    core.learn_period = program.period_substeps;
    core.learning = load_of_core(chip, c, program);
  }
  for (const RecordedSignal& recorded : plan.recorded) {
    for (const Site site : *recorded.sites)
      ++workload.cores[site.core].recorded[static_cast<std::size_t>(recorded.signal)];
  }
  return workload;
}

Result<> check_learning_time(const Chip& chip, std::size_t core, const PlasticityProgram& program) {
  const Target& target = *chip.target;
  const std::int64_t needed = learning_clocks(target, load_of_core(chip, core, program));
  if (needed <= program.period_substeps * target.substep_clocks) return {};
  return fail(ErrorCode::kUnsupported,
              "one update of core {} takes up to {} clocks on {}, its period is {} sub-steps of {} clocks; raise "
              "learn_period to {} sub-steps",
              core, needed, target.name, program.period_substeps, target.substep_clocks,
              (needed + target.substep_clocks - 1) / target.substep_clocks);
}

void fill_accounts(const RunPlan& plan, const TrialCounts& counts, std::int64_t steps, RunReport& report,
                   Timeline* timeline) {
  const Chip& chip = *plan.chip;
  const ScheduleResult result = schedule(workload_of(plan, steps), timeline, plan.options->timeline_steps);
  report.substeps = steps * chip.substeps_per_step;
  std::int64_t clocks = 0;
  for (std::size_t p = 0; p < kPhases; ++p) {
    PhaseReport phase = report_phase(chip, result, static_cast<Phase>(p));
    clocks += phase.clocks;
    for (const auto& [unit, joules] : phase.energy_joules) report.energy_joules[unit] += joules;
    for (std::size_t u = 0; u < kUnits; ++u) {
      const UnitCount& count = result.counts[p][u];
      const std::string name(kUnitNames[u]);
      report.cycles[name] += count.clocks;
      report.stalled[name] += count.stalled;
      report.late[name] += count.late;
    }
    report.phases.push_back(std::move(phase));
  }
  report.device_seconds = static_cast<double>(clocks) * chip.target->clock_period.value;
  report.saturated = {{"inputs", counts.inputs},     {"targets", counts.targets}, {"s", counts.analog.s},
                      {"u", counts.analog.u},        {"r", counts.analog.r},      {"epsilon", counts.analog.epsilon},
                      {"v", counts.analog.v},        {"e", counts.analog.e},      {"ota", counts.analog.ota},
                      {"crossing", counts.crossing}, {"adc", counts.adc}};
  if (plan.learning != nullptr) report.saturated["plasticity"] = counts.plasticity;
}

}  // namespace vle::emulator
