#include "calibration_option.hpp"

#include <chrono>
#include <cmath>
#include <vle/io/files.hpp>

#include "backend_uri.hpp"

namespace vle::app {
namespace {

/// Of the chip that the verb is about, kelvin: as its URI says, or the nominal one of its target; nothing where a board
/// or a map alone would have to tell.
std::optional<double> chip_temperature(const Arguments& arguments) {
  std::string target = arguments.find("--target").value_or("");
  if (const auto text = arguments.find("--backend")) {
    const auto uri = parse_backend_uri(*text);
    const auto* chip = uri ? std::get_if<EmulatorUri>(&*uri) : nullptr;
    if (chip == nullptr) return std::nullopt;
    if (chip->temperature_kelvin > 0) return chip->temperature_kelvin;
    if (!chip->target.empty()) target = chip->target;
  }
  if (target.empty()) return std::nullopt;
  const auto described = read_target(target);
  return described ? std::optional(described->noise.temperature_kelvin) : std::nullopt;
}

void warn_of_age(const std::string& path, const Calibration& calibration, Console& console) {
  constexpr double kSecondsPerDay = 86400;
  constexpr double kOldDays = 30;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const double measured = static_cast<double>(calibration.measured_at_unix_seconds);
  const double days = (std::chrono::duration<double>(now).count() - measured) / kSecondsPerDay;
  if (measured <= 0 || days <= kOldDays) return;
  console.warn(
      fmt::format("{}: measured {:.0f} days ago; `vle calibrate --verify` tells what has drifted", path, days));
}

void warn_of_temperature(const std::string& path, const Calibration& calibration, const Arguments& arguments,
                         Console& console) {
  constexpr double kTolerated = 5;  // kelvin: time constants that are proportional to temperature change by 1.7 %
  const std::optional<double> chip = chip_temperature(arguments);
  const double measured = calibration.temperature_kelvin;
  if (!chip || measured <= 0 || std::abs(measured - *chip) <= kTolerated) return;
  console.warn(fmt::format("{}: measured at {:.0f} K, and the chip is at {:.0f} K; calibrate again at its temperature",
                           path, measured, *chip));
}

}  // namespace

Result<std::optional<Calibration>> read_calibration_option(const Arguments& arguments, Console& console) {
  const auto path = arguments.find("--calibration");
  if (!path) return std::optional<Calibration>{};
  auto calibration = read_calibration(*path);
  if (!calibration) return tl::unexpected(calibration.error());
  warn_of_age(*path, *calibration, console);
  warn_of_temperature(*path, *calibration, arguments, console);
  return std::optional(std::move(*calibration));
}

Result<> check_calibration_of_one_chip(const Arguments& arguments) {
  if (!arguments.has("--calibration") || !arguments.has("--chips")) return {};
  return fail(ErrorCode::kInvalidInput,
              "--calibration belongs to one chip, and --chips asks for several; leave one of the two out");
}

}  // namespace vle::app
