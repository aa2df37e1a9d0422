#include <vle/parameter_map/stuck_weight.hpp>

namespace vle {

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
