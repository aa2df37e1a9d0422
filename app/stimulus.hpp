#pragma once

#include <optional>
#include <string>
#include <vle/backend/backend.hpp>

#include "arguments.hpp"
#include "subject.hpp"

namespace vle::app {

/// Reads a file of signals (.npy, .csv, .h5) as inputs, and a second one, where given, as the targets beside them.
[[nodiscard]] Result<Stimulus> read_signals(const std::string& path, const std::optional<std::string>& target_path);

/// Reads the options --input, --target-signal and --steps into a stimulus for `subject`: zeros for --steps steps where
/// there is no input. Errors name the file and the channels that are wanted.
[[nodiscard]] Result<Stimulus> read_stimulus(const Arguments& arguments, const Subject& subject);

}  // namespace vle::app
