#include <gtest/gtest.h>

#include <vle/compile/compile.hpp>

#include "networks.hpp"
#include "targets.hpp"

namespace vle {
namespace {

TEST(CheckFit, NamesTheCircuitThatTheTargetLacks) {
  const Network network = make_graph("chain");
  Target target = fine_target();
  std::erase_if(target.shapes, [](const PhiShape& shape) { return shape.activation == Activation::kSoftplus; });
  const Result<ParameterMap> map =
      compile(network, target, profile_ranges(network, make_sines(network, 1, 20)).value());
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, ErrorCode::kDoesNotFit);
  EXPECT_NE(map.error().message.find("population \"first\": fine has no softplus circuit"), std::string::npos)
      << map.error().message;
}

TEST(CheckFit, RefusesCrossEntropyWithoutADigitalSoftmax) {
  Network network = make_graph("layered");
  network.outputs.front().loss = Loss::kCrossEntropy;
  const Result<ParameterMap> map =
      compile(network, fine_target(), profile_ranges(network, make_sines(network, 1, 20)).value());
  ASSERT_FALSE(map);
  EXPECT_NE(map.error().message.find("MEAN_SQUARED_ERROR"), std::string::npos) << map.error().message;
}

TEST(CheckFit, NamesTheInputDacsThatAreMissing) {
  const Network network = make_graph("chain");
  Target target = coarse_target();
  target.input_channels = 1;
  const Result<ParameterMap> map =
      compile(network, target, profile_ranges(network, make_sines(network, 1, 20)).value());
  ASSERT_FALSE(map);
  EXPECT_NE(map.error().message.find("2 input channels"), std::string::npos) << map.error().message;
}

}  // namespace
}  // namespace vle
