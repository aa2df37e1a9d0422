#include "board_spec.hpp"

#include <random>
#include <vle/io/files.hpp>

namespace vle::app {

Result<board::BoardSpec> read_board_spec(const Arguments& arguments) {
  Result<Target> target = read_target(arguments.text("--target"));
  if (!target) return tl::unexpected(target.error());
  board::BoardSpec spec;
  if (const auto list = arguments.find("--effects")) {
    const auto effects = emulator::parse_effects(*list);
    if (!effects) return fail(effects.error().code, "--effects: {}", effects.error().message);
    spec.effects = *effects;
  }
  spec.temperature_kelvin = arguments.number("--temperature").value_or(0);
  spec.description = serialise_target(*target);
  spec.target = std::move(*target);
  spec.chip_id = static_cast<std::uint64_t>(arguments.count("--chip").value_or(0));
  spec.boot_id = std::random_device{}() | 1U;
  spec.firmware_version = VLE_VERSION;
  return spec;
}

}  // namespace vle::app
