#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "over_chips.hpp"
#include "sample.hpp"

namespace vle::app {

nlohmann::ordered_json json_of(const SampleSummary& summary);
nlohmann::ordered_json json_of(ChipRange chips, std::size_t done);
nlohmann::ordered_json json_of(const std::vector<EffectCost>& costs, const std::vector<std::string>& outputs);

/// Cells of a table for people: mean, its interval, least, 5 %, median, 95 %, largest; values in percent.
std::vector<std::string> summary_header();
std::vector<std::string> summary_cells(const SampleSummary& summary);

/// The distances of all r and, of each effect, its share of the error power.
std::string text_of(const std::vector<EffectCost>& costs);

}  // namespace vle::app
