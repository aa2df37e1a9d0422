#pragma once

#include <vle/target/calibration.hpp>

#include "vle/v1/calibration.pb.h"

namespace vle::io {

inline constexpr std::uint32_t kCalibrationFormatVersion = 1;

/// `given` passed its checks.
[[nodiscard]] Calibration to_calibration(const v1::Calibration& given);
[[nodiscard]] v1::Calibration to_proto(const Calibration& calibration);

}  // namespace vle::io
