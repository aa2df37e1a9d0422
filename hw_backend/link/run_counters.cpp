#include "run_counters.hpp"

namespace vle::link {
namespace {

/// The name of RunReport for a counter; nullptr: it has none there.
const char* saturation_name(v1::RunCounterKind kind) {
  switch (kind) {
    case v1::RUN_COUNTER_KIND_SATURATED_INPUTS:
      return "inputs";
    case v1::RUN_COUNTER_KIND_SATURATED_TARGETS:
      return "targets";
    case v1::RUN_COUNTER_KIND_SATURATED_S:
      return "s";
    case v1::RUN_COUNTER_KIND_SATURATED_U:
      return "u";
    case v1::RUN_COUNTER_KIND_SATURATED_R:
      return "r";
    case v1::RUN_COUNTER_KIND_SATURATED_EPSILON:
      return "epsilon";
    case v1::RUN_COUNTER_KIND_SATURATED_V:
      return "v";
    case v1::RUN_COUNTER_KIND_SATURATED_E:
      return "e";
    case v1::RUN_COUNTER_KIND_SATURATED_OTA:
      return "ota";
    case v1::RUN_COUNTER_KIND_SATURATED_CROSSING:
      return "crossing";
    case v1::RUN_COUNTER_KIND_SATURATED_ADC:
      return "adc";
    default:
      return nullptr;
  }
}

const char* cycles_name(v1::RunCounterKind kind) {
  switch (kind) {
    case v1::RUN_COUNTER_KIND_CLOCKS_BUS:
      return "bus";
    case v1::RUN_COUNTER_KIND_CLOCKS_ANALOG:
      return "analog";
    case v1::RUN_COUNTER_KIND_CLOCKS_ADC:
      return "adc";
    case v1::RUN_COUNTER_KIND_CLOCKS_DAC:
      return "dac";
    case v1::RUN_COUNTER_KIND_CLOCKS_LINK:
      return "link";
    default:
      return nullptr;
  }
}

}  // namespace

void add_counters(const v1::RunStateReply& state, RunReport& report) {
  for (const v1::RunCounter& counter : state.counter()) {
    const auto count = static_cast<std::int64_t>(counter.count());
    if (const char* saturated = saturation_name(counter.kind())) report.saturated[saturated] += count;
    if (const char* cycles = cycles_name(counter.kind())) report.cycles[cycles] = count;
  }
}

void add_clipped(const StimulusCodes& stimulus, std::int64_t settle_steps, std::int64_t steps, RunReport& report) {
  const auto sum = [&](const std::vector<std::int32_t>& events) {
    if (events.empty()) return std::int64_t{0};
    std::int64_t total = settle_steps * events.front();
    for (std::int64_t step = 0; step < steps; ++step) total += events[static_cast<std::size_t>(step)];
    return total;
  };
  report.saturated["inputs"] += sum(stimulus.saturated_inputs);
  report.saturated["targets"] += sum(stimulus.saturated_targets);
}

}  // namespace vle::link
