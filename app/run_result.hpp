#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vle/backend/backend.hpp>

#include "acceptance.hpp"

namespace vle::app {

/// The record of a run as `vle run --json` prints it; `wall_seconds` is what the run took on the host.
nlohmann::ordered_json json_of(const RunReport& report, double wall_seconds);
nlohmann::ordered_json json_of(const Acceptance& acceptance);

/// The same for people.
std::string text_of(const RunReport& report, double wall_seconds);
std::string text_of(const Acceptance& acceptance);

}  // namespace vle::app
