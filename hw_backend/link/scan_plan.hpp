#pragma once

#include <cstdint>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle::link {

/// Columns of a core, side by side, whose signal a board reads out.
struct ColumnRange {
  Signal signal = Signal::kR;
  std::uint32_t core = 0;
  std::uint32_t first_column = 0;
  std::uint32_t count = 0;
};

/// What a board reads out for one sample, and where in it each recorded neuron stands.
struct ScanPlan {
  std::vector<ColumnRange> ranges;
  std::size_t sample_codes = 0;                     ///< of all ranges
  std::vector<std::vector<std::size_t>> positions;  ///< [recording][neuron], in codes from the sample's start
};

/// The ranges of just the recorded neurons; where a board takes fewer ranges than that, of everything from the first to
/// the last of them on each core. Error (kUnsupported): still more than `most_ranges`.
[[nodiscard]] Result<ScanPlan> plan_scan(const ParameterMap& map, const std::vector<Recording>& recordings,
                                         std::size_t most_ranges);

}  // namespace vle::link
