#pragma once

#include <span>
#include <vector>

#include "bench.hpp"
#include "findings.hpp"

namespace vle::calibration {

/// One synapse of every source and column, and what is written to it while all others have code 0.
struct CellSetting {
  std::int64_t row = 0;     ///< of the synapse, from the first row of its source
  Lsb code;                 ///< of each
  double column_gain = 1;   ///< nominal
  std::int64_t trials = 4;  ///< at an effort of 1
};

/// What the synapses of one array pass on, in LSB of a nominal weight behind a nominal column: positive where a code
/// above 0 gives what it should. Not a number where none was measured.
struct SynapseValues {
  std::vector<double> value;  ///< [neuron][source]
  std::size_t sources = 0;
  double error = 0;  ///< standard error of one, by the read-out
  double at(std::size_t neuron, std::size_t source) const { return value[neuron * sources + source]; }
  void set(std::size_t neuron, std::int64_t source, double measured) {
    value[neuron * sources + static_cast<std::size_t>(source)] = measured;
  }
};

/// Full scales that a source sends, nominally.
[[nodiscard]] double sweep_amplitude(ParameterKind array);

/// Drives one source after another and reads what reaches every neuron: s of the forward array; epsilon of the backward
/// array, whose sources are errors of the core's own neurons. One result for each setting.
[[nodiscard]] Result<std::vector<SynapseValues>> sweep_synapses(Bench& bench, double effort, ParameterKind array,
                                                                std::span<const CellSetting> cells,
                                                                const Findings& findings);

}  // namespace vle::calibration
