#include <vle/random/philox.hpp>

#include "trial.hpp"

namespace vle::emulator {

void Trial::learn() {
  const Learning& learning = *plan_.learning;
  for (std::size_t c = 0; c < learning.engines.size(); ++c) {
    PlasticityCore& engine = learning.engines[c];
    const PlasticityProgram& program = engine.program();
    if (!program.is_on() || substep_ % program.period_substeps != 0) continue;
    const auto core = static_cast<std::uint32_t>(c);
    sample_for_learning(core, program.control.gains, learning_codes_[c]);
    const std::int64_t saturated = engine.saturated();
    const RoundingKey key{philox_key(plan_.options->seed), static_cast<std::uint32_t>(substep_), number_};
    engine.update(learning_codes_[c], key, learning.registers);
    counts_.plasticity += engine.saturated() - saturated;
    for (const LearnedCode& changed : engine.changed()) {
      learning.chip->decode_learned(learning.registers, core, changed.kind, changed.row, changed.column);
      if (cores_[c].own.size() > 0 && changed.column < cores_[c].own.width()) redraw(c, changed.column);
    }
  }
}

// A row has the code that its driver holds: an input's, the read-out's of a neuron of this core, or a crossing's.
void Trial::sample_for_learning(std::uint32_t core, bool with_gains, PlasticityCodes& codes) {
  const Chip& chip = *plan_.chip;
  const CoreArrays& arrays = chip.cores[core];
  const std::size_t columns = std::min(codes.r.size(), arrays.width());
  for (std::uint32_t i = 0; i < columns; ++i) {
    codes.r[i] = convert(core, i, Signal::kR);
    codes.e[i] = convert(core, i, Signal::kE);
    if (!with_gains) continue;
    codes.epsilon[i] = convert(core, i, Signal::kEpsilon);
    codes.v[i] = convert(core, i, Signal::kV);
  }
  const auto own_columns = static_cast<std::size_t>(chip.geometry.columns);
  const std::size_t sites = static_cast<std::size_t>(chip.geometry.cores) * own_columns;
  const auto sample = [&](const std::vector<std::uint32_t>& bus_of_row, const std::vector<float>& bus,
                          std::size_t first_site, const std::vector<std::int32_t>& own,
                          std::vector<std::int32_t>& rows) {
    for (std::size_t row = 0; row < std::min(rows.size(), bus_of_row.size()); ++row) {
      const std::size_t place = bus_of_row[row];
      if (place == 0) {
        rows[row] = 0;
      } else if (place < first_site) {
        rows[row] = place <= input_codes_.size() ? input_codes_[place - 1] : 0;
      } else if (place < first_site + sites) {
        rows[row] = own[(place - first_site) % own_columns];
      } else {
        rows[row] = crossing_codes_.encode(static_cast<double>(bus[place]), 0, counts_.crossing);
      }
    }
  };
  sample(arrays.forward.bus, rate_bus_, chip.rate_of_site(0), codes.r, codes.forward_rows);
  sample(arrays.backward.bus, error_bus_, chip.error_of_site(0), codes.e, codes.backward_rows);
}

}  // namespace vle::emulator
