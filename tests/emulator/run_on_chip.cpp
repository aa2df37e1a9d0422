#include "run_on_chip.hpp"

#include <vle/compile/compile.hpp>
#include <vle/result/check.hpp>

namespace vle {
namespace {

template <class T>
T value_of(Result<T> result) {
  VLE_CHECK(result.has_value(), "{}", result.error().message);
  return std::move(*result);
}

}  // namespace

std::shared_ptr<const ParameterMap> compile_for(const Network& network, const Target& target,
                                                const Stimulus& stimulus) {
  const SignalRanges ranges = value_of(profile_ranges(network, stimulus));
  return std::make_shared<const ParameterMap>(value_of(compile(network, target, ranges)));
}

std::vector<Recording> record_all(const Network& network) {
  std::vector<Recording> recordings;
  for (const Population& population : network.populations) {
    for (const Signal signal : kSignals) recordings.push_back({population.name, signal});
  }
  return recordings;
}

Traces run_on_chip(std::shared_ptr<const ParameterMap> map, std::uint64_t chip_id, emulator::Effects effects,
                   const Stimulus& stimulus, const RunOptions& options, double temperature_kelvin) {
  const std::unique_ptr<Backend> chip =
      emulator::make_emulator_backend(map->target, chip_id, effects, temperature_kelvin);
  const Result<> loaded = chip->load(std::move(map));
  VLE_CHECK(loaded.has_value(), "{}", loaded.error().message);
  return value_of(chip->run(stimulus, options));
}

}  // namespace vle
