#include <vle/training/host_learner.hpp>

#include <algorithm>
#include <utility>
#include <vle/backend/readout.hpp>
#include <vle/result/check.hpp>

namespace vle::training {
namespace {

bool learns_any_gains(const Network& network) {
  return std::any_of(network.populations.begin(), network.populations.end(),
                     [](const Population& population) { return learns_gains(population.gain); });
}

std::vector<Signal> signals_to_read(const Network& network) {
  const PlasticityDescription& plasticity = network.plasticity;
  const bool has_traces = plasticity.eligibility == Eligibility::kTrace;
  std::vector<Signal> signals{Signal::kR};
  if (!has_traces) signals.push_back(Signal::kE);
  if (plasticity.eta_tau > 0 || plasticity.eta_tau_r > 0) signals.push_back(Signal::kU);
  if (learns_any_gains(network) || plasticity.eta_tau_r > 0 || has_traces) signals.push_back(Signal::kEpsilon);
  return signals;
}

/// The network as the host sees it: in steps as long as the time between two samples.
Learner sampled_learner(Network network, std::int64_t every) {
  PlasticityDescription plasticity = network.plasticity;
  if (!(plasticity.tau_min > 0)) plasticity.tau_min = network.dt;
  network.dt *= static_cast<double>(every);
  network.integrator = Integrator::kExponential;
  return Learner(Dynamics(std::make_shared<const Network>(std::move(network))), {plasticity, false, false});
}

std::vector<GivenLeads> leads_of(const Network& network) {
  std::vector<GivenLeads> leads;
  for (const Population& population : network.populations) leads.push_back({population.lead_u, population.lead_v});
  return leads;
}

/// Where a trace holds neuron 0 of a trial's sample.
std::size_t place(const SignalTrace& trace, std::size_t trial, std::int64_t sample) {
  return (trial * static_cast<std::size_t>(trace.samples) + static_cast<std::size_t>(sample)) *
         static_cast<std::size_t>(trace.neurons);
}

std::vector<double> mean_of(const SignalTrace& trace, std::int64_t batch) {
  const auto neurons = static_cast<std::size_t>(trace.neurons);
  std::vector<double> mean(neurons, 0.0);
  for (std::size_t k = 0; k < trace.size(); ++k) mean[k % neurons] += trace.value(k);
  for (double& value : mean) value /= static_cast<double>(batch * trace.samples);
  return mean;
}

}  // namespace

std::int64_t sample_period(const ParameterMap& map, std::size_t kinds) {
  const std::int64_t step_clocks = map.timing.substeps_per_step * map.target.substep_clocks;
  const std::int64_t needed = static_cast<std::int64_t>(kinds) * map.target.readout_adc.clocks;
  return std::max<std::int64_t>((needed + step_clocks - 1) / step_clocks, 1);
}

Result<HostLearner> HostLearner::create(const Network& network, ParameterMap map, Backend& backend,
                                        const HostLearnerOptions& options) {
  if (!backend.info().has_registers) {
    return fail(ErrorCode::kUnsupported, "{}: has no registers, so a host cannot change what is loaded",
                backend.info().backend);
  }
  const std::int64_t every = sample_period(map, signals_to_read(network).size());
  auto mapped =
      MappedParameters::create(std::move(map), options.rounding, options.seed, options.calibration, leads_of(network));
  if (!mapped) return tl::unexpected(mapped.error());
  return HostLearner(sampled_learner(network, every), std::move(*mapped), backend, options, every);
}

HostLearner::HostLearner(Learner learner, MappedParameters mapped, Backend& backend, const HostLearnerOptions& options,
                         std::int64_t every)
    : learner_(std::move(learner)), mapped_(std::move(mapped)), backend_(&backend), options_(options), every_(every) {
  const Network& network = learner_.dynamics().network();
  for (const Population& population : network.populations) {
    for (const Signal signal : signals_to_read(network)) recordings_.push_back({population.name, signal});
  }
  now_.parameters = learner_.dynamics().initial_parameters();
}

void HostLearner::start(std::size_t batch) {
  now_.state = learner_.dynamics().initial_state(batch);
  if (now_.learning.gains.empty()) now_.learning = learner_.initial_state(batch);
  VLE_CHECK(now_.learning.batch == batch, "a batch of {} trials after one of {}", batch, now_.learning.batch);
  learner_.start_trial(now_.learning);
}

Result<> HostLearner::begin(std::size_t batch) {
  start(batch);
  return program();
}

Result<> HostLearner::resume(std::string_view bytes) {
  auto checkpoint = checkpoint_from_bytes(learner_, bytes);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  now_ = std::move(*checkpoint);
  return program();
}

Result<Traces> HostLearner::play(Stimulus stimulus, const std::stop_token& stop) {
  RunOptions options;
  options.seed = options_.seed;
  options.first_trial = counts_.trials;
  options.every = every_;
  options.recordings = recordings_;
  options.threads = options_.threads;
  options.stop = stop;
  if (mapped_.calibration() != nullptr) correct_targets(*mapped_.calibration(), mapped_.map(), stimulus);
  auto traces = backend_->run(stimulus, options);
  if (!traces) return traces;
  correct(*traces);
  counts_.trials += stimulus.batch;
  counts_.device_seconds += traces->report.device_seconds * static_cast<double>(stimulus.batch);
  return traces;
}

void HostLearner::correct(Traces& traces) const {
  if (mapped_.calibration() != nullptr) correct_readout(*mapped_.calibration(), mapped_.map(), traces);
}

Result<bool> HostLearner::measure_baseline(Stimulus stimulus, const std::stop_token& stop) {
  stimulus.targets.clear();
  stimulus.target_channels = 0;
  const auto traces = play(stimulus, stop);
  if (!traces) return tl::unexpected(traces.error());
  if (traces->report.interrupted) return false;
  baselines_.assign(now_.state.populations.size(), {});
  const std::size_t kinds = recordings_.size() / baselines_.size();
  for (std::size_t k = 0; k < traces->signals.size(); ++k) {
    const SignalTrace& trace = traces->signals[k];
    if (trace.signal == Signal::kE) baselines_[k / kinds].e = mean_of(trace, traces->batch);
    if (trace.signal == Signal::kEpsilon) baselines_[k / kinds].epsilon = mean_of(trace, traces->batch);
  }
  return true;
}

Result<std::optional<double>> HostLearner::learn(const Stimulus& stimulus, const std::stop_token& stop) {
  if (batches_ == 0) {
    if (auto begun = begin(static_cast<std::size_t>(stimulus.batch)); !begun) return tl::unexpected(begun.error());
  } else {
    start(static_cast<std::size_t>(stimulus.batch));
  }
  if (batches_ % options_.baseline_every == 0) {
    const auto measured = measure_baseline(stimulus, stop);
    if (!measured) return tl::unexpected(measured.error());
    if (!*measured) return std::optional<double>{};
  }
  const auto traces = play(stimulus, stop);
  if (!traces) return tl::unexpected(traces.error());
  if (traces->report.interrupted) return std::optional<double>{};
  ++batches_;
  const double loss = learn_from(*traces, stimulus);
  learner_.update(now_.parameters, now_.learning);
  if (auto programmed = program(); !programmed) return tl::unexpected(programmed.error());
  return std::optional(loss);
}

Result<> HostLearner::program() {
  const std::vector<RegisterWrite> writes = mapped_.program(now_.parameters);
  for (const RegisterWrite& write : writes) counts_.registers_written += static_cast<std::int64_t>(write.words.size());
  return backend_->write_registers(writes);
}

double HostLearner::learn_from(const Traces& traces, const Stimulus& stimulus) {
  const std::int64_t samples = traces.signals.front().samples;
  const Network& network = learner_.dynamics().network();
  const std::int64_t skipped = std::min(options_.skip_steps / every_, samples - 1);
  double loss = 0;
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    take_sample(traces, stimulus, sample);
    if (sample > 0) learner_.learn(now_.parameters, now_.state, now_.learning, {sample > skipped, true, false});
    if (sample == skipped) learner_.discard_gradients(now_.learning);
    if (sample < skipped) continue;
    const auto channels = static_cast<std::size_t>(network.target_channels());
    const auto step = static_cast<std::size_t>(sample * every_);
    const SignalView targets{stimulus.targets.data() + step * channels,
                             static_cast<std::size_t>(stimulus.steps) * channels};
    measure_energy(learner_.dynamics(), now_.parameters, now_.state, targets, energy_);
    for (const double cost : energy_.cost) loss += cost;
  }
  now_.learning.steps += samples;
  return loss / static_cast<double>((samples - skipped) * traces.batch);
}

