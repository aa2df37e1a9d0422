#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "listener.hpp"

namespace vle::board {
namespace {

using LocalProtocol = asio::local::stream_protocol;

class UnixListener final : public Listener {
 public:
  UnixListener(LocalProtocol::acceptor acceptor, link::UnixUri uri)
      : acceptor_(std::move(acceptor)), uri_(std::move(uri)) {}
  ~UnixListener() override { unlink(uri_.path.c_str()); }
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;

  std::string address() const override { return link::to_string(uri_); }

  asio::awaitable<void> accept(std::function<void(std::unique_ptr<ByteStream>)> on_client) override {
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(kAwaitTuple);
      if (!error) on_client(std::make_unique<StreamOf<LocalProtocol::socket>>(std::move(socket)));
    }
  }

 private:
  LocalProtocol::acceptor acceptor_;
  link::UnixUri uri_;
};

/// The board's end of a pseudo terminal, as a client that never leaves.
class LineStream final : public ByteStream {
 public:
  explicit LineStream(asio::posix::stream_descriptor line) : line_(std::move(line)) {}

  asio::awaitable<std::pair<StreamError, std::size_t>> read(std::span<std::uint8_t> into) override {
    const auto [error, count] = co_await line_.async_read_some(asio::buffer(into.data(), into.size()), kAwaitTuple);
    co_return std::pair(error, count);
  }
  asio::awaitable<StreamError> write(std::span<const std::uint8_t> bytes) override {
    const auto [error, count] =
        co_await asio::async_write(line_, asio::buffer(bytes.data(), bytes.size()), kAwaitTuple);
    co_return error;
  }
  void close() override {
    StreamError ignored;
    line_.close(ignored);
  }
  bool is_line() const override { return true; }

 private:
  asio::posix::stream_descriptor line_;
};

class PtyListener final : public Listener {
 public:
  /// `far_end` stays open, so that the line lives on between clients.
  PtyListener(asio::posix::stream_descriptor line, int far_end, link::PtyUri uri)
      : line_(std::move(line)), far_end_(far_end), uri_(std::move(uri)) {}
  ~PtyListener() override {
    unlink(uri_.path.c_str());
    close(far_end_);
  }
  PtyListener(const PtyListener&) = delete;
  PtyListener& operator=(const PtyListener&) = delete;

  std::string address() const override { return "serial:" + uri_.path; }

  asio::awaitable<void> accept(std::function<void(std::unique_ptr<ByteStream>)> on_client) override {
    on_client(std::make_unique<LineStream>(std::move(line_)));
    co_return;
  }

 private:
  asio::posix::stream_descriptor line_;
  int far_end_;
  link::PtyUri uri_;
};

/// A socket that nobody listens on any more, left by a board that was killed.
bool is_stale(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  asio::io_context io;
  LocalProtocol::socket probe(io);
  StreamError error;
  probe.connect(LocalProtocol::endpoint(path), error);
  return error == asio::error::connection_refused;
}

}  // namespace

Result<std::unique_ptr<Listener>> listen_unix(asio::io_context& io, const link::UnixUri& uri) {
  constexpr std::size_t kLongestPath = 107;
  if (uri.path.size() > kLongestPath) {
    return fail(ErrorCode::kInvalidInput, "unix:{}: a socket's path has {} characters at most", uri.path, kLongestPath);
  }
  if (is_stale(uri.path)) unlink(uri.path.c_str());
  StreamError error;
  LocalProtocol::acceptor acceptor(io);
  acceptor.open(LocalProtocol(), error);
  const mode_t before = umask(S_IRWXG | S_IRWXO);  // for its owner alone
  if (!error) acceptor.bind(LocalProtocol::endpoint(uri.path), error);
  umask(before);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(ErrorCode::kIo, "unix:{}: cannot listen there: {}", uri.path, error.message());
  return std::make_unique<UnixListener>(std::move(acceptor), uri);
}

Result<std::unique_ptr<Listener>> listen_pty(asio::io_context& io, const link::PtyUri& uri) {
  int near_end = -1;
  int far_end = -1;
  char name[128];
  termios raw{};
  cfmakeraw(&raw);
  if (openpty(&near_end, &far_end, name, &raw, nullptr) != 0) {
    return fail(ErrorCode::kIo, "pty:{}: no pseudo terminal: {}", uri.path, std::strerror(errno));
  }
  asio::posix::stream_descriptor line(io, near_end);
  struct stat status {};
  // Left by a board that was killed.
  if (lstat(uri.path.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) unlink(uri.path.c_str());
  if (symlink(name, uri.path.c_str()) != 0) {
    const int error = errno;
    close(far_end);
    return fail(ErrorCode::kIo, "pty:{}: cannot be made a link to {}: {}", uri.path, name, std::strerror(error));
  }
  return std::make_unique<PtyListener>(std::move(line), far_end, uri);
}

Result<std::unique_ptr<Listener>> listen(asio::io_context& io, const link::LinkUri& uri) {
  if (const auto* tcp = std::get_if<link::TcpUri>(&uri)) return listen_tcp(io, *tcp);
  if (const auto* tls = std::get_if<link::TlsUri>(&uri)) return listen_tls(io, *tls);
  if (const auto* local = std::get_if<link::UnixUri>(&uri)) return listen_unix(io, *local);
  if (const auto* pty = std::get_if<link::PtyUri>(&uri)) return listen_pty(io, *pty);
  return fail(ErrorCode::kInvalidInput,
              "\"{}\": a board listens on tcp://, tls://, unix: or pty:", link::to_string(uri));
}

}  // namespace vle::board
