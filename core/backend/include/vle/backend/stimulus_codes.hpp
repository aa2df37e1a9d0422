#pragma once

#include <cstdint>
#include <vector>
#include <vle/backend/backend.hpp>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle {

/// One trial's stimulus as the codes of the chip's input converters, and what their range cut off.
struct StimulusCodes {
  std::int64_t steps = 0;
  std::int64_t input_channels = 0;
  std::int64_t target_channels = 0;             ///< 0: no target error
  std::vector<std::int32_t> inputs;             ///< [steps][input_channels]
  std::vector<std::int32_t> targets;            ///< [steps][target_channels]
  std::vector<std::int32_t> saturated_inputs;   ///< events in each step; empty: not counted
  std::vector<std::int32_t> saturated_targets;  ///< likewise
};

/// Converts trial `trial` of the batch by the scales and the input converter of the map's target. `stimulus` has passed
/// check_run().
[[nodiscard]] StimulusCodes encode_stimulus(const ParameterMap& map, const Stimulus& stimulus, std::int64_t trial);

}  // namespace vle
