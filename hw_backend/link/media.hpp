#pragma once

#include <memory>
#include <vle/link/link_uri.hpp>

namespace vle::link {

[[nodiscard]] std::unique_ptr<Medium> make_tcp_medium(const TcpUri& uri);
[[nodiscard]] std::unique_ptr<Medium> make_tls_medium(const TlsUri& uri);
[[nodiscard]] std::unique_ptr<Medium> make_unix_medium(const UnixUri& uri);
[[nodiscard]] std::unique_ptr<Medium> make_serial_medium(const SerialUri& uri);

}  // namespace vle::link
