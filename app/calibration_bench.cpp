#include "calibration_bench.hpp"

#include <vle/io/files.hpp>
#include <vle/link/link_backend.hpp>

#include "backend_uri.hpp"

namespace vle::app {

Result<CalibrationBench> open_calibration_bench(const std::string& uri) {
  const auto parsed = parse_backend_uri(uri);
  if (!parsed) return tl::unexpected(parsed.error());
  if (const auto* chip = std::get_if<EmulatorUri>(&*parsed)) {
    if (chip->target.empty()) {
      return fail(ErrorCode::kInvalidInput, "--backend \"{}\": which target? write for example emulator:bss2_like",
                  uri);
    }
    auto target = read_target(chip->target);
    if (!target) return tl::unexpected(target.error());
    auto backend = emulator::make_emulator_backend(*target, chip->chip, chip->effects, chip->temperature_kelvin);
    return CalibrationBench{std::move(backend), std::move(*target), chip->temperature_kelvin};
  }
  const auto* board = std::get_if<BoardUri>(&*parsed);
  if (board == nullptr) return fail(ErrorCode::kUnsupported, "--backend \"{}\": has nothing to calibrate", uri);
  auto opened = link::open_link(board->uri);
  if (!opened) return tl::unexpected(opened.error());
  const auto description = (*opened)->fetch_target();
  if (!description) return tl::unexpected(description.error());
  auto target = parse_target(*description, link::to_string(board->uri));
  if (!target) return tl::unexpected(target.error());
  return CalibrationBench{std::move(*opened), std::move(*target), 0};
}

}  // namespace vle::app
