#pragma once

#include <cstdint>
#include <vle/target/register_layout.hpp>

namespace vle {

/// What one update of a core's plasticity engine works through.
struct LearningLoad {
  std::int64_t conversions = 0;   ///< of the read-out: kinds of signals
  std::int64_t forward_rows = 0;  ///< rows of synapses that are read, updated and written back; 0: does not learn
  std::int64_t backward_rows = 0;
  std::int64_t neuron_passes = 0;  ///< over the constants of all columns: bias, each gain
  std::int64_t column_passes = 0;  ///< groups of lanes that hold a core's columns
};

/// The load that a core's registers ask for: `forward_rows` and `backward_rows` are driven, `columns` in use.
LearningLoad learning_load(const PlasticityEngine& engine, LearnControl control, std::int64_t forward_rows,
                           std::int64_t backward_rows, std::int64_t columns);

/// Clocks within which one update ends, from the sample of its signals.
std::int64_t learning_clocks(const Target& target, const LearningLoad& load);

}  // namespace vle
