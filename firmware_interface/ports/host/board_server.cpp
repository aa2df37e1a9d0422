#include <vle/board/board_server.hpp>

#include <algorithm>
#include <list>

#include "connection.hpp"
#include "listener.hpp"

namespace vle::board {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 17;
constexpr std::chrono::seconds kGreeting{5};  // for a TLS handshake

std::uint32_t now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

}  // namespace

class BoardServer::Server {
 public:
  Server(BoardSpec spec, const ServerOptions& options)
      : spec_(std::move(spec)),
        options_(options),
        turn_(std::make_shared<ChipTurn>()),
        users_({options.users, options.waiting, options.away},
               [this] { return make_firmware(ChipFirmware::Door::kOpen); }),
        wake_(io_),
        tick_(io_) {}

  Result<> listen_on(const link::LinkUri& uri) {
    Result<std::unique_ptr<Listener>> listener = listen(io_, uri);
    if (!listener) return tl::unexpected(listener.error());
    listener_ = std::move(*listener);
    return {};
  }
  std::string address() const { return listener_->address(); }

  void serve(const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] { asio::post(io_, [this] { io_.stop(); }); });
    asio::co_spawn(io_, listener_->accept([this](std::unique_ptr<ByteStream> stream) { welcome(std::move(stream)); }),
                   asio::detached);
    asio::co_spawn(io_, work(), asio::detached);
    asio::co_spawn(io_, watch_idle(), asio::detached);
    io_.run();
  }

 private:
  using Shared = std::shared_ptr<Connection>;

  std::unique_ptr<ChipFirmware> make_firmware(ChipFirmware::Door door) {
    return std::make_unique<ChipFirmware>(spec_, turn_, now_us, door);
  }

  void welcome(std::unique_ptr<ByteStream> stream) {
    if (connections_.size() >= options_.connections) return stream->close();
    const Shared connection = connections_.emplace_back(std::make_shared<Connection>(io_, std::move(stream)));
    asio::co_spawn(io_, converse(connection), asio::detached);
  }

  ChipFirmware& firmware_of(Connection& connection) {
    if (connection.user() != nullptr) return *connection.user()->firmware;
    if (!connection.door) connection.door = make_firmware(ChipFirmware::Door::kClosed);
    return *connection.door;
  }

  /// A client that says Hello gets the place that it had, or a free one, or one in the queue.
  void admit(Connection& connection, std::uint64_t nonce) {
    leave(connection);
    const UserTable::Admission admission = users_.admit(nonce, std::chrono::steady_clock::now());
    connection.bind(admission.user);
    if (admission.user == nullptr) {
      firmware_of(connection).set_queue_position(admission.position);
      return;
    }
    // The same client on a new connection: what waits for it on the old one is lost, and asked for again.
    for (const Shared& other : connections_) {
      if (other.get() != &connection && other->user() == admission.user) {
        other->bind(nullptr);
        other->stream().close();
      }
    }
    admission.user->firmware->take_output();
    admission.user->connection = &connection;
  }

  void leave(Connection& connection) {
    if (connection.user() == nullptr) return;
    if (connection.user()->connection == &connection) {
      connection.user()->connection = nullptr;
      connection.user()->last_seen = std::chrono::steady_clock::now();
    }
    connection.bind(nullptr);
  }

  asio::awaitable<bool> greet(Shared connection) {
    asio::steady_timer limit(io_, kGreeting);
    limit.async_wait([connection](StreamError passed) {
      if (!passed) connection->stream().close();
    });
    const StreamError error = co_await connection->stream().greet();
    co_return !error;
  }

  asio::awaitable<void> converse(Shared connection) {
    std::vector<std::uint8_t> bytes(kReadBytes);
    bool goes_on = co_await greet(connection);
    while (goes_on) {
      const auto [error, count] = co_await connection->stream().read(bytes);
      connection->arrive(std::span(bytes).first(count), [&](std::uint64_t nonce) { admit(*connection, nonce); });
      while (!connection->is_broken() && !connection->deliver(firmware_of(*connection))) {
        firmware_of(*connection).poll();
        flush(connection);
        if (connection->has_output()) co_await connection->drained().async_wait(kAwaitTuple);
      }
      firmware_of(*connection).poll();
      flush(connection);
      wake_.cancel();
      goes_on = !error && !connection->is_broken();
    }
    leave(*connection);
    connection->stream().close();
    std::erase(connections_, connection);
  }

  void flush(const Shared& connection) {
    if (connection->is_broken() || !connection->collect(firmware_of(*connection)) || connection->is_writing()) return;
    asio::co_spawn(io_, write(connection), asio::detached);
  }

  asio::awaitable<void> write(Shared connection) {
    const StreamError error = co_await connection->write();
    if (error) connection->stream().close();
    connection->drained().cancel();
    wake_.cancel();
  }

  /// One turn of everybody's firmware after the other; sleeps while nobody has anything to do.
  asio::awaitable<void> work() {
    while (true) {
      bool is_busy = false;
      for (User& user : users_.users()) {
        user.firmware->poll();
        if (user.connection == nullptr) user.firmware->take_output();
        const bool can_go_on = user.firmware->has_output_room() && !user.firmware->waits_for_chip();
        is_busy = is_busy || (can_go_on && !user.firmware->is_idle());
      }
      for (const Shared& connection : connections_) {
        if (connection->user() != nullptr || connection->door) {
          if (connection->door) connection->door->poll();
          flush(connection);
        }
      }
      wake_.expires_after(is_busy ? std::chrono::microseconds(0) : std::chrono::microseconds(2000));
      co_await wake_.async_wait(kAwaitTuple);
    }
  }

  asio::awaitable<void> watch_idle() {
    while (true) {
      tick_.expires_after(std::chrono::seconds(1));
      co_await tick_.async_wait(kAwaitTuple);
      const TimePoint now = std::chrono::steady_clock::now();
      users_.forget_absent(now);
      for (const Shared& connection : connections_) {
        if (!connection->stream().is_line() && now - connection->last_byte() > options_.idle) {
          connection->stream().close();
        }
      }
    }
  }

  BoardSpec spec_;
  ServerOptions options_;
  asio::io_context io_;
  std::shared_ptr<ChipTurn> turn_;
  UserTable users_;
  std::unique_ptr<Listener> listener_;
  std::list<Shared> connections_;
  asio::steady_timer wake_;
  asio::steady_timer tick_;
};

BoardServer::BoardServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
BoardServer::~BoardServer() = default;

Result<std::unique_ptr<BoardServer>> BoardServer::open(BoardSpec spec, const link::LinkUri& listen,
                                                       ServerOptions options) {
  auto server = std::make_unique<Server>(std::move(spec), options);
  if (Result<> ok = server->listen_on(listen); !ok) return tl::unexpected(ok.error());
  return std::unique_ptr<BoardServer>(new BoardServer(std::move(server)));
}

std::string BoardServer::address() const {
  return server_->address();
}

void BoardServer::serve(const std::stop_token& stop) {
  server_->serve(stop);
}

}  // namespace vle::board
