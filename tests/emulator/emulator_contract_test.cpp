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

TEST(EmulatorBackend, RefusesAMapOfAnotherCalibratedChip) {
  const auto network = contract_network();
  ParameterMap map = *compile_for(*network, coarse_target(), contract_stimulus(1, 50));
  map.calibrated_chip_id = 7;
  const auto calibrated = std::make_shared<const ParameterMap>(map);
  EXPECT_TRUE(emulator::make_emulator_backend(coarse_target(), 7, {})->load(calibrated).has_value());
  const Result<> other = emulator::make_emulator_backend(coarse_target(), 8, {})->load(calibrated);
  ASSERT_FALSE(other.has_value());
  EXPECT_NE(other.error().message.find("chip 7"), std::string::npos) << other.error().message;
}

}  // namespace
}  // namespace vle
