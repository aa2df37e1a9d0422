#include "accounts.hpp"

#include <set>

namespace vle::emulator {
namespace {

/// Conversions of a core's columns for one sample: one per kind of signal.
std::int64_t conversions_per_sample(const RunPlan& plan) {
  std::set<std::pair<std::uint32_t, Signal>> conversions;
  for (const RecordedSignal& recorded : plan.recorded) {
    for (const Site site : *recorded.sites) conversions.insert({site.core, recorded.signal});
  }
  return static_cast<std::int64_t>(conversions.size());
}

std::int64_t signal_kinds(const RunPlan& plan) {
  std::set<Signal> kinds;
  for (const RecordedSignal& recorded : plan.recorded) kinds.insert(recorded.signal);
  return static_cast<std::int64_t>(kinds.size());
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

void fill_accounts(const RunPlan& plan, const TrialCounts& counts, std::int64_t steps, RunReport& report) {
  const Chip& chip = *plan.chip;
  const Target& target = *chip.target;
  const Costs& costs = target.costs;
  const std::int64_t substeps = steps * chip.substeps_per_step;
  const std::int64_t words = plan.image_words;
  const std::int64_t recorded_steps = std::max<std::int64_t>(steps - plan.options->settle_steps, 0);
  const std::int64_t samples = (recorded_steps + plan.options->every - 1) / plan.options->every;
  const std::int64_t conversions = samples * conversions_per_sample(plan);
  const std::int64_t channels =
      plan.stimulus->input_channels + (plan.stimulus->targets.empty() ? 0 : plan.stimulus->target_channels);
  const std::int64_t link_words = counts.link_words / std::max<std::int64_t>(plan.stimulus->batch, 1);

  report.substeps = substeps;
  report.cycles = {{"bus", words * costs.bus_word_clocks},
                   {"analog", substeps * target.substep_clocks},
                   {"dac", steps * target.input_dac.clocks},
                   {"adc", samples * signal_kinds(plan) * target.readout_adc.clocks},
                   {"link", link_words * costs.link_word_clocks}};
  report.device_seconds =
      static_cast<double>(report.cycles["bus"] + report.cycles["analog"]) * target.clock_period.value;

  std::int64_t synapses = 0;
  std::int64_t neurons = 0;
  for (const CoreArrays& core : chip.cores) {
    synapses += core.active_synapses;
    neurons += core.active_neurons;
  }
  const auto events = static_cast<double>(substeps);
  report.energy_joules = {{"synapses", events * static_cast<double>(synapses) * costs.synapse_joules},
                          {"neurons", events * static_cast<double>(neurons) * costs.neuron_joules},
                          {"dac", static_cast<double>(steps * channels) * costs.dac_joules},
                          {"adc", static_cast<double>(conversions * chip.geometry.columns) * costs.adc_joules},
                          {"link", static_cast<double>(link_words) * costs.link_joules},
                          {"bus", static_cast<double>(words) * costs.bus_joules},
                          {"static", report.device_seconds * costs.static_watts * static_cast<double>(target.chips)}};
  report.saturated = {{"inputs", counts.inputs},     {"targets", counts.targets}, {"s", counts.analog.s},
                      {"u", counts.analog.u},        {"r", counts.analog.r},      {"epsilon", counts.analog.epsilon},
                      {"v", counts.analog.v},        {"e", counts.analog.e},      {"ota", counts.analog.ota},
                      {"crossing", counts.crossing}, {"adc", counts.adc}};
}

}  // namespace vle::emulator
