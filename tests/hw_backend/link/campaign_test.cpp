#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <vle/link/link_backend.hpp>

#include "faulty_medium.hpp"
#include "run_on_chip.hpp"
#include "targets.hpp"
#include "virtual_medium.hpp"

namespace vle::link::test {
namespace {

constexpr std::uint32_t kGroups = 8;
constexpr Duration kLongest = std::chrono::minutes(5);  // of the virtual clock: several patiences one after another

/// Scripts to play; scripts/fault-campaign.sh asks for more.
std::uint32_t script_count() {
  const char* wanted = std::getenv("VLE_FAULT_SCRIPTS");
  return wanted == nullptr ? 200 : static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10));
}

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

/// What every script does: load, run, read back.
struct Scenario {
  Network network = make_network();
  Stimulus stimulus{1, 60, 2, 0, std::vector<double>(120, 0.3), {}};
  std::shared_ptr<const ParameterMap> map = compile_for(network, link_target(), stimulus);
  RunOptions options;
  Traces expected;

  Scenario() {
    options.seed = 3;
    options.recordings = {{"hidden", Signal::kU}, {"hidden", Signal::kR}, {"out", Signal::kE}};
    expected = run_on_chip(map, 7, {}, stimulus, options);
  }
};

const Scenario& scenario() {
  static const Scenario shared;
  return shared;
}

/// Ends with the right result, or with an error.
Result<> play(std::unique_ptr<Medium> medium) {
  const Scenario& wanted = scenario();
  LinkOptions options;
  options.client_nonce = 99;
  auto board = open_link(std::move(medium), options);
  if (!board) return tl::unexpected(board.error());
  if (Result<> loaded = (*board)->load(wanted.map); !loaded) return loaded;
  const Result<Traces> traces = (*board)->run(wanted.stimulus, wanted.options);
  if (!traces) return tl::unexpected(traces.error());
  for (std::size_t k = 0; k < traces->signals.size(); ++k) {
    EXPECT_EQ(traces->signals[k].codes, wanted.expected.signals[k].codes);
  }
  EXPECT_EQ(traces->report.saturated, wanted.expected.report.saturated);
  EXPECT_EQ(traces->report.steps, 60);
  const auto count = static_cast<std::uint32_t>(wanted.map->image.size());
  const auto registers = (*board)->read_registers(0, count);
  if (!registers) return tl::unexpected(registers.error());
  EXPECT_EQ(*registers, wanted.map->image);
  return {};
}

class FaultCampaign : public testing::TestWithParam<std::uint32_t> {};

TEST_P(FaultCampaign, EndsInTimeWithTheRightResultOrTheCause) {
  std::size_t right = 0;
  std::size_t played = 0;
  for (std::uint32_t seed = GetParam(); seed < script_count(); seed += kGroups) {
    SCOPED_TRACE("script " + std::to_string(seed));
    auto board = std::make_shared<VirtualBoard>(board_of(link_target()));
    const TimePoint begun = board->now();
    const Result<> result =
        play(std::make_unique<FaultyMedium>(std::make_unique<VirtualMedium>(board), draw_script(seed)));
    EXPECT_LT(board->now() - begun, kLongest);
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::kDevice) << result.error().message;
      EXPECT_TRUE(result.error().message.starts_with("virtual:")) << result.error().message;
      if (std::getenv("VLE_FAULT_SCRIPTS") != nullptr) {
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
  const Result<> result = play(std::make_unique<FaultyMedium>(std::make_unique<VirtualMedium>(board), FaultScript{}));
  EXPECT_TRUE(result.has_value()) << result.error().message;
}

}  // namespace
}  // namespace vle::link::test
