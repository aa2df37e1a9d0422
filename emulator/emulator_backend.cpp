#include <algorithm>
#include <thread>
#include <vle/backend/map_traces.hpp>
#include <vle/backend/trace_sink.hpp>
#include <vle/emulator/emulator.hpp>

#include "accounts.hpp"
#include "chip.hpp"
#include "kernels/dispatch.hpp"
#include "trial.hpp"

namespace vle::emulator {
namespace {

/// The engines of a board and the layout that they share.
struct PlasticityEngines {
  PlasticityEngines(const Target& target, const Geometry& geometry) : layout(target, geometry) {
    for (std::int64_t core = 0; core < geometry.cores; ++core) {
      cores.emplace_back(target, layout, geometry, static_cast<std::uint32_t>(core));
    }
  }
  PlasticityEngines(const PlasticityEngines&) = delete;
  PlasticityEngines& operator=(const PlasticityEngines&) = delete;

  RegisterLayout layout;
  std::vector<PlasticityCore> cores;
};

class EmulatorBackend final : public Backend {
 public:
  EmulatorBackend(Target target, std::uint64_t chip_id, Effects effects, double temperature_kelvin)
      : target_(std::move(target)), chip_id_(chip_id), effects_(effects), temperature_kelvin_(temperature_kelvin) {}

  DeviceInfo info() const override {
    return {"emulator", target_.name, target_.hash, chip_id_, false, true, true, target_.plasticity.has_value()};
  }

  Result<> load(std::shared_ptr<const Network>) override {
    return fail(ErrorCode::kUnsupported, "emulator:{} runs compiled networks; compile for {} first", target_.name,
                target_.name);
  }

  Result<> load(std::shared_ptr<const ParameterMap> map) override {
    if (Result<> ok = check_map(*map, info(), "this chip"); !ok) return ok;
    if (map->image.empty() || map->image[RegisterLayout::kVersionAddress] != RegisterLayout::kVersion ||
        map->image.size() != RegisterLayout(target_, map->geometry).size()) {
      return fail(ErrorCode::kInvalidInput, "the map's register image does not have the layout of {}", target_.name);
    }
    map_ = std::move(map);
    engines_.reset();
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
    chip_ = std::make_unique<Chip>(map_->geometry, registers_, target_, chip_id_, effects_, temperature_kelvin_);
    if (!target_.plasticity) return;
    if (engines_ == nullptr) engines_ = std::make_unique<PlasticityEngines>(target_, map_->geometry);
    for (PlasticityCore& core : engines_->cores) core.load(registers_);
  }
  Result<> prepare_learning(RunPlan& plan, Learning& learning);
  Result<RunPlan> make_plan(const Stimulus& stimulus, const RunOptions& options) const;

