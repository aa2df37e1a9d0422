#include <thread>

#include "cases.hpp"
#include "chip_runs.hpp"
#include "reference_steps.hpp"
#include "shapes.hpp"

namespace vle::bench {
namespace {

constexpr double kTwice = 1 / 1.7;  // of the time that one thread takes

/// Two chips side by side, or one after the other.
Group chips_group(Extent extent) {
  Group group;
  ChipOptions options;
  options.target = "bss2_like";
  options.substeps = 2;
  options.steps = extent.size(2000, 16);
  const auto both = [options](bool at_once) {
    return [options, at_once] {
      const auto network = [] { return make_stack({128, 128, 128, 128, 128}); };
      const Work first = chip_run("", network, options).prepare();
      const Work second = chip_run("", network, options).prepare();
      return Work([first, second, at_once] {
        if (!at_once) return first(), second();
        const std::jthread other(second);
        first();
      });
    };
  };
  const Measurement one{"two chips on one thread", both(false), 1, Clock::kWall};
  group.add({"two chips on two threads", both(true), 1, Clock::kWall}, {"", "on one thread", {one.name}, kTwice});
  group.add(one, {});
  return group;
}

/// One learning step shared by two threads.
Group step_group() {
  Group group;
  const auto network = [] { return make_stack({1024, 1024, 1024, 1024, 10}); };
  Measurement one = reference_step("learning on one thread", network, {1, 0, 1}, true);
  one.clock = Clock::kWall;
  group.add(reference_step("learning on two threads", network, {1, 0, 2}, true),
            {"", "on one thread", {one.name}, kTwice});
  group.add(std::move(one), {});
  return group;
}

}  // namespace

std::vector<GroupRecipe> thread_groups(Extent extent) {
  return {{"two threads: reference, 1024-1024-1024-1024-10 x 1", step_group},
          {"two threads: two chips, target bss2_like, all effects", [extent] { return chips_group(extent); }}};
}

}  // namespace vle::bench
