#pragma once

#include <string>
#include <string_view>
#include <vle/result/result.hpp>

namespace vle::io {

/// First words of a protobuf text file; the full name of its message follows.
inline constexpr std::string_view kTextHeader = "# proto-message:";

/// The message that protobuf text declares in its first line; empty: none.
[[nodiscard]] std::string declared_in_text(std::string_view text);

/// The only key of a JSON text, and the value behind it.
struct JsonDeclaration {
  std::string key;
  std::string_view value;
};
/// Checks JSON syntax (RFC 8259, no key twice, at most 64 levels) and takes the top level apart. The error names line
/// and column.
[[nodiscard]] Result<JsonDeclaration> declared_in_json(std::string_view text, const std::string& name);

/// Offset of the first byte that is not part of valid UTF-8; npos: there is none.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text);

/// Line, from 1, that an offset of a text lies in.
[[nodiscard]] int line_at(std::string_view text, std::size_t offset);

}  // namespace vle::io
