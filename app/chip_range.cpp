#include "chip_range.hpp"

#include "arguments.hpp"

namespace vle::app {

Result<ChipRange> parse_chips(std::string_view text) {
  constexpr std::uint64_t kMostChips = 100'000;
  const auto dots = text.find("..");
  ChipRange range;
  bool is_sound = false;
  if (dots == std::string_view::npos) {
    const auto count = parse_unsigned(text);
    is_sound = count && *count > 0;
    if (is_sound) range.last = *count - 1;
  } else {
    const auto first = parse_unsigned(text.substr(0, dots));
    const auto last = parse_unsigned(text.substr(dots + 2));
    is_sound = first && last && *first <= *last;
    if (is_sound) range = {*first, *last};
  }
  if (!is_sound) {
    return fail(ErrorCode::kInvalidInput,
                "--chips: \"{}\" is neither A..B with A at most B, nor a number of chips from 1, as in 1..100 or 50",
                text);
  }
  if (range.last - range.first >= kMostChips) {
    return fail(ErrorCode::kInvalidInput, "--chips: {} are more than {} chips; take fewer", text, kMostChips);
  }
  return range;
}

}  // namespace vle::app
