#pragma once

#include <vle/backend/backend.hpp>
#include <vle/dynamics/dynamics.hpp>

namespace vle {

/// Inputs and targets of one step of every trial.
struct StepViews {
  StepViews(const Stimulus& stimulus, std::int64_t step)
      : inputs{stimulus.inputs.data() + step * stimulus.input_channels,
               static_cast<std::size_t>(stimulus.steps * stimulus.input_channels)},
        targets{stimulus.targets.data() + step * stimulus.target_channels,
                static_cast<std::size_t>(stimulus.steps * stimulus.target_channels)} {}
  SignalView inputs, targets;
};

}  // namespace vle
