#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/parameter_map/parameter_map.hpp>

// What every device that runs parameter maps says of maps and runs in the same words.

namespace vle {

/// Refuses (kInvalidInput) a map of another target, or one that was compiled by the calibration of another chip. `who`
/// is the device in the message, as in `this chip`.
[[nodiscard]] Result<> check_map(const ParameterMap& map, const DeviceInfo& device, std::string_view who);
/// The checks of a run: something is loaded (`map` may be null), check_run(), check_learning().
[[nodiscard]] Result<> check_map_run(const ParameterMap* map, const Stimulus& stimulus, const RunOptions& options,
                                     const DeviceInfo& device);
/// A population that check_run() found.
[[nodiscard]] const PlacedPopulation& population_named(const ParameterMap& map, const std::string& name);
/// What a run records: what is asked for, or r of every population.
[[nodiscard]] std::vector<Recording> recordings_of(const ParameterMap& map, const RunOptions& options);

/// Shapes of the traces of a whole run and the scales to read codes by, and what the report says of map, stimulus and
/// options. Device, chip id and counts are the device's to fill in.
[[nodiscard]] Traces make_map_traces(const ParameterMap& map, const Stimulus& stimulus, const RunOptions& options);

/// Says what an interrupted run has: the complete trials at the front of the batch, or the beginning of the first.
/// `steps`: done, of each trial; `wanted`: asked for.
void keep_done(Traces& traces, const std::vector<std::int64_t>& steps, std::int64_t wanted);

}  // namespace vle
