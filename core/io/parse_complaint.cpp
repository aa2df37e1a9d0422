#include "parse_complaint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "declared_type.hpp"

namespace vle::io {
namespace {

namespace pb = google::protobuf;

// What stands between the `nth` pair of double quotes, from 0; empty: there is none.
std::string quoted_word(std::string_view message, int nth) {
  std::size_t open = message.find('"');
  for (; nth > 0 && open != std::string_view::npos; --nth) {
    open = message.find('"', message.find('"', open + 1) + 1);
  }
  if (open == std::string_view::npos) return {};
  const std::size_t close = message.find('"', open + 1);
  return close == std::string_view::npos ? std::string() : std::string(message.substr(open + 1, close - open - 1));
}

std::size_t offset_of(std::string_view text, int line, int column) {
  std::size_t offset = 0;
  for (int i = 1; i < line; ++i) offset = std::min(text.find('\n', offset), text.size() - 1) + 1;
  return std::min(offset + static_cast<std::size_t>(std::max(column, 1)) - 1, text.size());
}

const pb::EnumDescriptor* find_enum(const pb::Descriptor& type, const std::string& field_name,
                                    std::set<const pb::Descriptor*>& seen) {
  if (!seen.insert(&type).second) return nullptr;
  for (int i = 0; i < type.field_count(); ++i) {
    const pb::FieldDescriptor* field = type.field(i);
    if (field->enum_type() != nullptr && field->name() == field_name) return field->enum_type();
    if (field->message_type() == nullptr) continue;
    if (const pb::EnumDescriptor* found = find_enum(*field->message_type(), field_name, seen)) return found;
  }
  return nullptr;
}

// The names of an enum's values without the first, which means "left out".
std::string known_values(const pb::EnumDescriptor& type) {
  std::string names;
  for (int i = 1; i < type.value_count(); ++i) names += (i > 1 ? ", " : "") + type.value(i)->name();
  return names;
}

}  // namespace

ParseComplaint improved(ParseComplaint complaint, std::string_view text, const pb::Descriptor& type) {
  const bool is_value = complaint.message.starts_with("Unknown enumeration value of");
  const bool is_field = complaint.message.find("has no field named") != std::string::npos;
  if (complaint.line == 0 || (!is_value && !is_field)) return complaint;
  const std::string word = quoted_word(complaint.message, is_value ? 0 : 1);
  const std::size_t noticed = offset_of(text, complaint.line, complaint.column);
  const std::size_t found = word.empty() || noticed == 0 ? std::string_view::npos : text.rfind(word, noticed - 1);
  if (found != std::string_view::npos) {
    complaint.line = line_at(text, found);
    complaint.column = static_cast<int>(found - (found == 0 ? 0 : text.rfind('\n', found - 1) + 1)) + 1;
  }
  if (!is_value) return complaint;
  std::set<const pb::Descriptor*> seen;
  const pb::EnumDescriptor* values = find_enum(type, quoted_word(complaint.message, 1), seen);
  if (values != nullptr) complaint.message += fmt::format(" It is one of {}.", known_values(*values));
  return complaint;
}

std::string improved_json_complaint(std::string_view message) {
  constexpr std::string_view kTypePrefix = "type type.googleapis.com/";
  std::string text(message.substr(0, message.find('\n')));
  for (std::size_t at = text.find(kTypePrefix); at != std::string::npos; at = text.find(kTypePrefix, at)) {
    text.erase(at, kTypePrefix.size());
  }
  if (!text.starts_with('(')) return text;
  const std::size_t end = text.find(')');
  if (end == std::string::npos) return text;
  // `(path): reason`, `(path) field: reason`, `(): reason`
  const std::string path = text.substr(1, end - 1);
  std::string rest = text.substr(end + 1);
  if (rest.starts_with(' ')) rest = (path.empty() ? "" : ".") + rest.substr(1);
  if (path.empty() && rest.starts_with(": ")) rest = rest.substr(2);
  return path + rest;
}

}  // namespace vle::io
