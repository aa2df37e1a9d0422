#pragma once

#include <cstdint>
#include <vle/calibration/calibrate.hpp>

namespace vle::calibration {

/// bss2_like with one core of `columns` neurons and 64 rows: small enough for every build.
[[nodiscard]] Target small_chip(std::int64_t columns = 16);

/// The same with rate circuits that deviate: slopes by 5 %, amplitudes by 3 %.
[[nodiscard]] Target small_chip_with_rate_circuits(std::int64_t columns);

/// Calibrates an emulated chip with every effect on. A failure fails the test, and then the outcome is empty.
[[nodiscard]] CalibrationOutcome calibrate_chip(const Target& target, std::uint64_t chip,
                                                CalibrateOptions options = {});

/// 5 standard deviations of a binomial count around 95 %.
[[nodiscard]] double tolerance_of_coverage(double count);

}  // namespace vle::calibration
