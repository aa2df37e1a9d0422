#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle::app {

/// What a compiler chose, and what was lost by owner and parameter kind.
nlohmann::ordered_json json_summary(const ParameterMap& map);
/// The same for people: a head and the ledger's table.
std::string text_summary(const ParameterMap& map);
/// Elements of the ledger that lie outside what their converter reaches.
std::size_t clipped_count(const ParameterMap& map);

}  // namespace vle::app
