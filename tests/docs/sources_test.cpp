#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "source_path.hpp"
#include "vle/v1/target.pb.h"

namespace vle::docs {
namespace {

namespace fs = std::filesystem;
namespace pb = google::protobuf;

v1::Target read_target(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  v1::Target target;
  EXPECT_TRUE(pb::TextFormat::ParseFromString(text.str(), &target)) << path;
  return target;
}

/// The element's name by its kind where it has one, as in `parameter.tau_u`.
std::string name_of_element(const pb::Message& element) {
  const pb::FieldDescriptor* kind = element.GetDescriptor()->FindFieldByName("kind");
  if (kind == nullptr || kind->cpp_type() != pb::FieldDescriptor::CPPTYPE_ENUM) return "";
  std::string name = element.GetReflection()->GetEnum(element, kind)->name();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c == '_' ? c : static_cast<char>(c | 0x20); });
  return "." + name;
}

/// Paths of every scalar that is set, down to one level below an element with a kind.
void collect(const pb::Message& message, const std::string& path, std::vector<std::string>& paths) {
  std::vector<const pb::FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    const std::string here = path.empty() ? field->name() : path + "." + field->name();
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) {
      paths.push_back(here);
    } else if (!field->is_repeated()) {
      collect(message.GetReflection()->GetMessage(message, field), here, paths);
    } else {
      for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
        const pb::Message& element = message.GetReflection()->GetRepeatedMessage(message, field, i);
        collect(element, here + name_of_element(element), paths);
      }
    }
  }
}

bool covers(const std::string& field, const std::string& path) {
  return path == field || (path.starts_with(field) && path[field.size()] == '.');
}

class ShippedTarget : public testing::TestWithParam<fs::path> {};

TEST_P(ShippedTarget, NamesTheSourceOfEveryFigure) {
  v1::Target target = read_target(GetParam());
  const auto sources = target.source();
  target.clear_source();
  target.clear_name();
  target.clear_summary();
  std::vector<std::string> paths;
  collect(target, "", paths);
  EXPECT_GT(paths.size(), 20u);
  for (const std::string& path : paths) {
    EXPECT_TRUE(std::any_of(sources.begin(), sources.end(), [&](const auto& s) { return covers(s.field(), path); }))
        << path;
  }
  for (const auto& source : sources) {
    EXPECT_TRUE(std::any_of(paths.begin(), paths.end(), [&](const auto& path) { return covers(source.field(), path); }))
        << "source of nothing: " << source.field();
    EXPECT_FALSE(source.text().empty()) << source.field();
  }
}

TEST_P(ShippedTarget, IsNamedAsItsFile) {
  EXPECT_EQ(read_target(GetParam()).name(), GetParam().stem().string());
}

std::vector<fs::path> target_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(test::source_path("targets"))) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Targets, ShippedTarget, testing::ValuesIn(target_files()),
                         [](const testing::TestParamInfo<fs::path>& file) { return file.param.stem().string(); });

}  // namespace
}  // namespace vle::docs
