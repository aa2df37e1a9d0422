#include "include_directions.hpp"

#include <algorithm>
#include <regex>

namespace vle::architecture {
namespace {

bool contains(const std::vector<std::string_view>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// What stands between the quotes or brackets of an include line; empty for other lines.
std::string included_by(std::string_view line) {
  static const std::regex include(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::cmatch match;
  return std::regex_search(line.data(), line.data() + line.size(), match, include) ? match[1].str() : std::string();
}

/// The room whose public header this is, by its path `vle/ROOM/...`.
std::string room_of_header(const std::string& header) {
  constexpr std::string_view kPrefix = "vle/";
  if (!header.starts_with(kPrefix)) return "";
  const auto slash = header.find('/', kPrefix.size());
  return slash == std::string::npos ? "" : header.substr(kPrefix.size(), slash - kPrefix.size());
}

std::string broken_library(const Room& room, std::string_view path, const std::string& header) {
  const bool is_public = path.find("/include/") != std::string_view::npos;
  const bool is_schema = header.ends_with(".pb.h");
  const bool is_hw_backend = std::string_view(room.folder).starts_with("hw_backend/");
  if (is_schema && room.name != "io" && !is_hw_backend) return "only core/io and hw_backend meet the schemas";
  if (is_schema && is_public) return "no schema in a public header";
  if (header.ends_with(".np.h") && !path.starts_with("firmware_interface/")) {
    return "only firmware_interface meets nanopb's schemas";
  }
  const bool is_asio = header.starts_with("boost/asio");
  const bool serves = room.name == "board" || room.name == "serial_chip";
  if (is_asio && ((!is_hw_backend && !serves) || is_public))
    return "Asio stays in the sources of hw_backend, of the virtual board and of the chip bus";
  if (room.name == "emulator" && header.starts_with("Eigen/"))
    return "no Eigen in emulator: its sums have a fixed order";
  return "";
}

}  // namespace

const std::vector<Room>& rooms() {
  static const std::vector<Room> list{
      {"aligned", "core/aligned/", {}},
      {"result", "core/result/", {}},
      {"units", "core/units/", {"result"}},
      {"digest", "core/digest/", {"result"}},
      {"random", "core/random/", {"result"}},
      {"network", "core/network/", {"result", "digest", "random"}},
      {"dynamics", "core/dynamics/", {"result", "network"}},
      {"sweep", "core/sweep/", {"aligned", "result", "network", "dynamics"}},
      {"target", "core/target/", {"result", "units", "digest", "network"}},
      {"parameter_map", "core/parameter_map/", {"result", "units", "digest", "network", "target"}},
      {"backend", "core/backend/", {"result", "units", "network", "dynamics", "sweep", "target", "parameter_map"}},
      {"compile", "core/compile/", {"result", "units", "network", "dynamics", "target", "parameter_map", "backend"}},
      {"io", "core/io/", {"result", "units", "digest", "network", "target", "parameter_map", "backend"}},
      {"report", "core/report/", {"result", "units", "network", "target", "parameter_map", "backend", "io"}},
      {"emulator",
       "emulator/",
       {"aligned", "result", "units", "digest", "random", "network", "dynamics", "target", "parameter_map", "backend",
        "compile"}},
      {"calibration", "hw_backend/calibration/", {"result", "units", "network", "target", "parameter_map", "backend"}},
      {"training",
       "hw_backend/training/",
       {"result", "units", "digest", "random", "network", "dynamics", "sweep", "target", "parameter_map", "backend",
        "compile"}},
      {"firmware", "firmware_interface/", {}},
      {"link",
       "hw_backend/link/",
       {"result", "units", "digest", "network", "target", "parameter_map", "backend", "firmware"}},
      {"conformance", "hw_backend/conformance/", {"result", "digest", "network", "target", "firmware", "link"}},
      {"board",
       "firmware_interface/ports/host/",
       {"result", "network", "target", "parameter_map", "backend", "emulator", "firmware", "link"}},
      {"serial_chip",
       "firmware_interface/ports/serial_chip/",
       {"result", "target", "backend", "emulator", "firmware", "link", "board"}},
      {"app", "app/", {"*"}},
  };
  return list;
}

const Room* room_of(std::string_view path) {
  // A room within a room is one of its own: the longest folder counts.
  const Room* found = nullptr;
  for (const Room& room : rooms()) {
    if (path.starts_with(room.folder) && (found == nullptr || room.folder.size() > found->folder.size())) found = &room;
  }
  return found;
}

std::string broken_direction(std::string_view path, std::string_view line) {
  const std::string header = included_by(line);
  const Room* room = room_of(path);
  if (header.empty() || room == nullptr) return "";
  if (std::string library = broken_library(*room, path, header); !library.empty()) return library;
  const bool is_schema = header.ends_with(".pb.h") || header.ends_with(".np.h");
  const std::string used = is_schema ? "" : room_of_header(header);
  if (used.empty() || used == room->name || contains(room->may_use, "*") || contains(room->may_use, used)) return "";
  return std::string(room->name) + " may not use " + used;
}

}  // namespace vle::architecture
