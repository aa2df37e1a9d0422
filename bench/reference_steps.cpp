#include "reference_steps.hpp"

#include "shapes.hpp"

namespace vle::bench {

Measurement reference_step(std::string name, std::function<std::shared_ptr<const Network>()> network,
                           SweepOptions options, bool learns) {
  return {std::move(name),
          [network = std::move(network), options, learns] {
            struct Running {
              SweepDynamics dynamics;
              Stimulus stimulus;
              std::int64_t step = 0;
            };
            constexpr std::int64_t kSteps = 16;
            const auto made = network();
            const auto running =
                std::make_shared<Running>(Running{{made, options}, make_stimulus(*made, options.batch, kSteps)});
            return Work([running, learns] {
              const Stimulus& stimulus = running->stimulus;
              const std::int64_t step = running->step;
              running->step = (step + 1) % stimulus.steps;
              const SignalView inputs{stimulus.inputs.data() + step * stimulus.input_channels,
                                      static_cast<std::size_t>(stimulus.steps * stimulus.input_channels)};
              const SignalView targets{stimulus.targets.data() + step * stimulus.target_channels,
                                       static_cast<std::size_t>(stimulus.steps * stimulus.target_channels)};
              learns ? running->dynamics.learn(inputs, targets) : running->dynamics.step(inputs, targets);
            });
          },
          1, options.threads > 1 ? Clock::kWall : Clock::kThread};
}

}  // namespace vle::bench
