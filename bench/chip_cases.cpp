#include "cases.hpp"
#include "chip_runs.hpp"
#include "limits.hpp"
#include "reference_steps.hpp"

namespace vle::bench {
namespace {

/// Forward and backward arrays as the chip holds them: every layer's receivers by all signals of the chip.
std::vector<std::size_t> arrays_of(const Shape& shape) {
  std::int64_t sources = shape.layers.front();
  std::int64_t columns = 0;
  for (std::size_t i = 1; i < shape.layers.size(); ++i) columns += shape.layers[i];
  sources += columns - shape.layers.back();
  const std::int64_t errors = columns - shape.layers[1];
  return {static_cast<std::size_t>(columns * sources), static_cast<std::size_t>(columns * errors)};
}

Group chip_group(const Shape& shape, Extent extent) {
  Group group;
  const auto network = [shape] { return make_stack(shape.layers); };
  const bool is_large = shape.synapses() > 100'000;
  ChipOptions options;
  options.effects = emulator::Effects::none();
  options.batch = shape.batch;
  options.steps = extent.size(is_large ? 20 : 400, 2);
  const Measurement sweep = read_sweep(arrays_of(shape));
  Row row{"", "", {}, {}};
  if (is_large && shape.batch == 1) row = {"", "read sweep over both synapse arrays of the core", {sweep.name}, {}};
  group.add(chip_run("forward and errors", network, options), row);
  if (!row.limits.empty()) group.measurements.push_back(sweep);
  if (shape.batch > 1) return group;  // a chip learns from one trial at a time
  options.learns = true;
  group.add(chip_run("learning", network, options), {"", "without learning", {"forward and errors"}, {}});
  return group;
}

Group recurrent_group(std::int64_t size, Extent extent) {
  Group group;
  ChipOptions options;
  options.effects = emulator::Effects::none();
  options.steps = extent.size(20, 2);
  group.add(chip_run(
                "forward and errors", [size] { return make_recurrent(size); }, options),
            {});
  return group;
}

}  // namespace

std::vector<GroupRecipe> chip_groups(Extent extent) {
  std::vector<GroupRecipe> groups;
  for (const Shape& shape : peers_shapes()) {
    if (extent.is_reduced && shape.synapses() > 1'000'000) continue;
    groups.push_back({"chip, target ideal: " + shape.name(), [shape, extent] { return chip_group(shape, extent); }});
  }
  const std::int64_t size = extent.size(1000, 100);
  groups.push_back({fmt::format("chip, target ideal: recurrent {} x 1", size),
                    [size, extent] { return recurrent_group(size, extent); }});
  return groups;
}

}  // namespace vle::bench
