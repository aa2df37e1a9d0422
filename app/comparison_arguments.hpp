#pragma once

#include <optional>
#include <vle/backend/backend.hpp>
#include <vle/report/comparison.hpp>

#include "arguments.hpp"

namespace vle::app {

/// Reads --signals, --trial, --from, --to and --title.
[[nodiscard]] Result<ComparisonOptions> read_comparison_options(const Arguments& arguments);

/// The signals of --input, where it is given.
[[nodiscard]] Result<std::optional<Stimulus>> read_shown_input(const Arguments& arguments);

}  // namespace vle::app
