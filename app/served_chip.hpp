#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vle/io/files.hpp>
#include <vle/link/link_uri.hpp>

#include "arguments.hpp"
#include "board_spec.hpp"
#include "console.hpp"
#include "interrupt.hpp"
#include "outcome.hpp"

namespace vle::app {

/// Serves an emulated chip until the user interrupts. `option` has the URI to wait at; `open` makes a server of the
/// chip and that URI; `state` is what the user reads, before the address, once others can come. The address is also
/// written where --announce asks. Errors: those of the chip's description, of the URI and of opening it, a file or
/// stdout that cannot be written.
template <class Open>
[[nodiscard]] Result<Outcome> serve_chip(const Arguments& arguments, Console& console, const std::string& option,
                                         std::string_view state, Open open) {
  auto spec = read_board_spec(arguments);
  if (!spec) return tl::unexpected(spec.error());
  const auto uri = link::parse_link_uri(arguments.text(option));
  if (!uri) return fail(uri.error().code, "{} {}", option, uri.error().message);
  const std::string target = spec->target.name;
  const std::uint64_t chip = spec->chip_id;
  const InterruptWatch interrupt;
  const auto server = open(std::move(*spec), *uri);
  if (!server) return fail(server.error().code, "{} {}", option, server.error().message);
  const std::string address = (*server)->address();
  if (const auto file = arguments.find("--announce")) {
    if (auto written = write_file(*file, address + "\n"); !written) return tl::unexpected(written.error());
  }
  console.print("chip {} of {} {} {}\n", chip, target, state, address);
  if (!console.flush()) return fail(ErrorCode::kIo, "stdout does not take the address");
  (*server)->serve(interrupt.token());
  Outcome outcome;
  outcome.json = {{"address", address}, {"target", target}, {"chip_id", chip}};
  return outcome;
}

}  // namespace vle::app
