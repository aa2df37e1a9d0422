#include "declared_type.hpp"

#include <algorithm>

namespace vle::io {

std::string declared_in_text(std::string_view text) {
  if (!text.starts_with(kTextHeader)) return {};
  std::string_view rest = text.substr(kTextHeader.size());
  rest = rest.substr(0, rest.find_first_of("\r\n"));
  const std::size_t begin = rest.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return std::string(rest.substr(begin, rest.find_last_not_of(" \t") - begin + 1));
}

int line_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      // The second byte rules out overlong forms, surrogates and what lies above U+10FFFF.
      const unsigned low = k == 1 && lead == 0xE0 ? 0xA0 : k == 1 && lead == 0xF0 ? 0x90 : 0x80;
      const unsigned high = k == 1 && lead == 0xED ? 0x9F : k == 1 && lead == 0xF4 ? 0x8F : 0xBF;
      if (next < low || next > high) return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace vle::io
