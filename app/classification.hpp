#pragma once

#include <vle/training/rules.hpp>

#include "arguments.hpp"
#include "backend_uri.hpp"
#include "console.hpp"
#include "outcome.hpp"

namespace vle::app {

/// Trains a network to tell samples apart: NETWORK, --input and --labels, and the other options of `vle train` that are
/// about samples. The network must have been put under its rule before.
[[nodiscard]] Result<Outcome> train_on_labels(const Arguments& arguments, const BackendUri& uri, const Network& network,
                                              const std::stop_token& stop, Console& console);

}  // namespace vle::app
