#include "binary_message.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/wire_format_lite.h>

#include <limits>

namespace vle::io {

namespace pb = google::protobuf;

bool parse_quietly(std::string_view bytes, pb::MessageLite& message) {
  const pb::LogSilencer silence;
  return bytes.size() <= std::numeric_limits<std::int32_t>::max() &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// Both messages begin with format_version and tool_version. Of the fields 3 to 7, a map's are strings where a
// calibration's are numbers, except for field 4.
std::optional<FileKind> kind_of_binary(std::string_view bytes) {
  using pb::internal::WireFormatLite;
  constexpr int kFormatVersion = 1;
  constexpr int kLastTelling = 7;
  constexpr int kSameInBoth = 4;
  const auto visible = static_cast<int>(std::min<std::size_t>(bytes.size(), 4096));
  pb::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()), visible);
  bool is_first = true;
  while (const std::uint32_t tag = stream.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    const bool is_text = WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    if (is_first && (field != kFormatVersion || is_text)) return std::nullopt;
    is_first = false;
    if (field > 2 && field <= kLastTelling && field != kSameInBoth) {
      return is_text ? FileKind::kParameterMap : FileKind::kCalibration;
    }
    if (field > kLastTelling || !WireFormatLite::SkipField(&stream, tag)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace vle::io