// Signals stand population by population, each in the order of signals_to_read().
void HostLearner::take_sample(const Traces& traces, const Stimulus& stimulus, std::int64_t sample) {
  const std::size_t kinds = recordings_.size() / now_.state.populations.size();
  for (std::size_t k = 0; k < traces.signals.size(); ++k) {
    const SignalTrace& trace = traces.signals[k];
    const std::size_t population = k / kinds;
    PopulationState& state = now_.state.populations[population];
    switch (trace.signal) {
      case Signal::kR:
        take_rates(trace, sample, state);
        break;
      case Signal::kE:
        take_errors(trace, sample, baselines_[population].e, state.e);
        break;
      case Signal::kU:
        take_drive(trace, sample, population);
        break;
      default:
        take_errors(trace, sample, baselines_[population].epsilon, state.epsilon);
        filter_errors(population);
    }
  }
  const std::size_t channels = now_.state.inputs.size() / now_.state.batch;
  const auto step = static_cast<std::size_t>(sample * every_);
  for (std::size_t trial = 0; trial < now_.state.batch; ++trial) {
    const double* row = stimulus.inputs.data() + (trial * static_cast<std::size_t>(stimulus.steps) + step) * channels;
    for (std::size_t c = 0; c < channels; ++c) now_.state.inputs[c * now_.state.batch + trial] = row[c];
  }
}

