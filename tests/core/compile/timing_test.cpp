#include <gtest/gtest.h>

#include <vle/compile/compile.hpp>

#include "networks.hpp"
#include "targets.hpp"

namespace vle {
namespace {

Result<ParameterMap> compile_chain(double tau_scale, CompileOptions options = {}) {
  Network network = make_graph("chain");
  for (Population& population : network.populations) {
    population.gamma = 0;
    for (double& tau : population.tau_m) tau *= tau_scale;
  }
  return compile(network, coarse_target(), bound_ranges(network).value(), options);
}

TEST(ChooseTiming, IsTheSlowestAtWhichEveryTimeConstantFits) {
  const ParameterMap map = compile_chain(1).value();
  const Network network = make_graph("chain");
  double longest = 0;
  for (const Population& population : network.populations) longest = std::max(longest, population.tau_m[0]);
  const double slowest = longest / map.target.dac(ParameterKind::kTauU).max_value();
  EXPECT_GE(map.timing.speed_up, slowest);
  const double one_more =
      map.timing.dt / (static_cast<double>(map.timing.substeps_per_step + 1) * map.target.substep().value);
  EXPECT_LT(one_more, slowest);
}

TEST(ChooseTiming, AStepIsAWholeNumberOfSubsteps) {
  for (const double speed_up : {1e4, 12345.0, 5e4}) {
    CompileOptions options;
    options.speed_up = speed_up;
    const ParameterMap map = compile_chain(1, options).value();
    EXPECT_NEAR(map.timing.speed_up, speed_up, 0.5 * speed_up / static_cast<double>(map.timing.substeps_per_step));
    EXPECT_NEAR(map.timing.substep_model_seconds() / map.timing.speed_up, map.target.substep().value, 1e-18);
  }
}

TEST(ChooseTiming, SaysWhoseTimeConstantsAreTooFarApart) {
  const Result<ParameterMap> map = compile_chain(1e6);
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, ErrorCode::kDoesNotFit);
  EXPECT_NE(map.error().message.find("tau_m[0]"), std::string::npos) << map.error().message;
  EXPECT_NE(map.error().message.find("speed-up of at least"), std::string::npos) << map.error().message;
}

TEST(ChooseTiming, RefusesASpeedUpThatDoesNotReach) {
  CompileOptions options;
  options.speed_up = 20;
  const Result<ParameterMap> map = compile_chain(1, options);
  ASSERT_FALSE(map);
  EXPECT_NE(map.error().message.find("speed-up 20"), std::string::npos) << map.error().message;
}

}  // namespace
}  // namespace vle
