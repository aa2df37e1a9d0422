#include <optional>
#include <utility>
#include <vle/backend/backend.hpp>
#include <vle/dynamics/dynamics.hpp>
#include <vle/dynamics/energy.hpp>
#include <vle/result/check.hpp>
#include <vle/sweep/sweep_dynamics.hpp>

#include "recorder.hpp"

namespace vle {
namespace {

/// A network ready to run, and what a report says of it.
struct LoadedNetwork {
  std::shared_ptr<const Network> network;
  std::int64_t substeps = 0;  ///< as DynamicsOptions::substeps
  Dynamics dynamics;
  Parameters parameters;
  std::string network_hash;
  std::string calibration_hash;
};

/// The reference. Every trial of a batch advances in the same step; nothing learns during a run, and there is
/// no noise, so seed and first_trial change nothing, and threads no result.
class ReferenceBackend : public Backend {
 public:
  explicit ReferenceBackend(ReferenceOptions options) : options_(options) {}

  DeviceInfo info() const override { return {"reference", "", "", std::nullopt, true, true, false}; }

  Result<> load(std::shared_ptr<const ParameterMap> map) override {
    VLE_CHECK(map != nullptr, "no map");
    Result<Network> recovered = recover_network(*map);
    if (!recovered) return tl::unexpected<Error>(recovered.error());
    const std::int64_t substeps = options_.substeps > 0 ? options_.substeps : map->timing.substeps_per_step;
    load(std::make_shared<const Network>(std::move(*recovered)), substeps, map->network_hash, map->calibration_hash);
    return {};
  }

  Result<> load(std::shared_ptr<const Network> network) override {
    VLE_CHECK(network != nullptr, "no network");
    const std::string hash = network->hash;
    load(std::move(network), options_.substeps, hash, "");
    return {};
  }

  Result<Traces> run(const Stimulus& stimulus, const RunOptions& options) override {
    if (!loaded_) return fail(ErrorCode::kInvalidInput, "reference: nothing is loaded; load a network before a run");
    const Network& network = *loaded_->network;
    std::vector<std::string> names;
    for (const Population& population : network.populations) names.push_back(population.name);
    const bool measures_energy = options_.precision == Precision::kDouble;
    if (Result<> checked =
            check_run(stimulus, options, network.input_channels(), network.target_channels(), names, measures_energy);
        !checked) {
      return tl::unexpected<Error>(checked.error());
    }
    if (Result<> checked = check_learning(stimulus, options, info()); !checked) {
      return tl::unexpected<Error>(checked.error());
    }
    if (stimulus.batch * network.neuron_count() > TraceMemory::kMaxSamples) {
      return fail(ErrorCode::kInvalidInput, "a batch of {} trials of {} neurons is above the limit of {} neuron states",
                  stimulus.batch, network.neuron_count(), TraceMemory::kMaxSamples);
    }
    Recorder recorder(network, stimulus, options);
    TraceMemory memory;
    TraceSink& sink = options.sink != nullptr ? *options.sink : memory;
    if (Result<> begun = sink.begin(recorder.traces(), SampleKind::kValues); !begun) {
      return tl::unexpected<Error>(begun.error());
    }
    recorder.write_to(sink);
    Result<Traces> traces = play(stimulus, options, recorder);
    if (traces && options.sink == nullptr) memory.move_into(*traces);
    return traces;
  }

 private:
  void load(std::shared_ptr<const Network> network, std::int64_t substeps, std::string network_hash,
            std::string calibration_hash) {
    Dynamics dynamics(network, {substeps});
    Parameters parameters = dynamics.initial_parameters();
    loaded_.emplace(LoadedNetwork{std::move(network), substeps, std::move(dynamics), std::move(parameters),
                                  std::move(network_hash), std::move(calibration_hash)});
  }

  // Settles with the first input held and no target error, then plays the steps and records.
  Result<Traces> play(const Stimulus& stimulus, const RunOptions& options, Recorder& recorder) const {
    const auto batch = static_cast<std::size_t>(stimulus.batch);
    State state = loaded_->dynamics.initial_state(batch);
    std::optional<SweepDynamics> single;
    if (options_.precision == Precision::kSingle) {
      single.emplace(loaded_->network,
                     SweepOptions{batch, loaded_->substeps, static_cast<std::size_t>(options.threads)});
      recorder.drop_unrecorded(state);
    }
    const std::int64_t total = options.settle_steps + stimulus.steps;
    const std::size_t input_stride = static_cast<std::size_t>(stimulus.steps * stimulus.input_channels);
    const std::size_t target_stride = static_cast<std::size_t>(stimulus.steps * stimulus.target_channels);
    ProspectiveEnergy energy;
    std::int64_t done = 0;
    for (; done < total && !options.stop.stop_requested(); ++done) {
      const std::int64_t step = done - options.settle_steps;
      const bool is_settling = step < 0;
      const double* inputs = stimulus.inputs.data() + (is_settling ? 0 : step * stimulus.input_channels);
      const bool has_target = !is_settling && !stimulus.targets.empty();
      const double* targets = has_target ? stimulus.targets.data() + step * stimulus.target_channels : nullptr;
      if (single) {
        single->step({inputs, input_stride}, {targets, target_stride});
        if (!is_settling && step % options.every == 0) single->read(state);
      } else {
        loaded_->dynamics.step(loaded_->parameters, state, {inputs, input_stride}, {targets, target_stride});
      }
      if (!is_settling) {
        if (recorder.needs_energy(step)) {
          measure_energy(loaded_->dynamics, loaded_->parameters, state, {targets, target_stride}, energy);
        }
        if (Result<> taken = recorder.take(step, state, energy); !taken) return tl::unexpected<Error>(taken.error());
      }
      if (options.progress) options.progress((done + 1) * stimulus.batch, total * stimulus.batch);
    }
    Result<Traces> traces = recorder.finish();
    if (!traces) return traces;
    traces->report = report(stimulus, options, done);
    traces->report.interrupted = done < total;
    return traces;
  }

  RunReport report(const Stimulus& stimulus, const RunOptions& options, std::int64_t done) const {
    const Network& network = *loaded_->network;
    RunReport report;
    report.backend = "reference";
    report.seed = options.seed;
    report.network_hash = loaded_->network_hash;
    report.calibration_hash = loaded_->calibration_hash;
    report.batch = stimulus.batch;
    report.steps = done > options.settle_steps ? done - options.settle_steps : 0;
    report.model_seconds = static_cast<double>(done) * network.dt;
    report.neurons = network.neuron_count();
    report.synapses = network.synapse_count();
    report.substeps = done * loaded_->dynamics.substeps();
    return report;
  }

  ReferenceOptions options_;
  std::optional<LoadedNetwork> loaded_;
};

}  // namespace

std::unique_ptr<Backend> make_reference_backend(ReferenceOptions options) {
  VLE_CHECK(options.substeps >= 0, "substeps = {}", options.substeps);
  return std::make_unique<ReferenceBackend>(options);
}

}  // namespace vle
