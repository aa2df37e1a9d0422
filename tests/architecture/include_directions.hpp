#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vle::architecture {

/// One room of docs/architecture.md and what its sources may include: other rooms (`vle/ROOM/...`) and libraries.
struct Room {
  std::string_view name;
  std::string_view folder;
  std::vector<std::string_view> may_use;  ///< rooms; `*`: every room
};

/// Every room that exists, each after those that it may use.
const std::vector<Room>& rooms();

/// The room that a source (path from the root of the repository) belongs to; null where it is in none.
const Room* room_of(std::string_view path);

/// What is wrong with one line of a source; empty where nothing is.
std::string broken_direction(std::string_view path, std::string_view line);

}  // namespace vle::architecture
