#include <vle/compile/compile.hpp>
#include <vle/result/check.hpp>

#include "cases.hpp"
#include "chip_runs.hpp"
#include "shapes.hpp"

namespace vle::bench {
namespace {

struct Subject {
  std::shared_ptr<const Network> network;
  Target target;
  SignalRanges ranges;
};

Measurement compile_of(std::string name, std::int64_t size) {
  return {std::move(name),
          [size] {
            StackOptions options;
            options.drawn = true;
            auto subject = std::make_shared<Subject>();
            subject->network = make_stack({16, size, size}, options);
            subject->target = shipped_target("ideal");
            auto ranges = bound_ranges(*subject->network);
            VLE_CHECK(ranges.has_value(), "{}", ranges.error().message);
            subject->ranges = std::move(*ranges);
            return Work([subject] {
              const auto map = compile(*subject->network, subject->target, subject->ranges);
              VLE_CHECK(map.has_value(), "{}", map.error().message);
            });
          },
          1, Clock::kThread, 3};
}

Group compile_group(Extent extent) {
  Group group;
  const std::int64_t small = extent.size(1024, 64);
  const std::int64_t large = extent.size(4096, 128);
  const auto name = [](std::int64_t size) { return fmt::format("{0} x {0} synapses", size); };
  group.add(compile_of(name(small), small), {"", "", {}, 0.5});
  group.add(compile_of(name(large), large), {"", "", {}, 8.0});
  return group;
}

}  // namespace

std::vector<GroupRecipe> compile_groups(Extent extent) {
  return {{"compile to ideal, ledger and verification included", [extent] { return compile_group(extent); }}};
}

}  // namespace vle::bench
