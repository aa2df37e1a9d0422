#pragma once

#include <vle/parameter_map/parameter_map.hpp>

#include "vle/v1/parameter_map.pb.h"

namespace vle::io {

inline constexpr std::uint32_t kMapFormatVersion = 1;

/// A map that cannot be: why.
template <class... Args>
tl::unexpected<Error> bad(fmt::format_string<Args...> format, Args&&... args) {
  return fail(ErrorCode::kInvalidInput, format, std::forward<Args>(args)...);
}

[[nodiscard]] v1::ParameterMap to_proto(const ParameterMap& map);
/// The bytes that are hashed and written: fields in order of number.
[[nodiscard]] std::string deterministic_bytes(const v1::ParameterMap& map);
/// SHA-256 of the bytes without `content_hash`.
[[nodiscard]] std::string content_hash_of(v1::ParameterMap map);

/// The map as plain data, after all checks: what the rest of the program may rely on. Errors say which field.
[[nodiscard]] Result<ParameterMap> to_map(const v1::ParameterMap& given);

/// Checks of a ledger block against the placed populations and projections: owner, array sizes, ranges, losses.
[[nodiscard]] Result<> check_block(const LedgerBlock& block, const ParameterMap& map);

/// Register words that no layout allows: unknown activations, sources that do not exist.
[[nodiscard]] Result<> check_image(const ParameterMap& map);

}  // namespace vle::io
