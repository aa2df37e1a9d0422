#pragma once

#include <string>
#include <vle/network/network.hpp>
#include <vle/result/result.hpp>

namespace vle::app {

/// A network as a JSON description, every parameter by its value: read again, it is the same network, with the same
/// hash. Errors (kUnsupported): error constants and lead ratios of their own, which no description can hold.
[[nodiscard]] Result<std::string> network_json(const Network& network);

}  // namespace vle::app
