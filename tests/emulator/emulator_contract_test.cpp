#include "contract.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"

namespace vle {
namespace {

BackendCase chip_case(std::string name, Target target) {
  return {std::move(name), [target] { return emulator::make_emulator_backend(target, 7, {}); },
          [target](Backend& chip, std::shared_ptr<const Network> network) {
            return chip.load(compile_for(*network, target, contract_stimulus(1, 50)));
          },
          [target](Backend& chip) {
            Target other = target;
            other.hash = "0";
            auto map = std::make_shared<ParameterMap>();
            map->target = other;
            return chip.load(map);
          }};
}

INSTANTIATE_TEST_SUITE_P(Emulator, BackendContract,
                         testing::Values(chip_case("fine", fine_target()), chip_case("coarse", coarse_target())),
                         case_name);

}  // namespace
}  // namespace vle
