#pragma once

#include <array>
#include <boost/asio.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>
#include <vle/link/transport.hpp>

namespace vle::link {

namespace asio = boost::asio;
inline constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

/// Runs the coroutine that `start` gives until it is done or the deadline passes; then it is cancelled. False: too
/// late.
template <class Start>
bool run_until(asio::io_context& io, TimePoint deadline, Start start) {
  bool done = false;
  asio::cancellation_signal cancel;
  asio::co_spawn(io, start(),
                 asio::bind_cancellation_slot(cancel.slot(), [&done](const std::exception_ptr&) { done = true; }));
  io.restart();
  while (!done && io.run_one_until(deadline) > 0) {
  }
  if (done) return true;
  cancel.emit(asio::cancellation_type::terminal);
  io.restart();
  while (!done && io.run_one() > 0) {
  }
  return false;
}

/// Any stream of Asio as a Transport. A coroutine reads all the time, so no read is ever cancelled for a deadline and
/// nothing that came is lost; it rests while the inbox is full, which slows the sender down.
template <class Stream>
class AsioTransport final : public Transport {
 public:
  AsioTransport(std::unique_ptr<asio::io_context> io, Stream stream, std::string name)
      : io_(std::move(io)), stream_(std::move(stream)), room_(*io_), name_(std::move(name)) {
    room_.expires_at(TimePoint::max());
    asio::co_spawn(*io_, receive(), asio::detached);
  }
  ~AsioTransport() override {
    boost::system::error_code ignored;
    stream_.lowest_layer().close(ignored);
    room_.cancel();
    io_->restart();
    io_->run();
  }
  AsioTransport(const AsioTransport&) = delete;
  AsioTransport& operator=(const AsioTransport&) = delete;

  Result<> write(std::span<const std::uint8_t> bytes, TimePoint deadline) override {
    boost::system::error_code failure;
    const bool in_time = run_until(*io_, deadline, [&]() -> asio::awaitable<void> {
      const auto [error, count] =
          co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), kAwaitTuple);
      failure = error;
    });
    if (!in_time) return fail(ErrorCode::kDevice, "{}: takes no more bytes; the board hangs or the link is cut", name_);
    if (failure) return fail(ErrorCode::kDevice, "{}: the link is down: {}", name_, failure.message());
    return {};
  }

  Result<std::size_t> read(std::span<std::uint8_t> into, TimePoint deadline) override {
    io_->restart();
    if (waiting() == 0) io_->poll();
    while (waiting() == 0 && !ended_ && io_->run_one_until(deadline) > 0) {
    }
    if (waiting() == 0 && ended_) return fail(ErrorCode::kDevice, "{}: the link is down: {}", name_, ended_->message());
    const std::size_t count = std::min(into.size(), waiting());
    std::copy_n(inbox_.begin() + static_cast<std::ptrdiff_t>(taken_), count, into.begin());
    taken_ += count;
    if (waiting() > 0) return count;
    inbox_.clear();
    taken_ = 0;
    room_.cancel();
    return count;
  }

 private:
  static constexpr std::size_t kMostWaiting = std::size_t{1} << 20;

  std::size_t waiting() const { return inbox_.size() - taken_; }

  asio::awaitable<void> receive() {
    while (true) {
      const auto [error, count] = co_await stream_.async_read_some(asio::buffer(chunk_), kAwaitTuple);
      inbox_.insert(inbox_.end(), chunk_.begin(), chunk_.begin() + static_cast<std::ptrdiff_t>(count));
      if (error) {
        ended_ = error;
        co_return;
      }
      while (waiting() > kMostWaiting && stream_.lowest_layer().is_open()) co_await room_.async_wait(kAwaitTuple);
    }
  }

  std::unique_ptr<asio::io_context> io_;
  Stream stream_;
  asio::steady_timer room_;  ///< cancelled when the inbox has room again
  std::string name_;
  std::array<std::uint8_t, 65536> chunk_{};
  std::vector<std::uint8_t> inbox_;
  std::size_t taken_ = 0;  ///< of the inbox, by read()
  std::optional<boost::system::error_code> ended_;
};

}  // namespace vle::link
