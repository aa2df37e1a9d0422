#pragma once

#include <string>

namespace vle::app {

/// The page docs/cli.md: every verb with its arguments, options and exit codes, from the verb table.
std::string reference_page();

}  // namespace vle::app
