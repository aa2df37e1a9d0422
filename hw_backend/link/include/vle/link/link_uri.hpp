#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vle/link/transport.hpp>
#include <vle/result/result.hpp>

namespace vle::link {

/// `tcp://HOST:PORT`
struct TcpUri {
  std::string host;
  std::uint16_t port = 0;
};

/// `tls://HOST:PORT?certificates=FOLDER`: mutual TLS 1.3. The folder holds `authority.pem`, and this end's
/// `host.pem` and `host.key` or, at a board, `board.pem` and `board.key` (scripts/make-certificates.sh).
///
/// A host takes a board whose certificate is the authority's and made out to HOST; `name=NAME` takes it for another
/// name, `fingerprint=SHA256` takes this one certificate, whatever its name. A board takes every host of the
/// authority, or with `clients=FILE` those whose fingerprints the file lists, one a line.
struct TlsUri {
  std::string host;
  std::uint16_t port = 0;
  std::string certificates = "certificates";
  std::string name;         ///< at a host: in the board's certificate; empty: `host`
  std::string fingerprint;  ///< at a host: 64 hexadecimal digits; empty: any certificate of that name
  std::string clients;      ///< at a board; empty: every host of the authority
};

/// `unix:PATH`
struct UnixUri {
  std::string path;
};

/// `serial:DEVICE?baud=921600&flow=none|hardware`
struct SerialUri {
  std::string device;
  std::uint32_t baud = 921600;
  bool hardware_flow = false;
};

/// `pty:PATH`: at a board, a pseudo terminal with a symbolic link to it, which hosts open as serial:PATH.
struct PtyUri {
  std::string path;
};

/// `replay:FILE`: what was recorded of an earlier session.
struct ReplayUri {
  std::string file;
};

using LinkUri = std::variant<TcpUri, TlsUri, UnixUri, SerialUri, PtyUri, ReplayUri>;

/// Whether the scheme is one of a link.
[[nodiscard]] bool is_link_uri(std::string_view uri);
/// Errors say which part of the URI is wrong and what is known there.
[[nodiscard]] Result<LinkUri> parse_link_uri(std::string_view uri);
[[nodiscard]] std::string to_string(const LinkUri& uri);

/// The medium of a URI. Refuses those that only a board can open.
[[nodiscard]] Result<std::unique_ptr<Medium>> make_medium(const LinkUri& uri);

}  // namespace vle::link
