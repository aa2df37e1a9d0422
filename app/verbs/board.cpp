#include <random>
#include <vle/board/board_server.hpp>
#include <vle/io/files.hpp>

#include "../interrupt.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

Result<board::BoardSpec> read_spec(const Arguments& arguments) {
  Result<Target> target = read_target(arguments.text("--target"));
  if (!target) return tl::unexpected(target.error());
  board::BoardSpec spec;
  if (const auto list = arguments.find("--effects")) {
    const auto effects = emulator::parse_effects(*list);
    if (!effects) return fail(effects.error().code, "--effects: {}", effects.error().message);
    spec.effects = *effects;
  }
  spec.description = serialise_target(*target);
  spec.target = std::move(*target);
  spec.chip_id = static_cast<std::uint64_t>(arguments.count("--chip").value_or(0));
  spec.boot_id = std::random_device{}() | 1U;
  spec.firmware_version = VLE_VERSION;
  return spec;
}

}  // namespace

Result<Outcome> run_board(const Arguments& arguments, Console& console) {
  auto spec = read_spec(arguments);
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
