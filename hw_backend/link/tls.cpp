#include <memory>

#include "fingerprint.hpp"
#include "media.hpp"
#include "resolve.hpp"
#include "tls_context.hpp"

namespace vle::link {
namespace {

using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;

/// Whether the board's certificate, which is the authority's, is the one that is wanted; writes down why not.
class BoardVerification {
 public:
  BoardVerification(const TlsUri& uri, std::shared_ptr<std::string> refusal)
      : name_(uri.name.empty() ? uri.host : uri.name),
        fingerprint_(uri.fingerprint),
        looks_at_name_(uri.fingerprint.empty() || !uri.name.empty()),
        refusal_(std::move(refusal)) {}

  bool operator()(bool preverified, asio::ssl::verify_context& context) {
    X509_STORE_CTX* store = context.native_handle();
    if (!preverified) *refusal_ = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
    if (!preverified || X509_STORE_CTX_get_error_depth(store) > 0) return preverified;
    const std::string shown = fingerprint_of(*X509_STORE_CTX_get_current_cert(store));
    if (!fingerprint_.empty() && shown != fingerprint_) {
      *refusal_ = fmt::format("its fingerprint is {}, not {}", shown, fingerprint_);
      return false;
    }
    if (!looks_at_name_ || asio::ssl::host_name_verification(name_)(preverified, context)) return true;
    *refusal_ = fmt::format("it is not made out to {}; if it is the right board, say name=NAME or fingerprint={}",
                            name_, shown);
    return false;
  }

 private:
  std::string name_;
  std::string fingerprint_;
  bool looks_at_name_;
  std::shared_ptr<std::string> refusal_;
};

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
    const auto refusal = std::make_shared<std::string>();
    stream.set_verify_callback(BoardVerification(uri_, refusal));
    boost::system::error_code failure;
    const bool in_time = run_until(*io, deadline, [&]() -> asio::awaitable<void> {
      const auto [error] = co_await stream.async_handshake(TlsStream::client, kAwaitTuple);
      failure = error;
    });
    if (!in_time) return fail(ErrorCode::kDevice, "{}: no TLS handshake in time", name());
    if (failure) {
      return fail(ErrorCode::kDevice, "{}: the board's certificate or its TLS was refused: {}", name(),
                  refusal->empty() ? failure.message() : *refusal);
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
