#pragma once

#include "arguments.hpp"
#include "console.hpp"
#include "outcome.hpp"

namespace vle::app {

/// `vle run --chips`: the same run on every chip of a range, judged against the ideal twin.
[[nodiscard]] Result<Outcome> run_over_chips(const Arguments& arguments, Console& console);

}  // namespace vle::app
