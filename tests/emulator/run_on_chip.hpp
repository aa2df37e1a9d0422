#pragma once

#include <memory>
#include <vle/backend/backend.hpp>
#include <vle/emulator/emulator.hpp>

namespace vle {

/// A network compiled for a target, profiled on the stimulus.
std::shared_ptr<const ParameterMap> compile_for(const Network& network, const Target& target, const Stimulus& stimulus);

/// Every signal of every population.
std::vector<Recording> record_all(const Network& network);

/// Traces of a fresh chip, at its nominal temperature unless another is given.
Traces run_on_chip(std::shared_ptr<const ParameterMap> map, std::uint64_t chip_id, emulator::Effects effects,
                   const Stimulus& stimulus, const RunOptions& options, double temperature_kelvin = 0);

}  // namespace vle
