#include "chip_runs.hpp"

#include <vle/compile/compile.hpp>
#include <vle/io/files.hpp>
#include <vle/result/check.hpp>

#include "shapes.hpp"

namespace vle::bench {

Target shipped_target(const std::string& name) {
  auto target = read_target(std::string(VLE_TARGETS_DIR "/") + name + ".textproto");
  VLE_CHECK(target.has_value(), "{}", target.error().message);
  return std::move(*target);
}

std::shared_ptr<const ParameterMap> compile_for(const Network& network, const Target& target) {
  const auto ranges = bound_ranges(network);
  VLE_CHECK(ranges.has_value(), "{}", ranges.error().message);
  CompileOptions options;
  options.speed_up = std::min(target.max_speed_up, network.dt / target.substep().value);
  auto map = compile(network, target, *ranges, options);
  VLE_CHECK(map.has_value(), "{}", map.error().message);
  return std::make_shared<const ParameterMap>(std::move(*map));
}

Measurement chip_run(std::string name, std::function<std::shared_ptr<const Network>()> network, ChipOptions options) {
  const Clock clock = options.threads > 1 ? Clock::kWall : Clock::kThread;
  const double parts = static_cast<double>(options.steps * options.substeps);
  return {std::move(name),
          [network = std::move(network), options] {
            struct Running {
              std::unique_ptr<Backend> chip;
              Stimulus stimulus;
              RunOptions options;
            };
            const auto made = network();
            const Target target = shipped_target(options.target);
            const auto map = compile_for(*made, target);
            VLE_CHECK(map->timing.substeps_per_step == options.substeps, "{} sub-steps a step, not {}",
                      map->timing.substeps_per_step, options.substeps);
            const auto running = std::make_shared<Running>();
            running->chip = emulator::make_emulator_backend(target, 1, options.effects);
            const Result<> loaded = running->chip->load(map);
            VLE_CHECK(loaded.has_value(), "{}", loaded.error().message);
            running->stimulus = make_stimulus(*made, options.batch, options.steps);
            running->options.every = options.steps;
            running->options.threads = options.threads;
            running->options.learn = options.learns;
            return Work([running] {
              const auto traces = running->chip->run(running->stimulus, running->options);
              VLE_CHECK(traces.has_value(), "{}", traces.error().message);
            });
          },
          parts, clock};
}

}  // namespace vle::bench
