#include <vle/parameter_map/stuck_weight.hpp>

namespace vle {

std::vector<StuckPlace> stuck_places(const ParameterMap& map, const ChipConverters& converters, ParameterKind array) {
  const RegisterLayout layout(map.target, map.geometry);
  const auto per_source = static_cast<std::uint32_t>(map.target.rows_per_source());
  std::vector<StuckPlace> places;
  for (const auto& [core, stuck] : converters.stuck_synapses(array)) {
    const Geometry& used = map.geometry;
    if (core >= used.cores || stuck.row >= used.rows || stuck.column >= used.columns) continue;
    const std::uint32_t row = stuck.row - stuck.row % per_source;
    places.push_back({core, row, stuck.column, layout.address(core, array, row, stuck.column)});
  }
  return places;
}

void write_stuck_weight(ParameterMap& map, ParameterKind array, std::size_t address, const StuckWeight& coded) {
  const Dac& dac = map.target.dac(array);
  map.image[address] = to_word(dac, coded.first, 0);
  if (map.target.signed_weight == SignedWeight::kRowPair) map.image[address + 1] = to_word(dac, coded.second, 0);
}

void enter_stuck_weight(const StuckWeight& coded, std::size_t element, double weight, double step, LedgerBlock& block) {
  block.target[element] = weight;
  block.code[element] = coded.net().code;
  block.realised[element] = coded.value * step;
  const bool is_clipped = coded.is_beyond || (step <= 0 && weight != 0);
  if (!is_clipped && !coded.is_short) return;
  block.losses.push_back(
      {static_cast<std::uint32_t>(element), is_clipped ? LossReason::kClipped : LossReason::kDefect});
}

}  // namespace vle
