#include "user_table.hpp"

#include <algorithm>

namespace vle::board {
namespace {

constexpr std::chrono::seconds kWaitingSilence{2};  // a client that waits says Hello far more often

}  // namespace

/// Lets go of the user that has been gone for longest, if any is gone.
bool UserTable::make_room() {
  if (users_.size() < limits_.users) return true;
  auto oldest = users_.end();
  for (auto user = users_.begin(); user != users_.end(); ++user) {
    const bool is_gone = user->connection == nullptr && !user->firmware->is_running();
    if (is_gone && (oldest == users_.end() || user->last_seen < oldest->last_seen)) oldest = user;
  }
  if (oldest == users_.end()) return false;
  users_.erase(oldest);
  return true;
}

UserTable::Admission UserTable::admit(std::uint64_t nonce, TimePoint now) {
  for (User& user : users_) {
    if (user.nonce != nonce) continue;
    user.last_seen = now;
    return {&user, 0};
  }
  std::erase_if(waiting_, [&](const Waiting& one) { return now - one.last_seen > kWaitingSilence; });
  auto place = std::ranges::find(waiting_, nonce, &Waiting::nonce);
  if (place == waiting_.begin() && make_room()) {
    if (place != waiting_.end()) waiting_.erase(place);
    users_.push_back({nonce, make_(), nullptr, now});
    return {&users_.back(), 0};
  }
  if (place == waiting_.end()) {
    if (waiting_.size() >= limits_.waiting) return {nullptr, static_cast<std::uint32_t>(waiting_.size() + 1)};
    place = waiting_.insert(waiting_.end(), {nonce, now});
  }
  place->last_seen = now;
  return {nullptr, static_cast<std::uint32_t>(place - waiting_.begin() + 1)};
}

void UserTable::forget_absent(TimePoint now) {
  std::erase_if(users_, [&](const User& user) {
    return user.connection == nullptr && !user.firmware->is_running() && now - user.last_seen > limits_.away;
  });
}

}  // namespace vle::board
