#include "scan_plan.hpp"

#include <algorithm>
#include <map>
#include <vle/backend/map_traces.hpp>

namespace vle::link {
namespace {

/// Ranges of neighbours, in the order of the recordings.
ScanPlan plan_neighbours(const ParameterMap& map, const std::vector<Recording>& recordings) {
  ScanPlan plan;
  for (const Recording& recording : recordings) {
    std::vector<std::size_t>& positions = plan.positions.emplace_back();
    bool is_first = true;
    for (const Site site : population_named(map, recording.population).sites) {
      const bool goes_on = !is_first && plan.ranges.back().core == site.core &&
                           plan.ranges.back().first_column + plan.ranges.back().count == site.column;
      if (!goes_on) plan.ranges.push_back({recording.signal, site.core, site.column, 0});
      ++plan.ranges.back().count;
      positions.push_back(plan.sample_codes++);
      is_first = false;
    }
  }
  return plan;
}

/// One range for each signal and core.
ScanPlan plan_cores(const ParameterMap& map, const std::vector<Recording>& recordings) {
  std::map<std::pair<Signal, std::uint32_t>, ColumnRange> ranges;
  for (const Recording& recording : recordings) {
    for (const Site site : population_named(map, recording.population).sites) {
      const ColumnRange fresh{recording.signal, site.core, site.column, 1};
      ColumnRange& range = ranges.try_emplace({recording.signal, site.core}, fresh).first->second;
      const std::uint32_t end = std::max(range.first_column + range.count, site.column + 1);
      range.first_column = std::min(range.first_column, site.column);
      range.count = end - range.first_column;
    }
  }
  ScanPlan plan;
  std::map<std::pair<Signal, std::uint32_t>, std::size_t> starts;
  for (const auto& entry : ranges) {
    starts[entry.first] = plan.sample_codes - entry.second.first_column;
    plan.sample_codes += entry.second.count;
    plan.ranges.push_back(entry.second);
  }
  for (const Recording& recording : recordings) {
    std::vector<std::size_t>& positions = plan.positions.emplace_back();
    for (const Site site : population_named(map, recording.population).sites) {
      positions.push_back(starts[{recording.signal, site.core}] + site.column);
    }
  }
  return plan;
}

}  // namespace

Result<ScanPlan> plan_scan(const ParameterMap& map, const std::vector<Recording>& recordings, std::size_t most_ranges) {
  ScanPlan plan = plan_neighbours(map, recordings);
  if (plan.ranges.size() > most_ranges) plan = plan_cores(map, recordings);
  if (plan.ranges.size() <= most_ranges) return plan;
  return fail(ErrorCode::kUnsupported, "recording these signals takes {} scan ranges; the board takes {}; record fewer",
              plan.ranges.size(), most_ranges);
}

}  // namespace vle::link
