#pragma once

#include <cstdint>
#include <string>
#include <vle/backend/backend.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle::emulator {

/// A programmed chip as an ngspice netlist: what the emulator integrates sub-step by sub-step, for a solver that knows
/// nothing of sub-steps. 1 V stands for one full scale, times are those of the chip. Every neuron in use has its two
/// membrane capacitors with leak amplifiers (OTAs), its lead elements with their pole, and its rate circuit; every
/// synapse with a code is a transconductance onto its column. Values are those of the chip: codes through their
/// transfer functions, times the deviations of its id where mismatch is on. The first trial of `stimulus` enters as
/// held steps of the input converters. Run in batch (`ngspice -b`), the netlist writes the file `table`: time, then u,
/// r, v and e of every neuron, at the ends of the network's steps.
///
/// `chip_id`, `effects` and `temperature_kelvin` as of an emulated chip. Noise is left out, cells are as freshly
/// refreshed, the read-out is not there, and signals between cores pass by wire. `map` must be one that an emulated
/// chip of its target loads. Errors (kInvalidInput): shapes, as of a run.
[[nodiscard]] Result<std::string> spice_netlist(const ParameterMap& map, std::uint64_t chip_id, Effects effects,
                                                const Stimulus& stimulus, const std::string& table,
                                                double temperature_kelvin = 0);

}  // namespace vle::emulator
