#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <vector>
#include <vle/board/chip_firmware.hpp>

namespace vle::board {

using TimePoint = std::chrono::steady_clock::time_point;

/// A client of the board, from its first Hello on, whether it is connected or not.
struct User {
  std::uint64_t nonce = 0;
  std::unique_ptr<ChipFirmware> firmware;
  const void* connection = nullptr;  ///< none: gone, perhaps to come back
  TimePoint last_seen;
};

/// Who is on the board: so many users at a time, the others wait in the order in which they came.
///
/// A user that is gone keeps its place, and what it loaded, until the place is needed or it has been away for too long.
class UserTable {
 public:
  struct Limits {
    std::size_t users = 8;
    std::size_t waiting = 16;
    std::chrono::seconds away{300};  ///< a user without a connection is forgotten then
  };
  using MakeFirmware = std::function<std::unique_ptr<ChipFirmware>()>;

  UserTable(Limits limits, MakeFirmware make) : limits_(limits), make_(std::move(make)) {}

  struct Admission {
    User* user = nullptr;        ///< none: there is no room
    std::uint32_t position = 0;  ///< then: its place in the queue, from 1
  };
  /// A client says Hello.
  Admission admit(std::uint64_t nonce, TimePoint now);
  /// Forgets users and waiting clients that have been away for too long.
  void forget_absent(TimePoint now);

  std::list<User>& users() { return users_; }

 private:
  struct Waiting {
    std::uint64_t nonce = 0;
    TimePoint last_seen;
  };
  bool make_room();

  Limits limits_;
  MakeFirmware make_;
  std::list<User> users_;
  std::vector<Waiting> waiting_;
};

}  // namespace vle::board
