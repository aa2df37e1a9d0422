#include "cases.hpp"
#include "reference_steps.hpp"
#include "shapes.hpp"

namespace vle::bench {
namespace {

constexpr double kFlat = 2;  // cost per synapse may differ by so much, or the cache says why

/// Two layers of `size` neurons, all to all.
std::function<std::shared_ptr<const Network>()> square_of(std::int64_t size) {
  return [size] { return make_stack({1, size, size}); };
}

double synapses_of(std::int64_t size) {
  return static_cast<double>(size) * static_cast<double>(size + 1);
}

Group size_group(Extent extent, bool learns) {
  Group group;
  const std::int64_t sizes[] = {64, 256, 1024, 4096, 8192};
  const std::string first = std::to_string(sizes[0]) + " neurons a layer";
  for (const std::int64_t size : sizes) {
    if (size > extent.size(8192, 256)) break;
    Measurement step = reference_step(std::to_string(size) + " neurons a layer", square_of(size), {}, learns);
    step.parts = synapses_of(size);
    group.add(std::move(step), {"", "a synapse among " + first, {first}, kFlat});
  }
  return group;
}

Group sparse_group(Extent extent) {
  const std::int64_t size = extent.size(2048, 128);
  Group group;
  Measurement dense =
      reference_step("all of " + std::to_string(size) + " x " + std::to_string(size), square_of(size), {}, true);
  dense.parts = synapses_of(size);
  const std::string limit = dense.name;
  group.add(std::move(dense), {});
  for (const double share : {0.1, 0.01}) {
    Measurement sparse = reference_step(
        std::to_string(static_cast<int>(share * 100)) + " % of them",
        [size, share] { return make_sparse(size, share); }, {}, true);
    sparse.parts = share * synapses_of(size);
    group.add(std::move(sparse), {"", "a synapse of the dense one", {limit}, {}});
  }
  return group;
}

}  // namespace

std::vector<GroupRecipe> scale_groups(Extent extent) {
  return {{"reference, time per synapse: forward and errors", [extent] { return size_group(extent, false); }},
          {"reference, time per synapse: learning", [extent] { return size_group(extent, true); }},
          {"reference, time per synapse that exists: learning", [extent] { return sparse_group(extent); }}};
}

}  // namespace vle::bench
