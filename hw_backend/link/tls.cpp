#include "media.hpp"
#include "resolve.hpp"
#include "tls_context.hpp"

namespace vle::link {
namespace {

using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;

class TlsMedium final : public Medium {
 public:
  explicit TlsMedium(TlsUri uri) : uri_(std::move(uri)) {}

  std::string name() const override { return to_string(uri_); }

  Result<std::unique_ptr<Transport>> connect(TimePoint deadline) override {
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (Result<> ok = set_up_tls(context, uri_.certificates, "host"); !ok) return tl::unexpected(ok.error());
    auto io = std::make_unique<asio::io_context>();
    TlsStream stream(*io, context);
    if (Result<> done = connect_socket(*io, stream.next_layer(), uri_.host, uri_.port, name(), deadline); !done) {
      return tl::unexpected(done.error());
    }
    boost::system::error_code failure;
    const bool in_time = run_until(*io, deadline, [&]() -> asio::awaitable<void> {
      const auto [error] = co_await stream.async_handshake(TlsStream::client, kAwaitTuple);
      failure = error;
    });
    if (!in_time) return fail(ErrorCode::kDevice, "{}: no TLS handshake in time", name());
    if (failure) {
      return fail(ErrorCode::kDevice, "{}: the board's certificate or its TLS was refused: {}", name(),
                  failure.message());
    }
    return std::make_unique<AsioTransport<TlsStream>>(std::move(io), std::move(stream), name());
  }

 private:
  TlsUri uri_;
};

}  // namespace

std::unique_ptr<Medium> make_tls_medium(const TlsUri& uri) {
  return std::make_unique<TlsMedium>(uri);
}

}  // namespace vle::link
