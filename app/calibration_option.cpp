#include "calibration_option.hpp"

#include <chrono>
#include <vle/io/files.hpp>

namespace vle::app {

Result<std::optional<Calibration>> read_calibration_option(const Arguments& arguments, Console& console) {
  const auto path = arguments.find("--calibration");
  if (!path) return std::optional<Calibration>{};
  auto calibration = read_calibration(*path);
  if (!calibration) return tl::unexpected(calibration.error());
  constexpr double kSecondsPerDay = 86400;
  constexpr double kOldDays = 30;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const double measured = static_cast<double>(calibration->measured_at_unix_seconds);
  const double days = (std::chrono::duration<double>(now).count() - measured) / kSecondsPerDay;
  if (measured > 0 && days > kOldDays) {
    console.warn(
        fmt::format("{}: measured {:.0f} days ago; `vle calibrate --verify` tells what has drifted", *path, days));
  }
  return std::optional(std::move(*calibration));
}

Result<> check_calibration_of_one_chip(const Arguments& arguments) {
  if (!arguments.has("--calibration") || !arguments.has("--chips")) return {};
  return fail(ErrorCode::kInvalidInput,
              "--calibration belongs to one chip, and --chips asks for several; leave one of the two out");
}

}  // namespace vle::app
