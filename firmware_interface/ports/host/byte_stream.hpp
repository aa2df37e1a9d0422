#pragma once

#include <boost/asio.hpp>
#include <span>
#include <utility>

namespace vle::board {

namespace asio = boost::asio;
inline constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);
using StreamError = boost::system::error_code;

/// A connected client, whatever it came by.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// What has to be agreed on before the first byte: TLS.
  virtual asio::awaitable<StreamError> greet() { co_return StreamError{}; }
  virtual asio::awaitable<std::pair<StreamError, std::size_t>> read(std::span<std::uint8_t> into) = 0;
  virtual asio::awaitable<StreamError> write(std::span<const std::uint8_t> bytes) = 0;
  virtual void close() = 0;
  /// A line has one end for all clients, one after another; a socket is one client's.
  virtual bool is_line() const { return false; }
};

/// Over a stream of Asio.
template <class Stream>
class StreamOf : public ByteStream {
 public:
  explicit StreamOf(Stream stream) : stream_(std::move(stream)) {}

  asio::awaitable<std::pair<StreamError, std::size_t>> read(std::span<std::uint8_t> into) override {
    const auto [error, count] = co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), kAwaitTuple);
    co_return std::pair(error, count);
  }
  asio::awaitable<StreamError> write(std::span<const std::uint8_t> bytes) override {
    const auto [error, count] =
        co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), kAwaitTuple);
    co_return error;
  }
  void close() override {
    StreamError ignored;
    stream_.lowest_layer().close(ignored);
  }

 protected:
  Stream stream_;
};

}  // namespace vle::board
