#include <utility>
#include <vle/training/learn_on_chip.hpp>

namespace vle::training {
namespace {

Stimulus take_trial(const Stimulus& all, std::int64_t trial) {
  Stimulus one{1, all.steps, all.input_channels, all.target_channels, {}, {}};
  const auto copy = [&](const std::vector<double>& from, std::int64_t channels, std::vector<double>& to) {
    const auto begin = from.begin() + trial * all.steps * channels;
    to.assign(begin, begin + all.steps * channels);
  };
  copy(all.inputs, all.input_channels, one.inputs);
  copy(all.targets, all.target_channels, one.targets);
  return one;
}

/// Mean over the recorded steps of half the squared distance of the outputs from their targets.
double loss_of(const ParameterMap& map, const Traces& traces, const Stimulus& trial) {
  double sum = 0;
  std::int64_t samples = 0;
  for (const SignalTrace& trace : traces.signals) {
    const PlacedPopulation* output = nullptr;
    for (const PlacedPopulation& population : map.populations) {
      if (population.name == trace.population) output = &population;
    }
    samples = trace.samples;
    for (std::int64_t sample = 0; sample < trace.samples; ++sample) {
      const std::int64_t row = sample * traces.every * trial.target_channels + output->first_target_channel;
      for (std::int64_t i = 0; i < trace.neurons; ++i) {
        const double error = trial.targets[static_cast<std::size_t>(row + i)] -
                             trace.value(static_cast<std::size_t>(sample * trace.neurons + i));
        sum += 0.5 * error * error;
      }
    }
  }
  return samples > 0 ? sum / static_cast<double>(samples) : 0.0;
}

RunOptions run_options(const ParameterMap& map, const LearnOnChipOptions& options) {
  RunOptions run;
  run.learn = true;
  run.seed = options.seed;
  run.settle_steps = options.settle_steps;
  run.every = options.every;
  run.stop = options.stop;
  for (const PlacedPopulation& population : map.populations) {
    if (population.is_output) run.recordings.push_back({population.name, Signal::kR});
  }
  return run;
}

}  // namespace

Result<LearnedOnChip> learn_on_chip(const std::shared_ptr<const ParameterMap>& map, Backend& backend,
                                    const Stimulus& signals, const LearnOnChipOptions& options) {
  if (signals.targets.empty()) {
    return fail(ErrorCode::kInvalidInput, "learning on the chip needs target signals; there are none");
  }
  if (Result<> loaded = backend.load(map); !loaded) return tl::unexpected(loaded.error());
  LearnedOnChip result;
  RunOptions run = run_options(*map, options);
  const std::int64_t total = static_cast<std::int64_t>(options.epochs) * signals.batch;
  for (std::int64_t done = 0; done < total; ++done) {
    const Stimulus trial = take_trial(signals, done % signals.batch);
    run.first_trial = done;
    const Result<Traces> traces = backend.run(trial, run);
    if (!traces) return tl::unexpected(traces.error());
    if (traces->report.interrupted) {
      result.interrupted = true;
      if (done % signals.batch != 0) result.losses.pop_back();
      break;
    }
    const double loss = loss_of(*map, *traces, trial);
    if (done % signals.batch == 0) result.losses.push_back(0);
    result.losses.back() += loss / static_cast<double>(signals.batch);
    const auto saturated = traces->report.saturated.find("plasticity");
    if (saturated != traces->report.saturated.end()) result.saturated += saturated->second;
    if (options.progress) options.progress(done + 1, total, loss);
  }
  Result<std::vector<std::uint16_t>> registers =
      backend.read_registers(0, static_cast<std::uint32_t>(map->image.size()));
  if (!registers) return tl::unexpected(registers.error());
  result.map = *map;
  result.map.image = std::move(*registers);
  return result;
}

Result<Network> network_from_chip(Network network, const ParameterMap& map) {
  auto realised = recover_network(map);
  if (!realised) return tl::unexpected(realised.error());
  for (std::size_t p = 0; p < network.populations.size() && network.plasticity.eta_bias > 0; ++p) {
    network.populations[p].bias = std::move(realised->populations[p].bias);
  }
  for (std::size_t q = 0; q < network.projections.size() && network.plasticity.eta_weights > 0; ++q) {
    Projection& projection = network.projections[q];
    if (!projection.plastic) continue;
    projection.synapses.values = std::move(realised->projections[q].synapses.values);
    if (projection.backward == BackwardRule::kMirror) {
      projection.backward_values = std::move(realised->projections[q].backward_values);
    }
  }
  network.loop_radii = bound_loop_radii(network);
  network.hash = hash_network(network);
  return network;
}

}  // namespace vle::training
