#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/network/network.hpp>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle::training {

struct LearnOnChipOptions {
  std::size_t epochs = 1;         ///< each plays every trial once, one after another
  std::uint64_t seed = 0;         ///< of noise and stochastic rounding
  std::int64_t settle_steps = 0;  ///< before each trial; nothing learns in them
  std::int64_t every = 1;         ///< steps from one measured output to the next
  std::stop_token stop;           ///< ends after the step at hand
  /// Trials done and to do, and the loss of the last one.
  std::function<void(std::int64_t done, std::int64_t total, double loss)> progress;
};

struct LearnedOnChip {
  ParameterMap map;            ///< with the registers as they were learned; its ledger says what was compiled
  std::vector<double> losses;  ///< of each whole epoch: mean over steps and trials of half the squared target error
  std::int64_t saturated = 0;  ///< accumulators that met a limit, in events
  bool interrupted = false;
};

/// Lets the plasticity engine of a chip learn by itself (RunOptions::learn): loads the map, plays the trials, reads the
/// registers back. `signals` needs targets for every output. Errors: kUnsupported (the device does not learn),
/// kInvalidInput (no targets, the map asks for no learning), those of the device.
[[nodiscard]] Result<LearnedOnChip> learn_on_chip(const std::shared_ptr<const ParameterMap>& map, Backend& backend,
                                                  const Stimulus& signals, const LearnOnChipOptions& options);

/// `network`, which `map` was compiled from, with what the engine may have learned as the registers of the map have it:
/// W of plastic projections, B where it mirrors, biases. Errors (kInvalidInput): the image contradicts itself.
[[nodiscard]] Result<Network> network_from_chip(Network network, const ParameterMap& map);

}  // namespace vle::training
