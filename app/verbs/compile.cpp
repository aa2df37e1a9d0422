#include <vle/compile/compile.hpp>
#include <vle/io/files.hpp>

#include "../calibration_option.hpp"
#include "../map_summary.hpp"
#include "../stimulus.hpp"
#include "verbs.hpp"

namespace vle::app {
namespace {

Result<SignalRanges> ranges_of(const Network& network, const Arguments& arguments) {
  const auto profile = arguments.find("--profile");
  const auto profile_target = arguments.find("--profile-target");
  if (!profile) {
    if (profile_target) return fail(ErrorCode::kInvalidInput, "compile: --profile-target needs --profile");
    return bound_ranges(network);
  }
  const auto stimulus = read_signals(*profile, profile_target);
  if (!stimulus) return tl::unexpected(stimulus.error());
  auto ranges = profile_ranges(network, *stimulus);
  if (!ranges) return fail(ranges.error().code, "{}: {}", *profile, ranges.error().message);
  return ranges;
}

}  // namespace

Result<Outcome> run_compile(const Arguments& arguments, Console& console) {
  const auto network = read_network(arguments.text("NETWORK"));
  if (!network) return tl::unexpected(network.error());
  const auto target = read_target(arguments.text("--target"));
  if (!target) return tl::unexpected(target.error());
  const auto ranges = ranges_of(*network, arguments);
  if (!ranges) return tl::unexpected(ranges.error());
  CompileOptions options;
  options.speed_up = arguments.number("--speed-up");
  const auto calibration = read_calibration_option(arguments, console);
  if (!calibration) return tl::unexpected(calibration.error());
  options.calibration = pointer_to(*calibration);
  const auto map = compile(*network, *target, *ranges, options);
  if (!map) return tl::unexpected(map.error());
  const std::string output = arguments.text("--output");
  if (auto written = write_map(output, *map); !written) return tl::unexpected(written.error());
  if (const std::size_t clipped = clipped_count(*map); clipped > 0) {
    console.warn(
        fmt::format("{} parameters lie outside what the chip reaches and were clipped; the ledger below says "
                    "which kinds, `vle dump {}` which elements",
                    clipped, output));
  }
  console.print("{}wrote {}\n", text_summary(*map), output);
  Outcome outcome{ExitCode::kDone, json_summary(*map)};
  outcome.json["output"] = output;
  return outcome;
}

}  // namespace vle::app
