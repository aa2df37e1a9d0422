#include "loopback.hpp"

#include <boost/asio.hpp>
#include <cstdint>
#include <thread>
#include <vector>

namespace vle::bench {
namespace {

namespace asio = boost::asio;
using Socket = asio::ip::tcp::socket;

/// Two connected sockets, each with a context of its own.
struct Connection {
  Connection() : near_end(near_io), far_end(far_io) {
    asio::ip::tcp::acceptor acceptor(far_io, {asio::ip::address_v4::loopback(), 0});
    near_end.connect(acceptor.local_endpoint());
    acceptor.accept(far_end);
    near_end.set_option(asio::ip::tcp::no_delay(true));
    far_end.set_option(asio::ip::tcp::no_delay(true));
  }

  asio::io_context near_io;
  asio::io_context far_io;
  Socket near_end;
  Socket far_end;
};

constexpr std::size_t kReadBytes = 65536;  // as the link reads

/// Answers whole packets whose last byte is not 0 by one byte, until the connection ends.
asio::awaitable<void> swallow(Socket& socket) {
  std::vector<std::uint8_t> bytes(kReadBytes);
  while (true) {
    const auto [error, count] =
        co_await socket.async_read_some(asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    if (bytes[count - 1] == 0) continue;
    co_await asio::async_write(socket, asio::buffer(bytes, 1), asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<void> send_back(Socket& socket) {
  std::vector<std::uint8_t> bytes(kReadBytes);
  while (true) {
    const auto [error, count] =
        co_await socket.async_read_some(asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    co_await asio::async_write(socket, asio::buffer(bytes, count), asio::as_tuple(asio::use_awaitable));
  }
}

/// Both ends as coroutines, the far one on a thread of its own.
struct Pair {
  using Behaviour = asio::awaitable<void> (*)(Socket&);
  explicit Pair(Behaviour far) {
    asio::co_spawn(connection.far_io, far(connection.far_end), asio::detached);
    thread = std::thread([this] { connection.far_io.run(); });
  }
  ~Pair() {
    connection.near_end.close();
    thread.join();
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void run(asio::awaitable<void> work) {
    asio::co_spawn(connection.near_io, std::move(work), asio::detached);
    connection.near_io.restart();
    connection.near_io.run();
  }

  Connection connection;
  std::thread thread;
};

asio::awaitable<void> write_all(Socket& socket, std::size_t total, std::size_t each) {
  std::vector<std::uint8_t> bytes(each, 0);
  for (std::size_t sent = 0; sent < total; sent += each) {
    if (sent + each >= total) bytes.back() = 1;
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
  }
  co_await asio::async_read(socket, asio::buffer(bytes, 1), asio::use_awaitable);
}

asio::awaitable<void> there_and_back(Socket& socket, std::vector<std::uint8_t>& bytes) {
  co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
  co_await asio::async_read(socket, asio::buffer(bytes), asio::use_awaitable);
}

}  // namespace

struct PlainSink::Ends {
  Pair pair{swallow};
};

PlainSink::PlainSink() : ends_(std::make_unique<Ends>()) {}
PlainSink::~PlainSink() = default;

void PlainSink::copy(std::size_t total, std::size_t each) {
  ends_->pair.run(write_all(ends_->pair.connection.near_end, total, each));
}

struct PlainEcho::Ends {
  Pair pair{send_back};
};

PlainEcho::PlainEcho() : ends_(std::make_unique<Ends>()) {}
PlainEcho::~PlainEcho() = default;

void PlainEcho::round_trip(std::size_t size) {
  std::vector<std::uint8_t> bytes(size, 1);
  ends_->pair.run(there_and_back(ends_->pair.connection.near_end, bytes));
}

}  // namespace vle::bench
