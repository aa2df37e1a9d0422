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

Result<Recorder> Recorder::make(const Network& network, const Stimulus& stimulus, const RunOptions& options) {
  Recorder recorder(options.every, stimulus.batch, network.dt);
  recorder.room_ = (stimulus.steps + options.every - 1) / options.every;
  double total = 0;
  for (const Recording& recording : options.recordings.empty() ? rates_of_all(network) : options.recordings) {
    const auto population = static_cast<std::size_t>(network.find_population(recording.population).value_or(0));
    const bool is_energy = recording.signal == Signal::kEnergy;
    const std::int64_t neurons = is_energy ? 1 : network.populations[population].size;
    recorder.has_energy_ = recorder.has_energy_ || is_energy;
    total += static_cast<double>(recorder.room_) * static_cast<double>(neurons) * static_cast<double>(stimulus.batch);
    recorder.channels_.push_back({population, {recording.population, recording.signal, neurons, 0, {}, {}, {}}});
  }
  if (total > static_cast<double>(kMaxRecordedValues)) {
    return fail(
        ErrorCode::kInvalidInput,
        "the run would record {:.0f} values, above the limit of {}; record fewer signals, every n-th step, or run "
        "fewer trials at a time",
        total, kMaxRecordedValues);
  }
  for (Channel& channel : recorder.channels_) {
    channel.trace.values.resize(static_cast<std::size_t>(stimulus.batch * recorder.room_ * channel.trace.neurons));
  }
  for (const Output& output : network.outputs) {
    recorder.outputs_.push_back(static_cast<std::size_t>(output.population));
  }
  return recorder;
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

Result<> Recorder::take(std::int64_t step, const std::vector<double>& values, Channel& channel) const {
  for (std::int64_t neuron = 0; neuron < channel.trace.neurons; ++neuron) {
    for (std::int64_t trial = 0; trial < batch_; ++trial) {
      const double value = values[static_cast<std::size_t>(neuron * batch_ + trial)];
      if (!std::isfinite(value)) {
        return fail(
            ErrorCode::kInvalidInput,
            "population \"{}\": {}[{}] is {} after step {} (t = {} s) of trial {}: the network diverges; make its "
            "weights or learning rates smaller",
            channel.trace.population, name_of(channel.trace.signal), neuron, value, step,
            static_cast<double>(step + 1) * dt_, trial);
      }
      const std::int64_t sample = trial * room_ + taken_;
      channel.trace.values[static_cast<std::size_t>(sample * channel.trace.neurons + neuron)] = value;
    }
  }
  return {};
}

Result<> Recorder::take(std::int64_t step, const State& state, const ProspectiveEnergy& energy) {
  if (step % every_ != 0) return {};
  for (Channel& channel : channels_) {
    const Signal signal = channel.trace.signal;
    Result<> taken = signal == Signal::kEnergy
                         ? take(step, energy_of(energy, channel.population), channel)
                         : take(step, values_of(state.populations[channel.population], signal), channel);
    if (!taken) return taken;
  }
  ++taken_;
  return {};
}

void Recorder::drop_unrecorded(State& state) const {
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    PopulationState kept;
    for (const Channel& channel : channels_) {
      if (channel.population != p) continue;
      const Signal signal = channel.trace.signal;
      values_of(kept, signal) = values_of(state.populations[p], signal);
    }
    state.populations[p] = std::move(kept);
  }
}

std::vector<SignalTrace> Recorder::finish() {
  std::vector<SignalTrace> traces;
  for (Channel& channel : channels_) {
    SignalTrace& trace = channel.trace;
    // An interrupted run leaves room behind every trial: the trials move together.
    for (std::int64_t trial = 1; trial < batch_ && taken_ < room_; ++trial) {
      const auto from = trace.values.begin() + trial * room_ * trace.neurons;
      std::copy(from, from + taken_ * trace.neurons, trace.values.begin() + trial * taken_ * trace.neurons);
    }
    trace.values.resize(static_cast<std::size_t>(batch_ * taken_ * trace.neurons));
    trace.samples = taken_;
    traces.push_back(std::move(trace));
  }
  return traces;
}

}  // namespace vle