void HostLearner::take_rates(const SignalTrace& trace, std::int64_t sample, PopulationState& state) const {
  const std::size_t batch = now_.state.batch;
  const auto substeps = static_cast<double>(every_ * mapped_.map().timing.substeps_per_step);
  for (std::size_t trial = 0; trial < batch; ++trial) {
    const std::size_t at = place(trace, trial, sample);
    const std::size_t before = place(trace, trial, std::max<std::int64_t>(sample - 1, 0));
    for (std::size_t i = 0; i < static_cast<std::size_t>(trace.neurons); ++i) {
      const double now = trace.value(at + i);
      state.r[i * batch + trial] = now - (now - trace.value(before + i)) / substeps;
    }
  }
}

void HostLearner::take_errors(const SignalTrace& trace, std::int64_t sample, const std::vector<double>& zero,
                              std::vector<double>& errors) const {
  const std::size_t batch = now_.state.batch;
  for (std::size_t trial = 0; trial < batch; ++trial) {
    const std::size_t at = place(trace, trial, sample);
    for (std::size_t i = 0; i < zero.size(); ++i) errors[i * batch + trial] = trace.value(at + i) - zero[i];
  }
}

void HostLearner::take_drive(const SignalTrace& trace, std::int64_t sample, std::size_t population) {
  const std::size_t batch = now_.state.batch;
  PopulationState& state = now_.state.populations[population];
  const std::vector<double>& a = now_.parameters.populations[population].a;
  for (std::size_t trial = 0; trial < batch; ++trial) {
    const std::size_t at = place(trace, trial, sample);
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t k = i * batch + trial;
      const double u = trace.value(at + i);
      if (sample > 0) state.drive[k] = (u - state.u[k]) / a[i];
      state.u[k] = u;
    }
  }
}

void HostLearner::filter_errors(std::size_t population) {
  const std::size_t batch = now_.state.batch;
  PopulationState& state = now_.state.populations[population];
  const PopulationParameters& own = now_.parameters.populations[population];
  for (std::size_t k = 0; k < state.epsilon.size(); ++k) {
    const std::size_t i = k / batch;
    const double behind = state.epsilon[k] - state.v[k];
    state.error_lead[k] = state.v[k] + own.lead_v[i] * behind;
    state.v[k] += own.b[i] * behind;
  }
}

}  // namespace vle::training
