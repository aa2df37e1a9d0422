#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vle/emulator/emulator.hpp>
#include <vle/network/network.hpp>
#include <vle/parameter_map/parameter_map.hpp>

#include "bench_group.hpp"

namespace vle::bench {

/// A target that ships with the project, by its name.
Target shipped_target(const std::string& name);

/// Compiled so that a step is as few sub-steps as the target allows.
std::shared_ptr<const ParameterMap> compile_for(const Network& network, const Target& target);

struct ChipOptions {
  std::string target = "ideal";
  emulator::Effects effects;
  std::size_t batch = 1;
  std::int64_t steps = 100;   ///< of a run
  std::int64_t substeps = 1;  ///< of a step, as the compiler chooses them at the fastest speed-up
  int threads = 1;
  bool learns = false;
};

/// A run of an emulated chip on every call; its parts are the sub-steps of the run, of all trials of the batch
/// together. A run converts its stimulus, resets the chip, and reads out one sample.
Measurement chip_run(std::string name, std::function<std::shared_ptr<const Network>()> network, ChipOptions options);

}  // namespace vle::bench
