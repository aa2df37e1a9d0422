#include <gtest/gtest.h>

#include <cmath>
#include <vle/link/link_backend.hpp>

#include "campaign.hpp"
#include "faulty_medium.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"
#include "virtual_medium.hpp"

namespace vle::link::test {
namespace {

constexpr std::uint32_t kGroups = 8;
constexpr Duration kLongest = std::chrono::minutes(5);  // of the virtual clock: several patiences one after another

Network make_network() {
  NetworkDescription description;
  description.name = "campaign";
  description.dt = 0.01;
  description.inputs = {{"x", 2, -1, 1}};
  description.populations.resize(2);
  description.populations[0].name = "hidden";
  description.populations[0].size = 120;
  description.populations[0].tau_m.values = {0.1};
  description.populations[1].name = "out";
  description.populations[1].size = 10;
  description.populations[1].activation = Activation::kLinear;
  description.populations[1].tau_m.values = {0.1};
  description.projections.resize(2);
  description.projections[0].from = "x";
  description.projections[0].to = "hidden";
  description.projections[1].from = "hidden";
  description.projections[1].to = "out";
  for (int i = 0; i < 240; ++i) description.projections[0].weights.values.push_back(0.5 * std::sin(i));
  for (int i = 0; i < 1200; ++i) description.projections[1].weights.values.push_back(0.1 * std::cos(i));
  description.outputs = {{"out", Loss::kMeanSquaredError, 0.5}};
  return build_network(description).value();
}

Target link_target() {
  Target target = fine_target();
  target.input_dac.bits = target.readout_adc.bits = 16;
  target.hash = hash_of(target);
  return target;
}

Scenario make_scenario() {
  const Stimulus stimulus{1, 60, 2, 0, std::vector<double>(120, 0.3), {}};
  RunOptions options;
  options.seed = 3;
  options.recordings = {{"hidden", Signal::kU}, {"hidden", Signal::kR}, {"out", Signal::kE}};
  return {compile_for(make_network(), link_target(), stimulus), 7, stimulus, options};
}

const Scenario& scenario() {
  static const Scenario shared = make_scenario();
  return shared;
}

class FaultCampaign : public testing::TestWithParam<std::uint32_t> {};

TEST_P(FaultCampaign, EndsInTimeWithTheRightResultOrTheCause) {
  std::size_t right = 0;
  std::size_t played = 0;
  for (std::uint32_t seed = GetParam(); seed < script_count(200); seed += kGroups) {
    SCOPED_TRACE("script " + std::to_string(seed));
    auto board = std::make_shared<VirtualBoard>(board_of(link_target()));
    const TimePoint begun = board->now();
    const Result<> result =
        play(scenario(), std::make_unique<FaultyMedium>(std::make_unique<VirtualMedium>(board), draw_script(seed)));
    EXPECT_LT(board->now() - begun, kLongest);
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::kDevice) << result.error().message;
      EXPECT_TRUE(result.error().message.starts_with("virtual:")) << result.error().message;
      if (tells_how_scripts_end()) {
        std::printf("script %u: %s\n", seed, result.error().message.c_str());
      }
    }
    right += result ? 1 : 0;
    ++played;
  }
  std::printf("%zu of %zu scripts ended with the right result, the others with an error\n", right, played);
  // A link that gave up at the first fault would pass all of the above.
  EXPECT_GE(2 * right, played);
}

INSTANTIATE_TEST_SUITE_P(Scripts, FaultCampaign, testing::Range(0U, kGroups));

TEST(FaultCampaign, ASoundLinkGivesTheRightResult) {
  auto board = std::make_shared<VirtualBoard>(board_of(link_target()));
  const Result<> result =
      play(scenario(), std::make_unique<FaultyMedium>(std::make_unique<VirtualMedium>(board), FaultScript{}));
  EXPECT_TRUE(result.has_value()) << result.error().message;
}

// Connected, and nothing that is said arrives: the first Hello, and the second.
TEST(FaultCampaign, AHelloOnAHalfOpenLinkIsSaidAgainOnAnother) {
  FaultScript script;
  script.of(Fault::kHalfOpen) = 1;
  for (script.most_faults = 1; script.most_faults <= 2; ++script.most_faults) {
    auto board = std::make_shared<VirtualBoard>(board_of(link_target()));
    const Result<> result =
        play(scenario(), std::make_unique<FaultyMedium>(std::make_unique<VirtualMedium>(board), script));
    EXPECT_TRUE(result.has_value()) << result.error().message;
  }
}

TEST(FaultCampaign, ALinkThatStaysHalfOpenEndsInTime) {
  FaultScript script;
  script.of(Fault::kHalfOpen) = 1;
  auto board = std::make_shared<VirtualBoard>(board_of(link_target()));
  const TimePoint begun = board->now();
  const Result<> result =
      play(scenario(), std::make_unique<FaultyMedium>(std::make_unique<VirtualMedium>(board), script));
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().message.find("no answer to Hello"), std::string::npos) << result.error().message;
  EXPECT_LT(board->now() - begun, 2 * Patience{}.connect);
}

}  // namespace
}  // namespace vle::link::test
