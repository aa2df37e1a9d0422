#pragma once

#include <memory>
#include <vle/parameter_map/parameter_map.hpp>

namespace vle {

/// A map of one core whose two forward rows take the signal of the same neuron: registers that contradict each other.
inline std::shared_ptr<const ParameterMap> contradictory_map() {
  ParameterMap map;
  map.geometry = {1, 2, 1, 0, 0, 0};
  const RegisterLayout layout(map.target, map.geometry);
  map.image.assign(layout.size(), 0);
  for (std::int64_t row = 0; row < 2; ++row) {
    map.image[layout.address(0, RegisterBlock::kRowSource, row)] = layout.neuron_source(0);
  }
  return std::make_shared<const ParameterMap>(map);
}

}  // namespace vle
