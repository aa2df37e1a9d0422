#pragma once

#include <vle/backend/backend.hpp>

#include "arguments.hpp"

namespace vle::app {

/// The options --record, --every, --settle, --seed, --first-trial and --threads, as far as the verb has them.
[[nodiscard]] Result<RunOptions> read_run_options(const Arguments& arguments);

}  // namespace vle::app
