#pragma once

#include <google/protobuf/message_lite.h>

#include <optional>
#include <string_view>
#include <vle/io/files.hpp>

namespace vle::io {

/// Parses binary protobuf without protobuf's own messages on stderr. False: not such a message, cut off, or a string
/// that is not UTF-8.
[[nodiscard]] bool parse_quietly(std::string_view bytes, google::protobuf::MessageLite& message);

/// What a binary file is, by the types of its first fields. Empty: none of ours.
[[nodiscard]] std::optional<FileKind> kind_of_binary(std::string_view bytes);

}  // namespace vle::io
