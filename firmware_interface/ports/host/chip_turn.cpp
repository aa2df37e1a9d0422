#include <algorithm>
#include <vle/board/chip_firmware.hpp>

namespace vle::board {

bool ChipTurn::take(const void* user) {
  if (std::ranges::find(users_, user) == users_.end()) users_.push_back(user);
  return users_.front() == user;
}

void ChipTurn::leave(const void* user) {
  std::erase(users_, user);
}

std::size_t ChipTurn::place_of(const void* user) const {
  const auto found = std::ranges::find(users_, user);
  return found == users_.end() ? 0 : static_cast<std::size_t>(found - users_.begin());
}

}  // namespace vle::board
