#include "media.hpp"
#include "resolve.hpp"

namespace vle::link {
namespace {

class UnixMedium final : public Medium {
 public:
  explicit UnixMedium(UnixUri uri) : uri_(std::move(uri)) {}

  std::string name() const override { return to_string(uri_); }

  Result<std::unique_ptr<Transport>> connect(TimePoint) override {
    using Socket = asio::local::stream_protocol::socket;
    constexpr std::size_t kLongestPath = 107;
    if (uri_.path.size() > kLongestPath) {
      return fail(ErrorCode::kInvalidInput, "{}: a socket's path has {} characters at most", name(), kLongestPath);
    }
    auto io = std::make_unique<asio::io_context>();
    Socket socket(*io);
    boost::system::error_code error;
    socket.connect(asio::local::stream_protocol::endpoint(uri_.path), error);
    if (error) return no_board(name(), error);
    return std::make_unique<AsioTransport<Socket>>(std::move(io), std::move(socket), name());
  }

 private:
  UnixUri uri_;
};

}  // namespace

std::unique_ptr<Medium> make_unix_medium(const UnixUri& uri) {
  return std::make_unique<UnixMedium>(uri);
}

}  // namespace vle::link
