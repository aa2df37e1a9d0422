#pragma once

#include <string>

#include "asio_transport.hpp"

namespace vle::link {

/// Connects a TCP socket by name or number, without delay for small writes. Errors name what to look at.
[[nodiscard]] Result<> connect_socket(asio::io_context& io, asio::ip::tcp::socket& socket, const std::string& host,
                                      std::uint16_t port, const std::string& name, TimePoint deadline);

/// What a failed connection is called.
[[nodiscard]] tl::unexpected<Error> no_board(const std::string& name, const boost::system::error_code& error);

}  // namespace vle::link
