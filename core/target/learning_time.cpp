#include <algorithm>
#include <vle/target/learning_time.hpp>

namespace vle {

LearningLoad learning_load(const PlasticityEngine& engine, LearnControl control, std::int64_t forward_rows,
                           std::int64_t backward_rows, std::int64_t columns) {
  const std::int64_t lanes = engine.lanes > 0 ? engine.lanes : std::max<std::int64_t>(columns, 1);
  LearningLoad load;
  load.conversions = control.gains ? 4 : 2;  // e and r; epsilon and v for the gains
  load.forward_rows = control.forward ? forward_rows : 0;
  load.backward_rows = control.backward ? backward_rows : 0;
  load.neuron_passes = (control.bias ? 1 : 0) + (control.gains ? 2 : 0);
  load.column_passes = (columns + lanes - 1) / lanes;
  return load;
}

// While a row is updated the next one is read and the last one written.
std::int64_t learning_clocks(const Target& target, const LearningLoad& load) {
  const PlasticityEngine& engine = *target.plasticity;
  const std::int64_t pass = load.column_passes * engine.update_clocks;
  const std::int64_t row = std::max(pass, 2 * engine.row_clocks);
  const std::int64_t rows = load.forward_rows + load.backward_rows;
  return load.conversions * target.readout_adc.clocks + rows * row + 2 * (pass + engine.row_clocks) +
         load.neuron_passes * pass;
}

}  // namespace vle
