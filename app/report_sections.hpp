#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vle/backend/backend.hpp>
#include <vle/parameter_map/parameter_map.hpp>
#include <vle/report/comparison.hpp>
#include <vle/report/page.hpp>

namespace vle::app {

/// A share as text, in percent.
[[nodiscard]] std::string percent(double share);

/// `device` over `ideal`, with the distance of every recorded signal.
[[nodiscard]] Result<PageSection> comparison_section(const Traces& ideal, const Traces& device,
                                                     const std::optional<Stimulus>& stimulus,
                                                     const ComparisonOptions& options);

/// What a run on a chip took: time, energy, cycles, and what left its range.
[[nodiscard]] PageSection run_section(const RunReport& report);

/// What the registers could not hold.
[[nodiscard]] PageSection ledger_section(const ParameterMap& map);

/// The result of a verb as --json printed it: ablate, ablate --chips, run --chips, or a timeline in Chrome's trace
/// format. Errors (kInvalidInput): none of them; `name` stands for the file.
[[nodiscard]] Result<PageSection> result_section(const nlohmann::json& result, const std::string& name);

}  // namespace vle::app
