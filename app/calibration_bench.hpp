#pragma once

#include <memory>
#include <string>
#include <vle/backend/backend.hpp>

namespace vle::app {

/// A chip to be measured and what it is made of.
struct CalibrationBench {
  std::unique_ptr<Backend> backend;
  Target target;
  double temperature_kelvin = 0;  ///< of an emulated chip that is not at its nominal one; 0: nominal, or not known
};

/// Of a backend URI: an emulated chip, or a board behind a link, which is asked what it is. The reference has nothing
/// to calibrate (kUnsupported).
[[nodiscard]] Result<CalibrationBench> open_calibration_bench(const std::string& uri);

}  // namespace vle::app
