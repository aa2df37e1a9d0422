#pragma once

#include <optional>
#include <string>
#include <vle/result/result.hpp>
#include <vle/target/target.hpp>

#include "vle/v1/target.pb.h"

namespace vle::io {

/// Empty: unspecified or unknown.
[[nodiscard]] std::optional<ParameterKind> to_kind(v1::ParameterKind kind);
[[nodiscard]] v1::ParameterKind to_proto(ParameterKind kind);

/// A target as plain data, hash included; check_target() is done as well. Every contradiction, with paths of the
/// message.
[[nodiscard]] tl::expected<Target, Diagnostics> to_target(const v1::Target& given);

/// The message without `source`: to_target() of it gives an equal target.
[[nodiscard]] v1::Target to_proto(const Target& target);

/// Figures that no `source` covers, and sources that cover no figure.
[[nodiscard]] Diagnostics check_sources(const v1::Target& given);

}  // namespace vle::io
