#include "recorder.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vle {
namespace {

template <class State>
auto& values_of(State& state, Signal signal) {
  switch (signal) {
    case Signal::kU:
      return state.u;
    case Signal::kV:
      return state.v;
    case Signal::kR:
      return state.r;
    case Signal::kEpsilon:
      return state.epsilon;
    case Signal::kE:
      return state.e;
    case Signal::kS:
      return state.s;
    case Signal::kEnergy:
      break;
  }
  return state.r;
}

std::vector<Recording> rates_of_all(const Network& network) {
  std::vector<Recording> recordings;
  for (const Population& population : network.populations) recordings.push_back({population.name, Signal::kR});
  return recordings;
}

}  // namespace

Recorder::Recorder(const Network& network, const Stimulus& stimulus, const RunOptions& options) {
  traces_.dt = network.dt;
  traces_.every = options.every;
  traces_.batch = stimulus.batch;
  const std::int64_t samples = (stimulus.steps + options.every - 1) / options.every;
  for (const Recording& recording : options.recordings.empty() ? rates_of_all(network) : options.recordings) {
    const auto population = static_cast<std::size_t>(network.find_population(recording.population).value_or(0));
    const bool is_energy = recording.signal == Signal::kEnergy;
    has_energy_ = has_energy_ || is_energy;
    populations_.push_back(population);
    traces_.signals.push_back({recording.population,
                               recording.signal,
                               is_energy ? 1 : network.populations[population].size,
                               samples,
                               {},
                               {},
                               {}});
  }
  for (const Output& output : network.outputs) outputs_.push_back(static_cast<std::size_t>(output.population));
}

void Recorder::write_to(TraceSink& sink) {
  constexpr std::int64_t kBytesOfAll = std::int64_t{64} << 20;
  const std::int64_t bytes = std::min(TraceWindow::kBytes, kBytesOfAll / traces_.batch);
  for (std::int64_t trial = 0; trial < traces_.batch; ++trial) {
    windows_.emplace_back(traces_, SampleKind::kValues, trial, sink, bytes);
  }
}

std::vector<double> Recorder::energy_of(const ProspectiveEnergy& energy, std::size_t population) const {
  std::vector<double> values(energy.batch);
  for (std::size_t trial = 0; trial < energy.batch; ++trial) {
    values[trial] = energy.mismatch[population * energy.batch + trial];
    for (std::size_t o = 0; o < outputs_.size(); ++o) {
      if (outputs_[o] == population) values[trial] += energy.cost[o * energy.batch + trial];
    }
  }
  return values;
}

Result<> Recorder::take(std::int64_t step, const std::vector<double>& values, std::size_t channel) {
  const SignalTrace& trace = traces_.signals[channel];
  for (std::int64_t neuron = 0; neuron < trace.neurons; ++neuron) {
    for (std::int64_t trial = 0; trial < traces_.batch; ++trial) {
      const double value = values[static_cast<std::size_t>(neuron * traces_.batch + trial)];
      if (!std::isfinite(value)) {
        return fail(
            ErrorCode::kInvalidInput,
            "population \"{}\": {}[{}] is {} after step {} (t = {} s) of trial {}: the network diverges; make its "
            "weights or learning rates smaller",
            trace.population, name_of(trace.signal), neuron, value, step, static_cast<double>(step + 1) * traces_.dt,
            trial);
      }
      TraceWindow& window = windows_[static_cast<std::size_t>(trial)];
      window.signals()[channel].values[static_cast<std::size_t>(window.at() * trace.neurons + neuron)] = value;
    }
  }
  return {};
}

Result<> Recorder::take(std::int64_t step, const State& state, const ProspectiveEnergy& energy) {
  if (step % traces_.every != 0) return {};
  for (std::size_t channel = 0; channel < populations_.size(); ++channel) {
    const Signal signal = traces_.signals[channel].signal;
    const std::size_t population = populations_[channel];
    Result<> taken = signal == Signal::kEnergy ? take(step, energy_of(energy, population), channel)
                                               : take(step, values_of(state.populations[population], signal), channel);
    if (!taken) return taken;
  }
  for (TraceWindow& window : windows_) {
    if (Result<> given = window.advance(); !given) return given;
  }
  ++taken_;
  return {};
}

void Recorder::drop_unrecorded(State& state) const {
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    PopulationState kept;
    for (std::size_t channel = 0; channel < populations_.size(); ++channel) {
      if (populations_[channel] != p) continue;
      const Signal signal = traces_.signals[channel].signal;
      values_of(kept, signal) = values_of(state.populations[p], signal);
    }
    state.populations[p] = std::move(kept);
  }
}

Result<Traces> Recorder::finish() {
  for (TraceWindow& window : windows_) {
    if (Result<> given = window.flush(); !given) return tl::unexpected(given.error());
  }
  for (SignalTrace& trace : traces_.signals) trace.samples = taken_;
  return std::move(traces_);
}

}  // namespace vle
