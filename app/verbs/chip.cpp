#include <vle/io/files.hpp>
#include <vle/serial_chip/serial_chip_server.hpp>

#include "../board_spec.hpp"
#include "../interrupt.hpp"
#include "verbs.hpp"

namespace vle::app {

Result<Outcome> run_chip(const Arguments& arguments, Console& console) {
  auto spec = read_board_spec(arguments);
  if (!spec) return tl::unexpected(spec.error());
  const auto uri = link::parse_link_uri(arguments.text("--bus"));
  if (!uri) return fail(uri.error().code, "--bus {}", uri.error().message);
  const std::string target = spec->target.name;
  const std::uint64_t chip = spec->chip_id;
  const InterruptWatch interrupt;
  const auto server = serial_chip::SerialChipServer::open(std::move(*spec), *uri);
  if (!server) return fail(server.error().code, "--bus {}", server.error().message);
  const std::string address = (*server)->address();
  if (const auto file = arguments.find("--announce")) {
    if (auto written = write_file(*file, address + "\n"); !written) return tl::unexpected(written.error());
  }
  console.print("chip {} of {} waits for its board on the bus {}\n", chip, target, address);
  if (!console.flush()) return fail(ErrorCode::kIo, "stdout does not take the address");
  (*server)->serve(interrupt.token());
  Outcome outcome;
  outcome.json = {{"bus", address}, {"target", target}, {"chip_id", chip}};
  return outcome;
}

}  // namespace vle::app
