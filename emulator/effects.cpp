#include <vle/emulator/emulator.hpp>

namespace vle::emulator {
namespace {

struct NamedEffect {
  std::string_view name;
  bool Effects::*field;
};
constexpr NamedEffect kEffects[] = {{"mismatch", &Effects::mismatch},
                                    {"noise", &Effects::noise},
                                    {"saturation", &Effects::saturation},
                                    {"crossing", &Effects::crossing}};

}  // namespace

Result<Effects> parse_effects(std::string_view text) {
  if (text == "all") return Effects{};
  if (text == "none") return Effects::none();
  Effects effects = Effects::none();
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    bool known = false;
    for (const NamedEffect& effect : kEffects) {
      if (effect.name != word) continue;
      effects.*effect.field = true;
      known = true;
    }
    if (!known) {
      return fail(ErrorCode::kInvalidInput,
                  "unknown effect \"{}\"; use all, none, or a list of mismatch, noise, saturation, crossing", word);
    }
    begin = end + 1;
  }
  return effects;
}

}  // namespace vle::emulator
