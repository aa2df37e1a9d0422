#pragma once

#include <string_view>
#include <vector>
#include <vle/backend/backend.hpp>

namespace vle::app {

/// Parses `population.signal,...`; the signal stands behind the last dot. Errors name the entry and the known signals.
[[nodiscard]] Result<std::vector<Recording>> parse_recordings(std::string_view list);

}  // namespace vle::app
