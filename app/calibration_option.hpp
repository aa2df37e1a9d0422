#pragma once

#include <optional>
#include <vle/target/calibration.hpp>

#include "arguments.hpp"
#include "console.hpp"

namespace vle::app {

/// The file of --calibration, where it is given. Warns when it is old, or of a chip colder or warmer than now.
[[nodiscard]] Result<std::optional<Calibration>> read_calibration_option(const Arguments& arguments, Console& console);

/// Refuses --calibration beside --chips: a calibration belongs to one chip.
[[nodiscard]] Result<> check_calibration_of_one_chip(const Arguments& arguments);

/// For functions that take a calibration or null.
inline const Calibration* pointer_to(const std::optional<Calibration>& calibration) {
  return calibration ? &*calibration : nullptr;
}

}  // namespace vle::app
