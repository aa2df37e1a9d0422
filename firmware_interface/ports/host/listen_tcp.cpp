#include <boost/asio/ssl.hpp>
#include <set>

#include "fingerprint.hpp"
#include "listener.hpp"
#include "tls_context.hpp"

namespace vle::board {
namespace {

using Acceptor = asio::ip::tcp::acceptor;
using Socket = asio::ip::tcp::socket;
using TlsStream = asio::ssl::stream<Socket>;

class TlsClient final : public StreamOf<TlsStream> {
 public:
  using StreamOf::StreamOf;
  asio::awaitable<StreamError> greet() override {
    const auto [error] = co_await stream_.async_handshake(TlsStream::server, kAwaitTuple);
    co_return error;
  }
};

class TcpListener final : public Listener {
 public:
  TcpListener(Acceptor acceptor, link::LinkUri uri, std::unique_ptr<asio::ssl::context> context)
      : acceptor_(std::move(acceptor)), uri_(std::move(uri)), context_(std::move(context)) {}

  std::string address() const override { return link::to_string(uri_); }

  asio::awaitable<void> accept(std::function<void(std::unique_ptr<ByteStream>)> on_client) override {
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(kAwaitTuple);
      if (error) continue;
      StreamError ignored;
      socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      if (context_) {
        on_client(std::make_unique<TlsClient>(TlsStream(std::move(socket), *context_)));
      } else {
        on_client(std::make_unique<StreamOf<Socket>>(std::move(socket)));
      }
    }
  }

 private:
  Acceptor acceptor_;
  link::LinkUri uri_;
  std::unique_ptr<asio::ssl::context> context_;
};

Result<Acceptor> open_acceptor(asio::io_context& io, const std::string& host, std::uint16_t port, bool secure,
                               const std::string& name) {
  StreamError error;
  const std::string numeric = host == "localhost" ? "127.0.0.1" : host;
  const auto address = asio::ip::make_address(numeric, error);
  if (error) return fail(ErrorCode::kInvalidInput, "{}: \"{}\" is not an address in numbers", name, host);
  if (!secure && !address.is_loopback()) {
    return fail(ErrorCode::kInvalidInput,
                "{}: others than this machine would reach the board, unprotected; listen on 127.0.0.1, or on "
                "tls://{}:{}?certificates=FOLDER",
                name, host, port);
  }
  Acceptor acceptor(io);
  const asio::ip::tcp::endpoint endpoint(address, port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
  if (error) return fail(ErrorCode::kIo, "{}: cannot listen there: {}", name, error.message());
  return acceptor;
}

/// Of the hosts of the authority those whose certificates are listed.
void let_in_only(asio::ssl::context& context, std::set<std::string> fingerprints) {
  context.set_verify_callback(
      [listed = std::move(fingerprints)](bool preverified, asio::ssl::verify_context& verification) {
        X509_STORE_CTX* store = verification.native_handle();
        if (!preverified || X509_STORE_CTX_get_error_depth(store) > 0) return preverified;
        return listed.contains(link::fingerprint_of(*X509_STORE_CTX_get_current_cert(store)));
      });
}

}  // namespace

Result<std::unique_ptr<Listener>> listen_tcp(asio::io_context& io, const link::TcpUri& uri) {
  Result<Acceptor> acceptor = open_acceptor(io, uri.host, uri.port, false, link::to_string(uri));
  if (!acceptor) return tl::unexpected(acceptor.error());
  link::TcpUri bound = uri;
  bound.port = acceptor->local_endpoint().port();
  return std::make_unique<TcpListener>(std::move(*acceptor), bound, nullptr);
}

Result<std::unique_ptr<Listener>> listen_tls(asio::io_context& io, const link::TlsUri& uri) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  if (Result<> ok = link::set_up_tls(*context, uri.certificates, "board"); !ok) return tl::unexpected(ok.error());
  if (!uri.clients.empty()) {
    Result<std::set<std::string>> listed = link::read_fingerprints(uri.clients);
    if (!listed) return tl::unexpected(listed.error());
    let_in_only(*context, std::move(*listed));
  }
  Result<Acceptor> acceptor = open_acceptor(io, uri.host, uri.port, true, link::to_string(uri));
  if (!acceptor) return tl::unexpected(acceptor.error());
  link::TlsUri bound = uri;
  bound.port = acceptor->local_endpoint().port();
  return std::make_unique<TcpListener>(std::move(*acceptor), bound, std::move(context));
}

}  // namespace vle::board
