#include <google/protobuf/reflection.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <string>

#include "declared_type.hpp"
#include "source_text.hpp"

namespace vle::io {
namespace {

namespace pb = google::protobuf;

constexpr std::size_t kMaxMistakes = 100;

/// Visits every field that is set, keeping the path to it.
class ValueWalk {
 public:
  void visit(const pb::Message& message, const std::string& prefix) {
    std::vector<const pb::FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const pb::FieldDescriptor* field : fields) {
      const std::string path = prefix.empty() ? field->name() : prefix + "." + field->name();
      switch (field->cpp_type()) {
        case pb::FieldDescriptor::CPPTYPE_DOUBLE:
          visit_numbers(message, field, path);
          break;
        case pb::FieldDescriptor::CPPTYPE_STRING:
          visit_string(message, field, path);
          break;
        case pb::FieldDescriptor::CPPTYPE_MESSAGE:
          visit_messages(message, field, path);
          break;
        default:
          break;
      }
    }
  }
  Diagnostics take() { return std::move(mistakes_); }

 private:
  void visit_numbers(const pb::Message& message, const pb::FieldDescriptor* field, const std::string& path) {
    const pb::Reflection* reflection = message.GetReflection();
    if (!field->is_repeated()) {
      check_number(reflection->GetDouble(message, field), path, -1);
      return;
    }
    const auto& values = reflection->GetRepeatedFieldRef<double>(message, field);
    for (int i = 0; i < values.size(); ++i) check_number(values.Get(i), path, i);
  }

  void check_number(double value, const std::string& path, int index) {
    if (std::isfinite(value) || mistakes_.size() >= kMaxMistakes) return;
    const std::string place = index < 0 ? path : fmt::format("{}[{}]", path, index);
    mistakes_.push_back({place, fmt::format("{} = {} must be a finite number", place, value)});
  }

  void visit_string(const pb::Message& message, const pb::FieldDescriptor* field, const std::string& path) {
    if (field->is_repeated() || field->type() != pb::FieldDescriptor::TYPE_STRING) return;
    std::string scratch;
    if (find_invalid_utf8(message.GetReflection()->GetStringReference(message, field, &scratch)) == std::string::npos)
      return;
    mistakes_.push_back({path, fmt::format("{} is not UTF-8 text", path)});
  }

  void visit_messages(const pb::Message& message, const pb::FieldDescriptor* field, const std::string& path) {
    const pb::Reflection* reflection = message.GetReflection();
    if (!field->is_repeated()) {
      visit(reflection->GetMessage(message, field), path);
      return;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      visit(reflection->GetRepeatedMessage(message, field, i), fmt::format("{}[{}]", path, i));
    }
  }

  Diagnostics mistakes_;
};

}  // namespace

Diagnostics check_values(const pb::Message& message) {
  ValueWalk walk;
  walk.visit(message, "");
  return walk.take();
}

Diagnostics join_values(Diagnostics values, Diagnostics semantic) {
  std::set<std::string> known;
  for (const Diagnostic& mistake : semantic) known.insert(mistake.path);
  Diagnostics all;
  std::copy_if(std::make_move_iterator(values.begin()), std::make_move_iterator(values.end()), std::back_inserter(all),
               [&](const Diagnostic& mistake) { return !known.contains(mistake.path); });
  std::move(semantic.begin(), semantic.end(), std::back_inserter(all));
  return all;
}

}  // namespace vle::io
