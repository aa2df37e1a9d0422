#include "include_directions.hpp"
#include "source_path.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace vle::architecture {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

bool is_source(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".cpp" || extension == ".hpp" || extension == ".c" || extension == ".h";
}

/// Paths from the root of the repository of every source below `folder`.
std::vector<std::string> sources_below(const std::string& folder) {
  std::vector<std::string> paths;
  const fs::path root(test::source_path(""));
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    if (entry.is_regular_file() && is_source(entry.path())) {
      paths.push_back(fs::relative(entry.path(), root).generic_string());
    }
  }
  return paths;
}

std::vector<std::string> broken_lines(const std::string& path) {
  std::ifstream file(test::source_path(path));
  std::vector<std::string> broken;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::string why = broken_direction(path, line);
    if (!why.empty()) broken.push_back(path + ":" + std::to_string(number) + ": " + line + ": " + why);
  }
  return broken;
}

TEST(IncludeDirections, HoldInEverySource) {
  std::size_t files = 0;
  for (const char* folder : {"core", "emulator", "hw_backend", "firmware_interface", "app"}) {
    for (const std::string& path : sources_below(folder)) {
      EXPECT_THAT(broken_lines(path), IsEmpty());
      ++files;
    }
  }
  EXPECT_GT(files, 50U);
}

TEST(IncludeDirections, EverySourceBelongsToARoom) {
  for (const char* folder : {"core", "emulator", "hw_backend", "firmware_interface", "app"}) {
    for (const std::string& path : sources_below(folder)) EXPECT_NE(room_of(path), nullptr) << path;
  }
}

TEST(IncludeDirections, EveryRoomUsesOnlyRoomsBeforeIt) {
  std::vector<std::string_view> before;
  for (const Room& room : rooms()) {
    for (const std::string_view used : room.may_use) {
      EXPECT_TRUE(used == "*" || testing::Value(before, testing::Contains(used))) << room.name << " uses " << used;
    }
    before.push_back(room.name);
  }
}

TEST(IncludeDirections, BrokenOnesAreNamed) {
  EXPECT_THAT(broken_direction("core/backend/reference.cpp", "#include <vle/emulator/emulator.hpp>"),
              HasSubstr("backend may not use emulator"));
  EXPECT_THAT(broken_direction("core/network/build.cpp", "#include <vle/io/files.hpp>"),
              HasSubstr("network may not use io"));
  EXPECT_THAT(broken_direction("emulator/chip.cpp", "#  include \"vle/io/files.hpp\""),
              HasSubstr("emulator may not use io"));
  EXPECT_THAT(broken_direction("emulator/chip.cpp", "#include <Eigen/Core>"), HasSubstr("no Eigen"));
  EXPECT_THAT(broken_direction("core/network/build.cpp", "#include \"vle/v1/network.pb.h\""), HasSubstr("schemas"));
  EXPECT_THAT(broken_direction("core/io/include/vle/io/files.hpp", "#include \"vle/v1/network.pb.h\""),
              HasSubstr("public header"));
  EXPECT_THAT(broken_direction("app/verbs/run.cpp", "#include <boost/asio.hpp>"), HasSubstr("Asio"));
}

TEST(IncludeDirections, AllowedOnesAreNot) {
  EXPECT_THAT(broken_direction("core/io/network_text.cpp", "#include \"vle/v1/network.pb.h\""), IsEmpty());
  EXPECT_THAT(broken_direction("emulator/chip.cpp", "#include <vle/backend/backend.hpp>"), IsEmpty());
  EXPECT_THAT(broken_direction("core/backend/reference.cpp", "#include <Eigen/Core>"), IsEmpty());
  EXPECT_THAT(broken_direction("app/verbs/run.cpp", "#include <vle/emulator/emulator.hpp>"), IsEmpty());
  EXPECT_THAT(broken_direction("core/network/build.cpp", "// #include <vle/io/files.hpp> would be upward"), IsEmpty());
}

}  // namespace
}  // namespace vle::architecture
