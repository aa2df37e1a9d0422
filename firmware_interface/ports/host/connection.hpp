#pragma once

#include <array>
#include <memory>
#include <vector>

#include "byte_stream.hpp"
#include "hello_watch.hpp"
#include "user_table.hpp"

namespace vle::board {

/// A client's bytes on their way to the firmware of the user that it is, and back.
class Connection {
 public:
  Connection(asio::io_context& io, std::unique_ptr<ByteStream> stream)
      : stream_(std::move(stream)), drained_(io), last_byte_(std::chrono::steady_clock::now()) {
    drained_.expires_at(TimePoint::max());
  }

  ByteStream& stream() { return *stream_; }
  TimePoint last_byte() const { return last_byte_; }
  /// Whose Hello came last; nullptr: nobody's who has a place.
  User* user() const { return user_; }

  /// Bytes have come, which stay where they are until all are delivered. `admit` is asked when a Hello is among them,
  /// and answers who has a place.
  template <class Admit>
  void arrive(std::span<const std::uint8_t> bytes, Admit admit);
  /// Gives the firmware what it takes. False: it waits for its answers to leave.
  bool deliver(ChipFirmware& firmware);
  /// Takes what the firmware has for the client, while there is room; true: there is something to write.
  bool collect(ChipFirmware& firmware);
  bool has_output() const { return !output_.empty(); }
  /// Writes until nothing is left.
  asio::awaitable<StreamError> write();
  bool is_writing() const { return is_writing_; }
  /// Writing failed: whoever was there is gone.
  bool is_broken() const { return is_broken_; }
  asio::steady_timer& drained() { return drained_; }

  void bind(User* user) { user_ = user; }
  std::unique_ptr<ChipFirmware> door;  ///< answers those that have no place

 private:
  static constexpr std::size_t kOutputRoom = std::size_t{1} << 18;
  static constexpr std::size_t kMostHeld = 4096;  // without a frame in it

  std::unique_ptr<ByteStream> stream_;
  HelloWatch watch_;
  std::vector<std::uint8_t> held_;       ///< a frame that has begun
  std::vector<std::uint8_t> inbox_;      ///< for the firmware
  std::span<const std::uint8_t> fresh_;  ///< for it as well, behind the inbox; the caller's
  std::vector<std::uint8_t> output_;
  bool is_writing_ = false;
  bool is_broken_ = false;
  asio::steady_timer drained_;
  User* user_ = nullptr;
  TimePoint last_byte_;
};

// A socket is one client's: once it is known, its bytes need no second look.
template <class Admit>
void Connection::arrive(std::span<const std::uint8_t> bytes, Admit admit) {
  last_byte_ = std::chrono::steady_clock::now();
  while (!bytes.empty()) {
    if (user_ != nullptr && !stream_->is_line() && held_.empty()) {
      fresh_ = bytes;
      return;
    }
    const HelloWatch::Seen seen = watch_.feed(bytes);
    held_.insert(held_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(seen.taken));
    bytes = bytes.subspan(seen.taken);
    if (seen.nonce && (user_ == nullptr || user_->nonce != *seen.nonce)) {
      inbox_.clear();
      admit(*seen.nonce);
    }
    if (!seen.frame_ended && held_.size() < kMostHeld) continue;
    inbox_.insert(inbox_.end(), held_.begin(), held_.end());
    held_.clear();
  }
}

}  // namespace vle::board
