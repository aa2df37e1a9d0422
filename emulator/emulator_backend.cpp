#include <algorithm>
#include <thread>
#include <vle/emulator/emulator.hpp>

#include "accounts.hpp"
#include "chip.hpp"
#include "kernels/dispatch.hpp"
#include "trial.hpp"

namespace vle::emulator {
namespace {

class EmulatorBackend final : public Backend {
 public:
  EmulatorBackend(Target target, std::uint64_t chip_id, Effects effects)
      : target_(std::move(target)), chip_id_(chip_id), effects_(effects) {}

  DeviceInfo info() const override { return {"emulator", target_.name, target_.hash, chip_id_, false, true, true}; }

  Result<> load(std::shared_ptr<const Network>) override {
    return fail(ErrorCode::kUnsupported, "emulator:{} runs compiled networks; compile for {} first", target_.name,
                target_.name);
  }

  Result<> load(std::shared_ptr<const ParameterMap> map) override {
    if (map->target.hash != target_.hash) {
      return fail(ErrorCode::kInvalidInput,
                  "the map was compiled for target {} ({:.12}), but this chip is {} ({:.12}); compile again for {}",
                  map->target.name, map->target.hash, target_.name, target_.hash, target_.name);
    }
    if (map->image.empty() || map->image[RegisterLayout::kVersionAddress] != RegisterLayout::kVersion ||
        map->image.size() != RegisterLayout(target_, map->geometry).size()) {
      return fail(ErrorCode::kInvalidInput, "the map's register image does not have the layout of {}", target_.name);
    }
    map_ = std::move(map);
    program(map_->image);
    return {};
  }

  Result<> write_registers(std::span<const RegisterWrite> writes) override {
    for (const RegisterWrite& write : writes) {
      if (Result<> ok = check_registers(write.address, write.words.size(), registers_.size(), true); !ok) return ok;
    }
    std::vector<std::uint16_t> changed = registers_;
    for (const RegisterWrite& write : writes) std::ranges::copy(write.words, changed.begin() + write.address);
    program(std::move(changed));
    return {};
  }

  Result<std::vector<std::uint16_t>> read_registers(std::uint32_t address, std::uint32_t count) override {
    if (Result<> ok = check_registers(address, count, registers_.size(), false); !ok) return tl::unexpected(ok.error());
    return std::vector<std::uint16_t>(registers_.begin() + address, registers_.begin() + address + count);
  }

  Result<Traces> run(const Stimulus& stimulus, const RunOptions& options) override;

 private:
  void program(std::vector<std::uint16_t> registers) {
    registers_ = std::move(registers);
    chip_ = std::make_unique<Chip>(map_->geometry, registers_, target_, chip_id_, effects_);
  }
  Result<RunPlan> make_plan(const Stimulus& stimulus, const RunOptions& options) const;
  Traces make_traces(const RunPlan& plan) const;

  Target target_;
  std::uint64_t chip_id_;
  Effects effects_;
  std::shared_ptr<const ParameterMap> map_;
  std::vector<std::uint16_t> registers_;  ///< as they are now: the map's image and what was written since
  std::unique_ptr<Chip> chip_;
};

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
  }
  return 1;
}

std::vector<std::string> population_names(const ParameterMap& map) {
  std::vector<std::string> names;
  for (const PlacedPopulation& population : map.populations) names.push_back(population.name);
  return names;
}

std::vector<Recording> recordings_of(const ParameterMap& map, const RunOptions& options) {
  if (!options.recordings.empty()) return options.recordings;
  std::vector<Recording> recordings;
  for (const PlacedPopulation& population : map.populations) recordings.push_back({population.name, Signal::kR});
  return recordings;
}

const PlacedPopulation& population_named(const ParameterMap& map, const std::string& name) {
  const auto found = std::find_if(map.populations.begin(), map.populations.end(),
                                  [&](const PlacedPopulation& population) { return population.name == name; });
  VLE_CHECK(found != map.populations.end(), "population \"{}\" passed the check of the run", name);
  return *found;
}

Result<RunPlan> EmulatorBackend::make_plan(const Stimulus& stimulus, const RunOptions& options) const {
  RunPlan plan;
  plan.chip = chip_.get();
  plan.map = map_.get();
  plan.kernels = &best_kernels();
  plan.stimulus = &stimulus;
  plan.options = &options;
  for (const Recording& recording : recordings_of(*map_, options)) {
    plan.recorded.push_back({recording.signal, &population_named(*map_, recording.population).sites});
  }
  plan.input_scale.resize(static_cast<std::size_t>(map_->input_channels()));
  for (const PlacedInput& input : map_->inputs) {
    std::fill_n(plan.input_scale.begin() + input.first_channel, input.size, input.chip_scale);
  }
  plan.target_scale.resize(static_cast<std::size_t>(map_->target_channels()));
  for (const PlacedPopulation& population : map_->populations) {
    if (!population.is_output) continue;
    std::fill_n(plan.target_scale.begin() + population.first_target_channel, population.sites.size(),
                population.scales.rate);
  }
  if (Result<> ok = check_readout(plan); !ok) return tl::unexpected(ok.error());
  return plan;
}

