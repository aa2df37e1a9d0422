#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vle/backend/backend.hpp>
#include <vle/link/link_uri.hpp>
#include <vle/link/transport.hpp>

namespace vle::link {

/// How long a host waits. Nothing waits for ever: each limit is of time without any sign of progress.
struct Patience {
  Duration connect = std::chrono::seconds(5);    ///< for a board to be reached, first or again
  Duration turn = std::chrono::seconds(60);      ///< for others to leave the board
  Duration answer = std::chrono::seconds(10);    ///< for the answer to a request, with all repeats
  Duration progress = std::chrono::seconds(10);  ///< of an upload, a run, a stream
};

struct LinkOptions {
  Patience patience;
  /// Who this host is to the board; the same number keeps its session. 0: drawn.
  std::uint64_t client_nonce = 0;
  /// File that every byte goes to, for replay:; empty: none.
  std::string record;
};

/// A board behind a link as a Backend. It takes maps of the board's own target.
class LinkBackend : public Backend {
 public:
  /// The serialized vle.v1.Target that the board is, as the board tells it.
  [[nodiscard]] virtual Result<std::string> fetch_target() = 0;
};

/// Reaches a board and greets it. Errors are kDevice and say whether the board was not there, spoke another protocol,
/// or is in use.
[[nodiscard]] Result<std::unique_ptr<LinkBackend>> open_link(const LinkUri& uri, const LinkOptions& options = {});
/// The same over a medium of the caller's.
[[nodiscard]] Result<std::unique_ptr<LinkBackend>> open_link(std::unique_ptr<Medium> medium,
                                                             const LinkOptions& options = {});

}  // namespace vle::link
