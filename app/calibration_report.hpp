#pragma once

#include <nlohmann/json.hpp>
#include <vector>
#include <vle/calibration/calibrate.hpp>
#include <vle/report/page.hpp>

#include "console.hpp"

namespace vle::app {

/// Tables for people, and the same as members of `json`: routines with their time, and per parameter and range the
/// spread before, the error after, residuals, and what a code resolves; the worst neurons.
void print_calibration(const calibration::CalibrationOutcome& outcome, const Target& target, Console& console,
                       nlohmann::ordered_json& json);

/// What a second measurement says of a first; true where the first still holds.
[[nodiscard]] bool print_drift(const std::vector<calibration::Drift>& drifts, Console& console,
                               nlohmann::ordered_json& json);

/// The page of --report: distributions before and after, residuals, worst neurons, time. `drifts`: of --verify; may be
/// empty.
[[nodiscard]] ReportPage calibration_page(const calibration::CalibrationOutcome& outcome, const Target& target,
                                          const std::vector<calibration::Drift>& drifts);

}  // namespace vle::app
