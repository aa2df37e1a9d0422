#include <vle/board/board_server.hpp>
#include <vle/io/files.hpp>

#include "../board_spec.hpp"
#include "../interrupt.hpp"
#include "verbs.hpp"

namespace vle::app {

Result<Outcome> run_board(const Arguments& arguments, Console& console) {
  auto spec = read_board_spec(arguments);
  if (!spec) return tl::unexpected(spec.error());
  const auto uri = link::parse_link_uri(arguments.text("--listen"));
  if (!uri) return fail(uri.error().code, "--listen {}", uri.error().message);
  board::ServerOptions options;
  options.users = static_cast<std::size_t>(arguments.count("--users").value_or(8));
  const std::string target = spec->target.name;
  const std::uint64_t chip = spec->chip_id;
  const InterruptWatch interrupt;
  const auto server = board::BoardServer::open(std::move(*spec), *uri, options);
  if (!server) return fail(server.error().code, "--listen {}", server.error().message);
  const std::string address = (*server)->address();
  if (const auto file = arguments.find("--announce")) {
    if (auto written = write_file(*file, address + "\n"); !written) return tl::unexpected(written.error());
  }
  console.print("chip {} of {} listens; run with --backend {}\n", chip, target, address);
  if (!console.flush()) return fail(ErrorCode::kIo, "stdout does not take the address");
  (*server)->serve(interrupt.token());
  Outcome outcome;
  outcome.json = {{"address", address}, {"target", target}, {"chip_id", chip}};
  return outcome;
}

}  // namespace vle::app
