#pragma once

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <string>
#include <string_view>
#include <vle/result/result.hpp>

namespace vle::io {

/// A description that was read from text, and where each of its fields stands in it.
class SourceText {
 public:
  /// Parses protobuf text or JSON, by the extension of `name` (.textproto, .json), into `message`, whose type the text
  /// must declare. Errors: kInvalidInput, with line or path.
  [[nodiscard]] Result<> parse(std::string_view text, const std::string& name, google::protobuf::Message& message);

  /// Turns mistakes into one error, a line each, in the order of the text; above kMaxReportedErrors they are counted.
  [[nodiscard]] tl::unexpected<Error> error_of(const Diagnostics& mistakes) const;

 private:
  Result<> parse_protobuf_text(std::string_view text, google::protobuf::Message& message);
  Result<> parse_json(std::string_view text, google::protobuf::Message& message);
  /// Line, from 1, of the longest part of a field path that the text holds; 0: none, or JSON.
  int line_of(std::string_view path) const;

  std::string name_;
  bool is_json_ = false;
  const google::protobuf::Descriptor* type_ = nullptr;
  google::protobuf::TextFormat::ParseInfoTree locations_;
};

/// Every string that is not UTF-8 and every number that is not finite.
[[nodiscard]] Diagnostics check_values(const google::protobuf::Message& message);

/// Both lists; where both have a mistake at one field, the one of `semantic`, which knows more.
[[nodiscard]] Diagnostics join_values(Diagnostics values, Diagnostics semantic);

}  // namespace vle::io
