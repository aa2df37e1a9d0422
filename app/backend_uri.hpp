#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vle/backend/backend.hpp>
#include <vle/emulator/emulator.hpp>
#include <vle/link/link_uri.hpp>
#include <vle/result/result.hpp>

namespace vle::app {

/// `reference:?substeps=K&precision=single`: the float reference.
struct ReferenceUri {
  std::int64_t substeps = 0;  ///< 0: as the network describes
  Precision precision = Precision::kDouble;
};

/// `emulator:TARGET?chip=7&effects=all&temperature=310`: an emulated chip.
struct EmulatorUri {
  std::string target;  ///< name or file; may be empty where a map brings its own
  std::uint64_t chip = 0;
  emulator::Effects effects;
  double temperature_kelvin = 0;  ///< of the chip; 0: the target's nominal one
};

/// `tcp://`, `tls://`, `unix:`, `serial:`, `replay:`: a board behind a link.
struct BoardUri {
  link::LinkUri uri;
  std::string target;  ///< what it is; empty: the board is asked
  std::string record;  ///< file that every byte of the link goes to; empty: none
};

using BackendUri = std::variant<ReferenceUri, EmulatorUri, BoardUri>;

/// One kind of backend, for the parser and for docs/cli.md.
struct SchemeRecord {
  std::string_view scheme;
  std::string_view form;
  std::string_view meaning;
};
inline constexpr SchemeRecord kSchemes[] = {
    {"reference", "reference:[?substeps=K][&precision=single]",
     "the float64 reference; with `substeps`, the ideal twin of a chip that takes K sub-steps a step; with "
     "`precision`, "
     "`double` (default) or `single`, which is faster and differs by rounding"},
    {"emulator", "emulator:TARGET[?chip=N][&effects=LIST][&temperature=KELVIN]",
     "an emulated chip: a shipped target's name or a target file, its id (default 0), which effects are on: `all` "
     "(default), `none`, or a list of groups (`mismatch`, `noise`, `amplifiers`, `drift`, `converters`, `crossing`, "
     "`defects`) and of the effects of [emulator.md](emulator.md), `-NAME` to leave one out; and its temperature "
     "(default: the target's nominal one); with a parameter map TARGET may be left out"},
    {"tcp", "tcp://HOST:PORT", "a board on the network, or a virtual one (`vle board`) on this machine"},
    {"tls", "tls://HOST:PORT[?certificates=FOLDER][&name=NAME][&fingerprint=SHA256]",
     "the same over TLS 1.3, both ends certified; FOLDER (default `certificates`) holds what "
     "`scripts/make-certificates.sh` makes; the board's certificate must be for HOST, or for `name`, or be the one of "
     "`fingerprint`"},
    {"unix", "unix:PATH", "a board behind a socket of this machine"},
    {"serial", "serial:DEVICE[?baud=N][&flow=none|hardware]", "a board on a serial line (default 921600 baud)"},
    {"replay", "replay:FILE", "what `--record-link` wrote down of a board, for the same command once more"},
};

/// Errors say which part of the URI is wrong and what is known there.
[[nodiscard]] Result<BackendUri> parse_backend_uri(std::string_view uri);

}  // namespace vle::app
