#pragma once

#include <openssl/x509.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vle/result/result.hpp>

namespace vle::link {

/// A certificate's fingerprint is the SHA-256 of its DER form, as 64 hexadecimal digits in small letters.
[[nodiscard]] std::string fingerprint_of(const X509& certificate);

/// The same from what people write: in letters of either size, with or without the colons of
/// `openssl x509 -fingerprint -sha256`. Nothing where `text` is none.
[[nodiscard]] std::optional<std::string> parse_fingerprint(std::string_view text);

/// The fingerprints that a file lists, one a line, anything behind a blank being a remark, # beginning one. Errors:
/// kIo, or kInvalidInput with the line.
[[nodiscard]] Result<std::set<std::string>> read_fingerprints(const std::string& path);

}  // namespace vle::link
