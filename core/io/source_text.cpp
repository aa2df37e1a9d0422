#include "source_text.hpp"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <vle/io/files.hpp>

#include "declared_type.hpp"
#include "file_bytes.hpp"
#include "parse_complaint.hpp"

namespace vle::io {
namespace {

namespace pb = google::protobuf;

constexpr int kMaxDepth = 32;  // of nested messages; the schemas need 6

/// Keeps the first error of a parse; protobuf would print them.
class FirstError : public pb::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (complaint_.message.empty()) complaint_ = {line + 1, column + 1, message};
  }
  const ParseComplaint& complaint() const { return complaint_; }

 private:
  ParseComplaint complaint_;
};

/// One part of a field path: `population[1]` is {population, 1}.
struct PathPart {
  std::string_view field;
  int index = -1;
};

PathPart take_part(std::string_view& path) {
  const std::size_t dot = std::min(path.find('.'), path.size());
  std::string_view part = path.substr(0, dot);
  path.remove_prefix(std::min(dot + 1, path.size()));
  const std::size_t bracket = part.find('[');
  if (bracket == std::string_view::npos) return {part, -1};
  PathPart result{part.substr(0, bracket), -1};
  part.remove_prefix(bracket + 1);
  std::from_chars(part.data(), part.data() + part.size(), result.index);
  return result;
}

// A list in brackets has one place for all its elements, so the last place known before `index` counts.
int line_of_element(const pb::TextFormat::ParseInfoTree& tree, const pb::FieldDescriptor* field, int index) {
  if (!field->is_repeated()) return tree.GetLocation(field, -1).line + 1;
  const int line = tree.GetLocation(field, std::max(index, 0)).line + 1;
  return line > 0 ? line : tree.GetLocation(field, 0).line + 1;
}

tl::unexpected<Error> wrong_type(const std::string& place, std::string_view found, std::string_view wanted) {
  return fail(ErrorCode::kInvalidInput, "{}: holds {}, needs {}", place, found, wanted);
}

}  // namespace

Result<> SourceText::parse(std::string_view text, const std::string& name, pb::Message& message) {
  name_ = name;
  type_ = message.GetDescriptor();
  const std::string extension = extension_of(name);
  is_json_ = extension == ".json";
  if (!is_json_ && extension != ".textproto") {
    return fail(ErrorCode::kInvalidInput, "{}: unknown extension \"{}\"; descriptions are .textproto or .json", name,
                extension);
  }
  if (text.empty()) return fail(ErrorCode::kInvalidInput, "{}: the file is empty", name);
  if (static_cast<std::int64_t>(text.size()) > kMaxTextBytes) {
    return fail(ErrorCode::kInvalidInput, "{}: has {}, above the limit of {}", name,
                size_in_words(static_cast<std::int64_t>(text.size())), size_in_words(kMaxTextBytes));
  }
  if (const std::size_t offset = find_invalid_utf8(text); offset != std::string_view::npos) {
    return fail(ErrorCode::kInvalidInput, "{}:{}: is not text: the byte 0x{:02x} is not UTF-8", name,
                line_at(text, offset), static_cast<unsigned char>(text[offset]));
  }
  return is_json_ ? parse_json(text, message) : parse_protobuf_text(text, message);
}

Result<> SourceText::parse_protobuf_text(std::string_view text, pb::Message& message) {
  const std::string declared = declared_in_text(text);
  if (declared.empty()) {
    return fail(ErrorCode::kInvalidInput, "{}:1: the first line must be \"{} {}\"", name_, kTextHeader,
                type_->full_name());
  }
  if (declared != type_->full_name()) return wrong_type(name_ + ":1", declared, type_->full_name());
  FirstError error;
  pb::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.WriteLocationsTo(&locations_);
  parser.SetRecursionLimit(kMaxDepth);
  if (!parser.ParseFromString(std::string(text), &message)) {
    const ParseComplaint complaint = improved(error.complaint(), text, *type_);
    const std::string place =
        complaint.line > 0 ? fmt::format("{}:{}:{}", name_, complaint.line, complaint.column) : name_;
    return fail(ErrorCode::kInvalidInput, "{}: {}", place, complaint.message);
  }
  return {};
}

Result<> SourceText::parse_json(std::string_view text, pb::Message& message) {
  const Result<JsonDeclaration> declaration = declared_in_json(text, name_);
  if (!declaration) return tl::unexpected(declaration.error());
  if (declaration->key != type_->full_name()) {
    return wrong_type(name_, fmt::format("\"{}\"", declaration->key),
                      fmt::format("\"{}\" as its top key", type_->full_name()));
  }
  if (!declaration->value.starts_with('{')) {
    return fail(ErrorCode::kInvalidInput, "{}: \"{}\" must be an object", name_, declaration->key);
  }
  const pb::util::Status status =
      pb::util::JsonStringToMessage(pb::StringPiece(declaration->value.data(), declaration->value.size()), &message);
  if (!status.ok()) {
    const pb::StringPiece reason = status.message();
    return fail(ErrorCode::kInvalidInput, "{}: {}", name_, improved_json_complaint({reason.data(), reason.size()}));
  }
  return {};
}

int SourceText::line_of(std::string_view path) const {
  if (is_json_ || type_ == nullptr) return 0;
  int line = 0;
  const pb::TextFormat::ParseInfoTree* tree = &locations_;
  const pb::Descriptor* type = type_;
  while (tree != nullptr && type != nullptr && !path.empty()) {
    const PathPart part = take_part(path);
    const pb::FieldDescriptor* field = type->FindFieldByName(std::string(part.field));
    if (field == nullptr) break;
    const int found = line_of_element(*tree, field, part.index);
    if (found <= 0) break;
    line = found;
    type = field->message_type();
    if (type != nullptr) tree = tree->GetTreeForNested(field, field->is_repeated() ? std::max(part.index, 0) : -1);
  }
  return line;
}

tl::unexpected<Error> SourceText::error_of(const Diagnostics& mistakes) const {
  std::vector<std::pair<int, const Diagnostic*>> ordered;
  for (const Diagnostic& mistake : mistakes) ordered.emplace_back(line_of(mistake.path), &mistake);
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string text;
  for (std::size_t i = 0; i < std::min(ordered.size(), kMaxReportedErrors); ++i) {
    const auto& [line, mistake] = ordered[i];
    if (i > 0) text += '\n';
    if (line > 0) {
      text += fmt::format("{}:{}: {}", name_, line, mistake->message);
    } else if (mistake->path.empty() || !is_json_) {
      text += fmt::format("{}: {}", name_, mistake->message);
    } else {
      text += fmt::format("{}: {}: {}", name_, mistake->path, mistake->message);
    }
  }
  if (ordered.size() > kMaxReportedErrors) {
    text += fmt::format("\n{}: ... and {} more", name_, ordered.size() - kMaxReportedErrors);
  }
  return fail(ErrorCode::kInvalidInput, "{}", text);
}

}  // namespace vle::io
