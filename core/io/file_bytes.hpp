#pragma once

#include <cstdint>
#include <string>
#include <vle/result/result.hpp>

namespace vle::io {

/// The bytes of a regular file. Errors: kIo (cannot be opened or read), kInvalidInput (a folder or a device, empty, or
/// larger than `max_bytes`).
[[nodiscard]] Result<std::string> read_bytes(const std::string& path, std::int64_t max_bytes);

/// The same checks alone.
[[nodiscard]] Result<> check_readable(const std::string& path, std::int64_t max_bytes);

/// `.npy` of `folder/weights.npy`; empty where the last part of the path has no extension.
[[nodiscard]] std::string extension_of(const std::string& path);

/// "3.5 MiB", "12 bytes".
[[nodiscard]] std::string size_in_words(std::int64_t bytes);

}  // namespace vle::io
