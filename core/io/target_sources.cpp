#include <google/protobuf/message.h>

#include <algorithm>
#include <cctype>

#include "target_proto.hpp"

namespace vle::io {
namespace {

namespace pb = google::protobuf;

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool covers(std::string_view source, std::string_view figure) {
  return figure.starts_with(source) && (figure.size() == source.size() || figure[source.size()] == '.');
}

/// One figure of a target: its name as sources give it (`parameter.tau_u.bits`) and its path in the message
/// (`parameter[5].bits`).
struct Figure {
  std::string name;
  std::string path;
};

/// Lists the figures of a message: numbers and enums that are set. Repeated messages are named by their first enum
/// field: the parameter kind, or the activation.
class FigureWalk {
 public:
  void visit(const pb::Message& message, const std::string& name, const std::string& path) {
    std::vector<const pb::FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const pb::FieldDescriptor* field : fields) {
      const std::string field_name = join(name, field->name());
      const std::string field_path = join(path, field->name());
      if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
        visit_messages(message, field, field_name, field_path);
      } else if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_STRING) {
        figures_.push_back({field_name, field_path});
      }
    }
  }
  std::vector<Figure> take() { return std::move(figures_); }

 private:
  static std::string join(const std::string& prefix, const std::string& field) {
    return prefix.empty() ? field : prefix + "." + field;
  }

  void visit_messages(const pb::Message& message, const pb::FieldDescriptor* field, const std::string& name,
                      const std::string& path) {
    const pb::Reflection* reflection = message.GetReflection();
    if (!field->is_repeated()) return visit(reflection->GetMessage(message, field), name, path);
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      const pb::Message& element = reflection->GetRepeatedMessage(message, field, i);
      const pb::FieldDescriptor* key = element.GetDescriptor()->field(0);
      if (key->cpp_type() != pb::FieldDescriptor::CPPTYPE_ENUM) continue;
      const std::string key_name = lower_case(element.GetReflection()->GetEnum(element, key)->name());
      visit(element, name + "." + key_name, fmt::format("{}[{}]", path, i));
    }
  }

  std::vector<Figure> figures_;
};

std::string_view parent_of(std::string_view name) {
  return name.substr(0, name.rfind('.'));
}

// One mistake for all figures of a section that have no source.
Diagnostics find_sourceless(const v1::Target& given, const std::vector<Figure>& figures) {
  Diagnostics mistakes;
  std::string_view last_section;
  for (const Figure& figure : figures) {
    const bool is_covered = std::any_of(
        given.source().begin(), given.source().end(),
        [&](const v1::FigureSource& source) { return !source.text().empty() && covers(source.field(), figure.name); });
    const std::string_view section = parent_of(figure.name);
    if (is_covered || section == last_section) continue;
    last_section = section;
    mistakes.push_back(
        {figure.path, fmt::format("{0} has no source; add source {{ field: \"{0}\" text: \"...\" }}, or one for the "
                                  "start of that path",
                                  figure.name)});
  }
  return mistakes;
}

}  // namespace

Diagnostics check_sources(const v1::Target& given) {
  FigureWalk walk;
  walk.visit(given, "", "");
  const std::vector<Figure> figures = walk.take();
  Diagnostics mistakes = find_sourceless(given, figures);
  for (int i = 0; i < given.source_size(); ++i) {
    const v1::FigureSource& source = given.source(i);
    const std::string path = fmt::format("source[{}]", i);
    if (source.text().empty()) {
      mistakes.push_back(
          {path, fmt::format("source \"{}\" has no text; name a publication, or `assumed: why`", source.field())});
    } else if (std::none_of(figures.begin(), figures.end(),
                            [&](const Figure& figure) { return covers(source.field(), figure.name); })) {
      mistakes.push_back({path, fmt::format("source \"{}\" covers no figure that is given here", source.field())});
    }
  }
  return mistakes;
}

}  // namespace vle::io
