#include <algorithm>
#include <vle/backend/stimulus_codes.hpp>
#include <vle/target/signal_codes.hpp>

namespace vle {
namespace {

/// Full scales per model unit of each input channel.
std::vector<double> input_scales(const ParameterMap& map) {
  std::vector<double> scales(static_cast<std::size_t>(map.input_channels()));
  for (const PlacedInput& input : map.inputs) {
    std::fill_n(scales.begin() + input.first_channel, input.size, input.chip_scale);
  }
  return scales;
}

/// Full scales per model unit of each target channel.
std::vector<double> target_scales(const ParameterMap& map) {
  std::vector<double> scales(static_cast<std::size_t>(map.target_channels()));
  for (const PlacedPopulation& population : map.populations) {
    if (!population.is_output) continue;
    for (std::size_t i = 0; i < population.sites.size(); ++i) {
      scales[static_cast<std::size_t>(population.first_target_channel) + i] = population.rate_scale(i);
    }
  }
  return scales;
}

/// Encodes `steps` rows from `values` on; `saturated` gets the events of each row.
std::vector<std::int32_t> encode_rows(const SignalCodes& converter, const double* values, std::int64_t steps,
                                      const std::vector<double>& scales, std::vector<std::int32_t>& saturated) {
  std::vector<std::int32_t> codes;
  codes.reserve(static_cast<std::size_t>(steps) * scales.size());
  saturated.reserve(static_cast<std::size_t>(steps));
  for (std::int64_t step = 0; step < steps; ++step) {
    std::int64_t events = 0;
    for (const double scale : scales) codes.push_back(converter.encode(*values++ * scale, 0, events));
    saturated.push_back(static_cast<std::int32_t>(events));
  }
  return codes;
}

}  // namespace

StimulusCodes encode_stimulus(const ParameterMap& map, const Stimulus& stimulus, std::int64_t trial) {
  const SignalCodes converter(map.target.input_dac.bits, map.target.input_dac.range);
  StimulusCodes codes;
  codes.steps = stimulus.steps;
  codes.input_channels = stimulus.input_channels;
  codes.inputs = encode_rows(converter, stimulus.inputs.data() + trial * stimulus.steps * stimulus.input_channels,
                             stimulus.steps, input_scales(map), codes.saturated_inputs);
  if (stimulus.targets.empty()) return codes;
  codes.target_channels = stimulus.target_channels;
  codes.targets = encode_rows(converter, stimulus.targets.data() + trial * stimulus.steps * stimulus.target_channels,
                              stimulus.steps, target_scales(map), codes.saturated_targets);
  return codes;
}

}  // namespace vle
