#include <algorithm>
#include <charconv>
#include <optional>
#include <vle/link/link_uri.hpp>

#include "fingerprint.hpp"

namespace vle::link {
namespace {

constexpr std::string_view kKnown =
    "tcp://HOST:PORT, tls://HOST:PORT?certificates=FOLDER&name=NAME&fingerprint=SHA256, unix:PATH, "
    "serial:DEVICE?baud=N&flow=none|hardware, "
    "pty:PATH, replay:FILE";

std::string_view scheme_of(std::string_view uri) {
  const auto colon = uri.find(':');
  return colon == std::string_view::npos ? std::string_view{} : uri.substr(0, colon);
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A URI taken apart: what stands behind the scheme, and the value of each key.
class Parts {
 public:
  Parts(std::string_view uri, std::string_view rest) : uri_(uri) {
    const auto question = rest.find('?');
    path_ = rest.substr(0, question);
    if (question != std::string_view::npos) query_ = rest.substr(question + 1);
  }

  std::string_view path() const { return path_; }

  /// Hands each key and value to `take`, which says whether it knows the key and takes the value.
  template <class Take>
  Result<> each(std::string_view known, Take take) const {
    std::string_view query = query_;
    while (!query.empty()) {
      const auto end = query.find('&');
      const std::string_view pair = query.substr(0, end);
      const auto equals = std::min(pair.find('='), pair.size());
      const std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
      if (!take(pair.substr(0, equals), value)) {
        return fail(ErrorCode::kInvalidInput, "\"{}\": \"{}\" is not known there; known: {}", uri_, pair, known);
      }
      query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    }
    return {};
  }

 private:
  std::string_view uri_;
  std::string_view path_;
  std::string_view query_;
};

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

Result<HostAndPort> parse_address(std::string_view uri, std::string_view path) {
  const auto colon = path.rfind(':');
  if (!path.starts_with("//") || colon == std::string_view::npos || colon <= 2) {
    return fail(ErrorCode::kInvalidInput, "\"{}\": write {}://HOST:PORT", uri, scheme_of(uri));
  }
  std::string_view host = path.substr(2, colon - 2);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto port = parse_number<std::uint16_t>(path.substr(colon + 1));
  if (!port) {
    return fail(ErrorCode::kInvalidInput, "\"{}\": port is \"{}\"; it takes 0..65535", uri, path.substr(colon + 1));
  }
  return HostAndPort{std::string(host), *port};
}

Result<LinkUri> parse_tcp(std::string_view uri, const Parts& parts) {
  const auto address = parse_address(uri, parts.path());
  if (!address) return tl::unexpected(address.error());
  const auto keys = parts.each("none", [](std::string_view, std::string_view) { return false; });
  if (!keys) return tl::unexpected(keys.error());
  return LinkUri(TcpUri{address->host, address->port});
}

Result<LinkUri> parse_tls(std::string_view uri, const Parts& parts) {
  const auto address = parse_address(uri, parts.path());
  if (!address) return tl::unexpected(address.error());
  TlsUri tls;
  tls.host = address->host;
  tls.port = address->port;
  constexpr std::string_view kKeys = "certificates=FOLDER, name=NAME, fingerprint=SHA256, at a board clients=FILE";
  const auto keys = parts.each(kKeys, [&tls](std::string_view key, std::string_view value) {
    if (value.empty()) return false;
    if (key == "certificates") {
      tls.certificates = value;
    } else if (key == "name") {
      tls.name = value;
    } else if (key == "clients") {
      tls.clients = value;
    } else {
      const auto fingerprint = parse_fingerprint(value);
      if (key != "fingerprint" || !fingerprint) return false;
      tls.fingerprint = *fingerprint;
    }
    return true;
  });
  if (!keys) return tl::unexpected(keys.error());
  return LinkUri(tls);
}

Result<LinkUri> parse_serial(const Parts& parts) {
  SerialUri serial;
  serial.device = parts.path();
  const auto keys = parts.each("baud, flow", [&](std::string_view key, std::string_view value) {
    if (key == "flow") {
      serial.hardware_flow = value == "hardware";
      return value == "hardware" || value == "none";
    }
    const auto baud = parse_number<std::uint32_t>(value);
    if (key != "baud" || !baud || *baud == 0) return false;
    serial.baud = *baud;
    return true;
  });
  if (!keys) return tl::unexpected(keys.error());
  return LinkUri(serial);
}

}  // namespace

bool is_link_uri(std::string_view uri) {
  constexpr std::string_view kSchemes[] = {"tcp", "tls", "unix", "serial", "pty", "replay"};
  return std::ranges::find(kSchemes, scheme_of(uri)) != std::end(kSchemes);
}

Result<LinkUri> parse_link_uri(std::string_view uri) {
  if (!is_link_uri(uri)) {
    return fail(ErrorCode::kInvalidInput, "\"{}\": not the address of a board; known: {}", uri, kKnown);
  }
  const std::string_view scheme = scheme_of(uri);
  const Parts parts(uri, uri.substr(scheme.size() + 1));
  if (parts.path().empty()) return fail(ErrorCode::kInvalidInput, "\"{}\": nothing behind {}:", uri, scheme);
  if (scheme == "tcp") return parse_tcp(uri, parts);
  if (scheme == "tls") return parse_tls(uri, parts);
  if (scheme == "serial") return parse_serial(parts);
  const auto keys = parts.each("none", [](std::string_view, std::string_view) { return false; });
  if (!keys) return tl::unexpected(keys.error());
  const std::string path(parts.path());
  if (scheme == "unix") return LinkUri(UnixUri{path});
  if (scheme == "pty") return LinkUri(PtyUri{path});
  return LinkUri(ReplayUri{path});
}

std::string to_string(const LinkUri& uri) {
  const auto address = [](std::string_view scheme, const std::string& host, std::uint16_t port) {
    if (host.find(':') != std::string::npos) return fmt::format("{}://[{}]:{}", scheme, host, port);
    return fmt::format("{}://{}:{}", scheme, host, port);
  };
  struct Writer {
    decltype(address)& write;
    std::string operator()(const TcpUri& tcp) const { return write("tcp", tcp.host, tcp.port); }
    std::string operator()(const TlsUri& tls) const { return write("tls", tls.host, tls.port); }
    std::string operator()(const UnixUri& socket) const { return "unix:" + socket.path; }
    std::string operator()(const SerialUri& serial) const { return "serial:" + serial.device; }
    std::string operator()(const PtyUri& pty) const { return "pty:" + pty.path; }
    std::string operator()(const ReplayUri& replay) const { return "replay:" + replay.file; }
  };
  return std::visit(Writer{address}, uri);
}

}  // namespace vle::link
