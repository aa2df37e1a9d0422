#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vle/result/result.hpp>
#include <vle/target/target.hpp>

#include "vle/v1/target.pb.h"

namespace vle::io {

/// A count of the schema; one that no int holds is the largest, which every check refuses.
[[nodiscard]] inline int to_int(std::uint32_t value) {
  return static_cast<int>(std::min<std::uint32_t>(value, std::numeric_limits<int>::max()));
}

/// Empty: unspecified or unknown.
[[nodiscard]] std::optional<ParameterKind> to_kind(v1::ParameterKind kind);
[[nodiscard]] v1::ParameterKind to_proto(ParameterKind kind);

/// A target as plain data, hash included; check_target() is done as well. Every contradiction, with paths of the
/// message.
[[nodiscard]] tl::expected<Target, Diagnostics> to_target(const v1::Target& given);

/// The message without `source`: to_target() of it gives an equal target.
[[nodiscard]] v1::Target to_proto(const Target& target);

/// What is not ideal, read into `target` and written from it. Reading returns what plain data cannot say.
[[nodiscard]] Diagnostics read_imperfections(const v1::Target& given, Target& target);
void write_imperfections(const Target& target, v1::Target& out);
/// A converter of signals, its errors included.
[[nodiscard]] Converter read_converter(const v1::Converter& given, const std::string& path, Diagnostics& mistakes);
void write_converter(const Converter& converter, v1::Converter& out);

/// Figures that no `source` covers, and sources that cover no figure.
[[nodiscard]] Diagnostics check_sources(const v1::Target& given);

}  // namespace vle::io
