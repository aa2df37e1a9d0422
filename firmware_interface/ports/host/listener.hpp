#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vle/link/link_uri.hpp>
#include <vle/result/result.hpp>

#include "byte_stream.hpp"

namespace vle::board {

/// Where clients come in.
class Listener {
 public:
  virtual ~Listener() = default;
  /// What clients give as --backend.
  virtual std::string address() const = 0;
  /// Hands over each client that comes, until the context is stopped.
  virtual asio::awaitable<void> accept(std::function<void(std::unique_ptr<ByteStream>)> on_client) = 0;
};

/// Begins to listen. Refuses (kInvalidInput) addresses beyond this machine without TLS. Errors (kIo): in use, not
/// allowed.
[[nodiscard]] Result<std::unique_ptr<Listener>> listen(asio::io_context& io, const link::LinkUri& uri);

[[nodiscard]] Result<std::unique_ptr<Listener>> listen_tcp(asio::io_context& io, const link::TcpUri& uri);
[[nodiscard]] Result<std::unique_ptr<Listener>> listen_tls(asio::io_context& io, const link::TlsUri& uri);
[[nodiscard]] Result<std::unique_ptr<Listener>> listen_unix(asio::io_context& io, const link::UnixUri& uri);
[[nodiscard]] Result<std::unique_ptr<Listener>> listen_pty(asio::io_context& io, const link::PtyUri& uri);

}  // namespace vle::board
