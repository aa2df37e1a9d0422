#pragma once

#include <string>
#include <vle/backend/backend.hpp>
#include <vle/result/result.hpp>

namespace vle {

/// A timeline in Chrome's trace event format, as chrome://tracing and Perfetto read it: a row a unit and core, complete
/// events with the work as name, the phase as category, microseconds of device time, and in `args` the clocks.
std::string to_chrome_trace(const Timeline& timeline);
[[nodiscard]] Result<> write_timeline(const std::string& path, const Timeline& timeline);

}  // namespace vle