Traces EmulatorBackend::make_traces(const RunPlan& plan) const {
  const RunOptions& options = *plan.options;
  Traces traces;
  traces.dt = map_->timing.dt;
  traces.every = options.every;
  traces.batch = plan.stimulus->batch;
  const std::int64_t samples = (plan.stimulus->steps + options.every - 1) / options.every;
  const SignalCodes codes(target_.readout_adc.bits, target_.readout_adc.range);
  for (const Recording& recording : recordings_of(*map_, options)) {
    const PlacedPopulation& population = population_named(*map_, recording.population);
    SignalTrace trace;
    trace.population = recording.population;
    trace.signal = recording.signal;
    trace.neurons = static_cast<std::int64_t>(population.sites.size());
    trace.samples = samples;
    trace.codes.resize(static_cast<std::size_t>(traces.batch * samples * trace.neurons));
    trace.scale.scale = static_cast<double>(codes.lsb()) / scale_of(population.scales, recording.signal);
    traces.signals.push_back(std::move(trace));
  }
  RunReport& report = traces.report;
  report.backend = "emulator";
  report.target = target_.name;
  report.target_hash = target_.hash;
  report.chip_id = chip_id_;
  report.seed = options.seed;
  report.network_hash = map_->network_hash;
  report.calibration_hash = map_->calibration_hash;
  report.batch = traces.batch;
  report.neurons = map_->neuron_count();
  report.synapses = map_->synapse_count();
  return traces;
}

/// Runs the trials of a batch on threads. Each trial writes its own place, so order and number of threads do not
/// matter.
struct BatchOutcome {
  std::vector<std::int64_t> steps;  ///< done, of each trial
  TrialCounts counts;
};

BatchOutcome run_batch(const RunPlan& plan, Traces& traces) {
  const auto batch = static_cast<std::size_t>(plan.stimulus->batch);
  BatchOutcome outcome{std::vector<std::int64_t>(batch, 0), {}};
  std::vector<TrialCounts> counts(batch);
  std::atomic<std::size_t> next{0};
  const auto work = [&](bool reports) {
    for (std::size_t trial = next++; trial < batch; trial = next++) {
      if (plan.options->stop.stop_requested()) return;
      std::vector<std::int32_t*> codes;
      for (SignalTrace& trace : traces.signals) {
        codes.push_back(trace.codes.data() + trial * static_cast<std::size_t>(trace.samples * trace.neurons));
      }
      Trial running(plan, static_cast<std::int64_t>(trial), reports);
      outcome.steps[trial] = running.run(codes);
      counts[trial] = running.counts();
    }
  };
  std::vector<std::jthread> threads;
  const std::size_t wanted = std::min<std::size_t>(batch, static_cast<std::size_t>(std::max(plan.options->threads, 1)));
  for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(work, false);
  work(true);
  threads.clear();
  for (const TrialCounts& own : counts) outcome.counts += own;
  return outcome;
}

/// Keeps what an interrupted run has: the complete trials at the front of the batch, or the beginning of the first.
void keep_done(Traces& traces, const std::vector<std::int64_t>& steps, std::int64_t wanted) {
  const auto first_incomplete =
      std::find_if(steps.begin(), steps.end(), [&](std::int64_t done) { return done < wanted; });
  if (first_incomplete == steps.end()) return;
  traces.report.interrupted = true;
  const std::int64_t complete = first_incomplete - steps.begin();
  traces.batch = traces.report.batch = std::max<std::int64_t>(complete, 1);
  traces.report.steps = complete > 0 ? wanted : steps.front();
  const std::int64_t samples = (traces.report.steps + traces.every - 1) / traces.every;
  for (SignalTrace& trace : traces.signals) {
    trace.samples = samples;
    trace.codes.resize(static_cast<std::size_t>(traces.batch * samples * trace.neurons));
  }
}

Result<Traces> EmulatorBackend::run(const Stimulus& stimulus, const RunOptions& options) {
  if (map_ == nullptr) return fail(ErrorCode::kInvalidInput, "nothing is loaded; load a map before a run");
  if (Result<> ok =
          check_run(stimulus, options, map_->input_channels(), map_->target_channels(), population_names(*map_));
      !ok) {
    return tl::unexpected(ok.error());
  }
  Result<RunPlan> plan = make_plan(stimulus, options);
  if (!plan) return tl::unexpected(plan.error());
  std::atomic<std::int64_t> steps_done{0};
  plan->steps_done = &steps_done;
  Traces traces = make_traces(*plan);
  traces.report.steps = stimulus.steps;
  const BatchOutcome outcome = run_batch(*plan, traces);
  keep_done(traces, outcome.steps, stimulus.steps);
  const std::int64_t steps = options.settle_steps + traces.report.steps;
  traces.report.model_seconds = static_cast<double>(steps) * map_->timing.dt;
  fill_accounts(*plan, outcome.counts, steps, traces.report);
  return traces;
}

}  // namespace

std::unique_ptr<Backend> make_emulator_backend(Target target, std::uint64_t chip_id, Effects effects) {
  return std::make_unique<EmulatorBackend>(std::move(target), chip_id, effects);
}

}  // namespace vle::emulator
