#include "cases.hpp"
#include "limits.hpp"
#include "reference_steps.hpp"

namespace vle::bench {
namespace {

/// What the project asks of a shape; empty where it asks nothing.
struct Bars {
  std::optional<double> forward;           ///< of its gemv or gemm
  std::optional<double> learning;          ///< of a read-and-write sweep, or of its gemm
  std::optional<double> learning_seconds;  ///< of a step, in place of a limit
};

Bars bars_of(const Shape& shape) {
  if (shape.layers == std::vector<std::int64_t>{1, 1, 1}) return {{}, {}, 1e-6};
  if (shape.layers == std::vector<std::int64_t>{2, 20, 20, 1} && shape.batch == 1) return {{}, {}, 0.5e-6};
  if (shape.layers.front() < 512) return {};
  return shape.batch == 1 ? Bars{1.3, 1.5, {}} : Bars{1.3, 1.3, {}};
}

std::function<std::shared_ptr<const Network>()> stack_of(const Shape& shape, BackwardRule backward) {
  return [shape, backward] {
    StackOptions options;
    options.backward = backward;
    return make_stack(shape.layers, options);
  };
}

void add_learning(const Shape& shape, const Bars& bars, Group& group) {
  const SweepOptions options{shape.batch, 0};
  Measurement learning = reference_step("learning", stack_of(shape, BackwardRule::kTranspose), options, true);
  if (bars.learning_seconds) return group.add(std::move(learning), {"", "", {}, bars.learning_seconds});
  if (shape.batch > 1) {
    const Measurement products = blas(shape, {true, true, true});
    group.add(std::move(learning), {"", "its gemm: W r, W^T e, e r^T", {products.name}, bars.learning});
    group.measurements.push_back(products);
    return;
  }
  const std::vector<std::size_t> weights = weights_of(shape);
  const Measurement sweep = update_sweep(weights);
  group.add(std::move(learning), {"", "read-and-write sweep, 8 bytes a weight", {sweep.name}, bars.learning});
  group.measurements.push_back(sweep);
  group.add(blas(shape, {true, true, true}), {"", "the same sweep", {sweep.name}, {}});
  if (shape.layers.front() < 512) return;
  // Inputs get nothing back, so the first layer has no B.
  std::vector<std::size_t> both = weights;
  both.insert(both.end(), weights.begin() + 1, weights.end());
  Measurement both_sweep = update_sweep(both);
  both_sweep.name += ", W and B";
  group.add(reference_step("learning, B apart", stack_of(shape, BackwardRule::kMirror), options, true),
            {"", "read-and-write sweep over W and B", {both_sweep.name}, bars.learning});
  group.measurements.push_back(both_sweep);
}

Group reference_group(const Shape& shape) {
  Group group;
  const Bars bars = bars_of(shape);
  const SweepOptions options{shape.batch, 0};
  const Measurement forward = blas(shape, {true, false, false});
  const Measurement both = blas(shape, {true, true, false});
  const char* calls = shape.batch == 1 ? "its gemv" : "its gemm";
  group.add(reference_step("forward only", stack_of(shape, BackwardRule::kNone), options, false),
            {"", std::string(calls) + ", W r", {forward.name}, bars.forward});
  group.add(reference_step("forward and errors", stack_of(shape, BackwardRule::kTranspose), options, false),
            {"", std::string(calls) + ", W r and W^T e", {both.name}, bars.forward});
  group.measurements.push_back(forward);
  group.measurements.push_back(both);
  add_learning(shape, bars, group);
  return group;
}

Group recurrent_group(std::int64_t size) {
  Group group;
  const auto network = [size] { return make_recurrent(size); };
  const Shape square{{size, size}, 1};
  const Measurement forward = blas(square, {true, false, false});
  const Measurement sweep = update_sweep(weights_of(square));
  group.add(reference_step("forward only", network, {}, false), {"", "its gemv, W r", {forward.name}, 1.3});
  group.add(reference_step("learning", network, {}, true),
            {"", "read-and-write sweep, 8 bytes a weight", {sweep.name}, 1.5});
  group.measurements.push_back(forward);
  group.measurements.push_back(sweep);
  return group;
}

Group machine_group() {
  Group group;
  group.add(fused_peak(), {});
  for (const std::size_t floats :
       {std::size_t{1} << 14, std::size_t{1} << 18, std::size_t{1} << 20, std::size_t{1} << 22, std::size_t{1} << 24}) {
    const std::string size = ", " + std::to_string(floats * sizeof(float) >> 10) + " KiB";
    Measurement read = read_sweep({floats});
    Measurement update = update_sweep({floats});
    read.name += size;
    update.name += size;
    group.add(std::move(read), {});
    group.add(std::move(update), {});
  }
  return group;
}

}  // namespace

std::vector<GroupRecipe> reference_groups(Extent) {
  std::vector<GroupRecipe> groups{{"machine", machine_group}};
  for (const Shape& shape : peers_shapes()) {
    groups.push_back({"reference, float32: " + shape.name(), [shape] { return reference_group(shape); }});
  }
  groups.push_back({"reference, float32: recurrent 1000 x 1", [] { return recurrent_group(1000); }});
  return groups;
}

}  // namespace vle::bench
