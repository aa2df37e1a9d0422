#include <algorithm>
#include <vle/backend/map_traces.hpp>
#include <vle/target/signal_codes.hpp>

namespace vle {
namespace {

/// Full scales per model unit of a population's signal.
double scale_of(const SignalScales& scales, Signal signal) {
  switch (signal) {
    case Signal::kU:
    case Signal::kS:
      return scales.membrane;
    case Signal::kR:
      return scales.rate;
    case Signal::kV:
    case Signal::kEpsilon:
    case Signal::kE:
      return scales.error;
    case Signal::kEnergy:
      break;
  }
  return 1;
}

}  // namespace

Result<> check_map(const ParameterMap& map, const DeviceInfo& device, std::string_view who) {
  if (map.target.hash != device.target_hash) {
    return fail(ErrorCode::kInvalidInput,
                "the map was compiled for target {} ({:.12}), but {} is {} ({:.12}); compile again for {}",
                map.target.name, map.target.hash, who, device.target, device.target_hash, device.target);
  }
  if (!map.calibrated_chip_id || map.calibrated_chip_id == device.chip_id) return {};
  return fail(
      ErrorCode::kInvalidInput,
      "the map was compiled by the calibration of chip {}, and this is {}; compile again by its own calibration, "
      "or without one",
      *map.calibrated_chip_id, device.chip_id ? fmt::format("chip {}", *device.chip_id) : device.backend);
}

Result<> check_map_run(const ParameterMap* map, const Stimulus& stimulus, const RunOptions& options,
                       const DeviceInfo& device) {
  if (map == nullptr) return fail(ErrorCode::kInvalidInput, "nothing is loaded; load a map before a run");
  std::vector<std::string> names;
  for (const PlacedPopulation& population : map->populations) names.push_back(population.name);
  if (Result<> ok = check_run(stimulus, options, map->input_channels(), map->target_channels(), names); !ok) return ok;
  return check_learning(stimulus, options, device);
}

const PlacedPopulation& population_named(const ParameterMap& map, const std::string& name) {
  const auto found = std::find_if(map.populations.begin(), map.populations.end(),
                                  [&](const PlacedPopulation& population) { return population.name == name; });
  VLE_CHECK(found != map.populations.end(), "population \"{}\" passed the check of the run", name);
  return *found;
}

std::vector<Recording> recordings_of(const ParameterMap& map, const RunOptions& options) {
  if (!options.recordings.empty()) return options.recordings;
  std::vector<Recording> recordings;
  for (const PlacedPopulation& population : map.populations) recordings.push_back({population.name, Signal::kR});
  return recordings;
}

Traces make_map_traces(const ParameterMap& map, const Stimulus& stimulus, const RunOptions& options) {
  Traces traces;
  traces.dt = map.timing.dt;
  traces.every = options.every;
  traces.batch = stimulus.batch;
  const std::int64_t samples = (stimulus.steps + options.every - 1) / options.every;
  const SignalCodes codes(map.target.readout_adc.bits, map.target.readout_adc.range);
  for (const Recording& recording : recordings_of(map, options)) {
    const PlacedPopulation& population = population_named(map, recording.population);
    SignalTrace trace;
    trace.population = recording.population;
    trace.signal = recording.signal;
    trace.neurons = static_cast<std::int64_t>(population.sites.size());
    trace.samples = samples;
    trace.scale.scale = static_cast<double>(codes.lsb()) / scale_of(population.scales, recording.signal);
    traces.signals.push_back(std::move(trace));
  }
  RunReport& report = traces.report;
  report.target = map.target.name;
  report.target_hash = map.target.hash;
  report.seed = options.seed;
  report.network_hash = map.network_hash;
  report.calibration_hash = map.calibration_hash;
  report.batch = traces.batch;
  report.steps = stimulus.steps;
  report.neurons = map.neuron_count();
  report.synapses = map.synapse_count();
  return traces;
}

void keep_done(Traces& traces, const std::vector<std::int64_t>& steps, std::int64_t wanted) {
  const auto first_incomplete =
      std::find_if(steps.begin(), steps.end(), [&](std::int64_t done) { return done < wanted; });
  if (first_incomplete == steps.end()) return;
  traces.report.interrupted = true;
  const std::int64_t complete = first_incomplete - steps.begin();
  traces.batch = traces.report.batch = std::max<std::int64_t>(complete, 1);
  traces.report.steps = complete > 0 ? wanted : steps.front();
  const std::int64_t samples = (traces.report.steps + traces.every - 1) / traces.every;
  for (SignalTrace& trace : traces.signals) trace.samples = samples;
}

}  // namespace vle
