#include "cases.hpp"
#include "chip_runs.hpp"
#include "kernels/dispatch.hpp"
#include "reference_steps.hpp"
#include "shapes.hpp"

namespace vle::bench {
namespace {

/// Every neuron and every row pair of a bss2_like chip: four cores of 128 neurons that hear 128 signals each.
std::shared_ptr<const Network> full_chip() {
  StackOptions options;
  options.drawn = true;
  return make_stack({128, 128, 128, 128, 128}, options);
}

/// Of a sub-step of the chip, and of a step of the reference as its ideal twin, which is as long.
PartLoad load_of(const Network& network, std::int64_t substeps) {
  PartLoad load;
  for (const Population& population : network.populations) {
    load.neurons += static_cast<double>(population.size);
  }
  for (const Projection& projection : network.projections) {
    const auto synapses = static_cast<double>(projection.synapses.values.size());
    load.synapses += projection.from.is_input ? synapses : 2 * synapses;  // errors go to neurons alone
  }
  load.model_seconds = network.dt / static_cast<double>(substeps);
  return load;
}

Group full_chip_group(Extent extent) {
  Group group;
  ChipOptions options;
  options.target = "bss2_like";
  options.substeps = 2;
  options.steps = extent.size(400, 16);
  const Measurement reference = reference_step("reference, forward and errors", full_chip, {}, false);
  const PartLoad load = load_of(*full_chip(), options.substeps);
  options.effects = emulator::Effects::named("all,-noise");
  const Measurement quiet = chip_run("all effects but noise", full_chip, options);
  options.effects = emulator::Effects{};
  group.add(chip_run("all effects", full_chip, options),
            {"", "the reference's step, forward and errors", {reference.name}, 3, false, load});
  group.rows.push_back({"all effects", "the same without noise", {quiet.name}, 1.25});
  options.effects = emulator::Effects::none();
  group.add(chip_run("no effects", full_chip, options),
            {"", "the reference's step, forward and errors", {reference.name}, {}, false, load});
  group.add(quiet, {"", "the reference's step, forward and errors", {reference.name}, {}, false, load});
  group.add(reference, {"", "", {}, {}, false, load});
  return group;
}

Group noise_group() {
  constexpr std::uint32_t kGroups = 256;
  Group group;
  for (const emulator::Kernels* kernels : emulator::available_kernels()) {
    Measurement normals{fmt::format("a normal number, {}", kernels->name),
                        [kernels] {
                          struct Running {
                            emulator::NoisePosition position{};
                            std::vector<float> numbers = std::vector<float>(4 * kGroups);
                          };
                          auto running = std::make_shared<Running>();
                          return Work([running, kernels] {
                            ++running->position.substep;
                            kernels->fill_normals(running->position, 32, kGroups, running->numbers.data());
                          });
                        },
                        4 * kGroups};
    group.add(std::move(normals), {});
  }
  return group;
}

}  // namespace

std::vector<GroupRecipe> full_chip_groups(Extent extent) {
  return {{"chip, target bss2_like: 512 neurons on 4 cores, a sub-step", [extent] { return full_chip_group(extent); }},
          {"noise, counter-based", noise_group}};
}

}  // namespace vle::bench
