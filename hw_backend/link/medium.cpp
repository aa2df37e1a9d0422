#include "media.hpp"

namespace vle::link {

Result<std::unique_ptr<Medium>> make_medium(const LinkUri& uri) {
  if (const auto* tcp = std::get_if<TcpUri>(&uri)) return make_tcp_medium(*tcp);
  if (const auto* tls = std::get_if<TlsUri>(&uri)) return make_tls_medium(*tls);
  if (const auto* socket = std::get_if<UnixUri>(&uri)) return make_unix_medium(*socket);
  if (const auto* serial = std::get_if<SerialUri>(&uri)) return make_serial_medium(*serial);
  if (const auto* pty = std::get_if<PtyUri>(&uri)) {
    return fail(ErrorCode::kInvalidInput, "\"pty:{}\": for boards to listen on; a host opens it as serial:{}",
                pty->path, pty->path);
  }
  return fail(ErrorCode::kInvalidInput, "\"{}\": a record holds no board to connect to", to_string(uri));
}

}  // namespace vle::link
