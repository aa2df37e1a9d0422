#include "media.hpp"
#include "resolve.hpp"

namespace vle::link {
namespace {

class TcpMedium final : public Medium {
 public:
  explicit TcpMedium(TcpUri uri) : uri_(std::move(uri)) {}

  std::string name() const override { return to_string(uri_); }

  Result<std::unique_ptr<Transport>> connect(TimePoint deadline) override {
    auto io = std::make_unique<asio::io_context>();
    asio::ip::tcp::socket socket(*io);
    if (Result<> done = connect_socket(*io, socket, uri_.host, uri_.port, name(), deadline); !done) {
      return tl::unexpected(done.error());
    }
    return std::make_unique<AsioTransport<asio::ip::tcp::socket>>(std::move(io), std::move(socket), name());
  }

 private:
  TcpUri uri_;
};

}  // namespace

std::unique_ptr<Medium> make_tcp_medium(const TcpUri& uri) {
  return std::make_unique<TcpMedium>(uri);
}

}  // namespace vle::link