  Target target_;
  std::uint64_t chip_id_;
  Effects effects_;
  double temperature_kelvin_;  ///< 0: nominal
  std::shared_ptr<const ParameterMap> map_;
  std::vector<std::uint16_t> registers_;  ///< as they are now: the map's image and what was written since
  std::unique_ptr<Chip> chip_;
  std::unique_ptr<PlasticityEngines> engines_;  ///< since the last load; null: the target has none
};

Result<RunPlan> EmulatorBackend::make_plan(const Stimulus& stimulus, const RunOptions& options) const {
  RunPlan plan;
  plan.chip = chip_.get();
  plan.map = map_.get();
  plan.image_words = static_cast<std::int64_t>(map_->image.size());
  plan.kernels = &best_kernels();
  plan.stimulus = &stimulus;
  plan.options = &options;
  for (const Recording& recording : recordings_of(*map_, options)) {
    plan.recorded.push_back({recording.signal, &population_named(*map_, recording.population).sites});
  }
  if (Result<> ok = check_readout(plan); !ok) return tl::unexpected(ok.error());
  return plan;
}

/// Runs the trials of a batch on threads. Each trial writes its own place, so order and number of threads do not
/// matter.
struct BatchOutcome {
  std::vector<std::int64_t> steps;  ///< done, of each trial
  TrialCounts counts;
};

Result<BatchOutcome> run_batch(const RunPlan& plan, const Traces& traces, TraceSink& sink) {
  const auto batch = static_cast<std::size_t>(plan.stimulus->batch);
  BatchOutcome outcome{std::vector<std::int64_t>(batch, 0), {}};
  std::vector<TrialCounts> counts(batch);
  std::vector<Result<>> given(batch);
  std::atomic<bool> has_failed{false};
  std::atomic<std::size_t> next{0};
  const auto work = [&](bool reports) {
    for (std::size_t trial = next++; trial < batch; trial = next++) {
      if (plan.options->stop.stop_requested() || has_failed) return;
      TraceWindow window(traces, SampleKind::kCodes, static_cast<std::int64_t>(trial), sink);
      Trial running(plan, encode_stimulus(*plan.map, *plan.stimulus, static_cast<std::int64_t>(trial)),
                    static_cast<std::int64_t>(trial), reports);
      const Result<std::int64_t> done = running.run(window);
      if (!done) {
        given[trial] = tl::unexpected(done.error());
        has_failed = true;
        return;
      }
      outcome.steps[trial] = *done;
      counts[trial] = running.counts();
    }
  };
  std::vector<std::jthread> threads;
  const std::size_t wanted = std::min<std::size_t>(batch, static_cast<std::size_t>(std::max(plan.options->threads, 1)));
  for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(work, false);
  work(true);
  threads.clear();
  for (Result<>& own : given) {
    if (!own) return tl::unexpected(std::move(own.error()));
  }
  for (const TrialCounts& own : counts) outcome.counts += own;
  return outcome;
}

Result<> EmulatorBackend::prepare_learning(RunPlan& plan, Learning& learning) {
  bool learns = false;
  for (std::size_t c = 0; c < engines_->cores.size(); ++c) {
    if (!engines_->cores[c].program().is_on()) continue;
    learns = true;
    if (Result<> ok = check_learning_time(*chip_, c, engines_->cores[c].program()); !ok) return ok;
  }
  if (!learns) {
    const std::vector<std::string>& remarks = map_->learning.remarks;
    return fail(ErrorCode::kInvalidInput, "no core's registers ask for learning{}{}; give the network learning rates",
                remarks.empty() ? "" : ": ", remarks.empty() ? "" : remarks.front());
  }
  learning = {chip_.get(), registers_, engines_->cores};
  plan.learning = &learning;
  return {};
}

Result<Traces> EmulatorBackend::run(const Stimulus& stimulus, const RunOptions& options) {
  if (Result<> ok = check_map_run(map_.get(), stimulus, options, info()); !ok) return tl::unexpected(ok.error());
  Result<RunPlan> plan = make_plan(stimulus, options);
  if (!plan) return tl::unexpected(plan.error());
  Learning learning;
  if (options.learn) {
    if (Result<> ok = prepare_learning(*plan, learning); !ok) return tl::unexpected(ok.error());
  }
  std::atomic<std::int64_t> steps_done{0};
  plan->steps_done = &steps_done;
  Traces traces = make_map_traces(*map_, stimulus, options);
  traces.report.backend = "emulator";
  traces.report.chip_id = chip_id_;
  TraceMemory memory;
  TraceSink& sink = options.sink != nullptr ? *options.sink : memory;
  if (Result<> begun = sink.begin(traces, SampleKind::kCodes); !begun) return tl::unexpected(begun.error());
  const Result<BatchOutcome> outcome = run_batch(*plan, traces, sink);
  if (!outcome) return tl::unexpected(outcome.error());
  keep_done(traces, outcome->steps, stimulus.steps);
  if (options.sink == nullptr) memory.move_into(traces);
  const std::int64_t steps = options.settle_steps + traces.report.steps;
  traces.report.model_seconds = static_cast<double>(steps) * map_->timing.dt;
  fill_accounts(*plan, outcome->counts, steps, traces.report, options.timeline_steps > 0 ? &traces.timeline : nullptr);
  return traces;
}

}  // namespace

std::unique_ptr<Backend> make_emulator_backend(Target target, std::uint64_t chip_id, Effects effects,
                                               double temperature_kelvin) {
  return std::make_unique<EmulatorBackend>(std::move(target), chip_id, effects, temperature_kelvin);
}

}  // namespace vle::emulator
