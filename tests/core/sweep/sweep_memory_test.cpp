#include <gtest/gtest.h>

#include <vle/sweep/sweep_dynamics.hpp>

#include "allocation_count.hpp"
#include "layers.hpp"

namespace vle {
namespace {

TEST(SweepMemory, IsThatOfWeightsAndState) {
  NetworkDescription net;
  net.dt = 0.01;
  net.inputs = {{"x", 512, -1, 1}};
  net.populations = {layer("one", 512), layer("two", 512), layer("out", 10)};
  net.projections = {connect("x", "one", BackwardRule::kNone), connect("one", "two", BackwardRule::kMirror),
                     connect("two", "out", BackwardRule::kTranspose)};
  net.outputs = {{"out", Loss::kMeanSquaredError, 1}};
  net.plasticity.eta_weights = 0.1;
  auto built = build_network(net);
  ASSERT_TRUE(built.has_value());
  const auto network = std::make_shared<const Network>(std::move(*built));
  const long before = allocated_bytes();
  const SweepDynamics sweep(network, {});
  constexpr long kWeights = 512 * 512 * 3 + 512 * 10;  // W, and B of the second layer
  constexpr long kState = 1034 * (12 + 7);             // signals and constants of the neurons
  EXPECT_LT(static_cast<double>(allocated_bytes() - before), 1.3 * sizeof(float) * (kWeights + kState));
}

}  // namespace
}  // namespace vle
