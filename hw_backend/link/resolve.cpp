#include "resolve.hpp"

namespace vle::link {

tl::unexpected<Error> no_board(const std::string& name, const boost::system::error_code& error) {
  return fail(ErrorCode::kDevice, "{}: no connection: {}; is the board on, and is it listening there?", name,
              error.message());
}

Result<> connect_socket(asio::io_context& io, asio::ip::tcp::socket& socket, const std::string& host,
                        std::uint16_t port, const std::string& name, TimePoint deadline) {
  boost::system::error_code failure;
  const bool in_time = run_until(io, deadline, [&]() -> asio::awaitable<void> {
    boost::system::error_code not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    if (!not_numeric) {
      const auto [error] = co_await socket.async_connect({address, port}, kAwaitTuple);
      failure = error;
      co_return;
    }
    asio::ip::tcp::resolver resolver(io);
    const auto [unknown, found] = co_await resolver.async_resolve(host, std::to_string(port), kAwaitTuple);
    failure = unknown;
    if (unknown) co_return;
    const auto [error, endpoint] = co_await asio::async_connect(socket, found, kAwaitTuple);
    failure = error;
  });
  if (!in_time) return fail(ErrorCode::kDevice, "{}: no answer to the attempt to connect", name);
  if (failure) return no_board(name, failure);
  socket.set_option(asio::ip::tcp::no_delay(true), failure);
  return {};
}

}  // namespace vle::link
