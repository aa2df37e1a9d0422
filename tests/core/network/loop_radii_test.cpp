#include <gtest/gtest.h>

#include <cmath>

#include "descriptions.hpp"

namespace vle {
namespace {

LoopRadii radii_of(const NetworkDescription& description) {
  return built(description).loop_radii;
}

TEST(LoopRadii, AFeedForwardNetworkHasNone) {
  const LoopRadii radii = radii_of(layered());
  EXPECT_EQ(radii.forward, 0);
  EXPECT_EQ(radii.backward, 0);
  EXPECT_EQ(radii.joint, 0);
}

TEST(LoopRadii, ASelfLoopIsWeightTimesLead) {
  const LoopRadii radii = radii_of(recurrent(1, {-0.3}, 0.5));
  EXPECT_NEAR(radii.forward, 0.15, 1e-12);
  EXPECT_NEAR(radii.backward, 0.6, 1e-12);
  EXPECT_NEAR(radii.joint, 0.6, 1e-12);
}

TEST(LoopRadii, MatchesKnownEigenvalues) {
  // |W| = [[0.1, 0.2], [0.3, 0.4]]: (0.5 + sqrt(0.25 + 0.08)) / 2.
  const double known = (0.5 + std::sqrt(0.33)) / 2;
  EXPECT_NEAR(radii_of(recurrent(2, {0.1, -0.2, 0.3, 0.4}, 1)).forward, known, 1e-9);
  // A ring of three with unequal weights, a periodic matrix: the cube root of their product.
  const double ring = std::cbrt(0.9 * 0.1 * 0.6);
  EXPECT_NEAR(radii_of(recurrent(3, {0, 0, 0.9, 0.1, 0, 0, 0, 0.6, 0}, 1)).forward, ring, 1e-9);
}

TEST(LoopRadii, AChainWithinAPopulationIsNoLoop) {
  EXPECT_EQ(radii_of(recurrent(3, {0, 0, 0, 5, 0, 0, 0, 5, 0}, 1)).forward, 0);
}

TEST(LoopRadii, TheLargestComponentCounts) {
  // Two loops, 0.5 and 0.8, the first feeding the second strongly.
  EXPECT_NEAR(radii_of(recurrent(2, {0.5, 0, 100, 0.8}, 1)).forward, 0.8, 1e-9);
}

TEST(LoopRadii, SlopeAndGainsScaleTheBound) {
  NetworkDescription description = recurrent(1, {0.3}, 0.5);
  description.populations[0].activation = Activation::kSigmoid;
  description.populations[0].gain = GainRule::kFixed;
  description.populations[0].g0 = all(-1);
  description.populations[0].g1 = all(0.5);
  const LoopRadii radii = radii_of(description);
  EXPECT_NEAR(radii.forward, 0.25 * 0.5 * 0.3, 1e-12);
  EXPECT_NEAR(radii.backward, 0.25 * (1 + 0.5 * 2) * 0.3, 1e-12);
}

TEST(LoopRadii, GammaAndBetaCloseALoopThroughTheErrors) {
  // One instantaneous linear output neuron: r <- gamma e, e <- beta r. The square root of gamma beta.
  NetworkDescription description = layered();
  description.populations[1].gamma = 0.5;
  description.outputs[0].beta = 0.32;
  const LoopRadii radii = radii_of(description);
  EXPECT_EQ(radii.forward, 0);
  EXPECT_EQ(radii.backward, 0);
  EXPECT_NEAR(radii.joint, 0.4, 1e-9);
}

TEST(LoopRadii, BackwardWeightsOfTheirOwnCount) {
  NetworkDescription description = recurrent(2, {0, 0.5, 0.5, 0}, 1);
  description.projections[0].backward = BackwardRule::kFixedRandom;
  description.projections[0].backward_weights = list({0, 0.3, 0.7, 0});
  EXPECT_NEAR(radii_of(description).backward, std::sqrt(0.21), 1e-9);
  description.projections[0].backward = BackwardRule::kNone;
  description.projections[0].backward_weights = {};
  EXPECT_EQ(radii_of(description).backward, 0);
}

TEST(LoopRadii, SparseAgreesWithDense) {
  NetworkDescription dense = recurrent(3, {0, 0.4, 0, 0, 0.1, 0.9, 0.5, 0, 0}, 0.7);
  NetworkDescription sparse = dense;
  sparse.projections[0].connectivity.kind = ConnectivityDescription::Kind::kSparse;
  sparse.projections[0].connectivity.pre = {1, 1, 2, 0};
  sparse.projections[0].connectivity.post = {0, 1, 1, 2};
  sparse.projections[0].weights = list({0.4, 0.1, 0.9, 0.5});
  EXPECT_NEAR(radii_of(sparse).forward, radii_of(dense).forward, 1e-12);
  EXPECT_NEAR(radii_of(sparse).backward, radii_of(dense).backward, 1e-12);
}

TEST(LoopRadii, ExponentialStepsTakeTheLargerRatio) {
  NetworkDescription description = recurrent(1, {0.3}, 0.01);  // tau_r = dt
  description.integrator = Integrator::kExponential;
  description.projections[0].backward = BackwardRule::kNone;
  EXPECT_NEAR(radii_of(description).forward, 0.3 * std::expm1(-0.01) / std::expm1(-1.0), 1e-12);
}

TEST(LoopRadii, RefusesTheExplodingExampleAndSaysWhy) {
  const std::string mistakes = mistakes_of(recurrent(1, {0.5}, 0.1));
  EXPECT_NE(mistakes.find("population[0]: the instantaneous loops through population \"pool\" may have a gain of 1 or "
                          "more: spectral radius forward 0.05, backward 5, joint 5"),
            std::string::npos)
      << mistakes;
}

TEST(LoopRadii, APoleBehindTheLeadIsAWayOut) {
  NetworkDescription description = recurrent(1, {0.5}, 0.1);
  description.lead_bandwidth = 10;
  EXPECT_NEAR(radii_of(description).backward, 5, 1e-9);
}

TEST(LoopRadii, HugeWeightsAreRefusedWithoutANumberOverflowing) {
  NetworkDescription description = recurrent(2, {1e308, 1e308, 1e308, 1e308}, 1);
  EXPECT_NE(mistakes_of(description).find("forward inf"), std::string::npos) << mistakes_of(description);
}

TEST(LoopRadii, ALongRingNeedsNoRecursion) {
  NetworkDescription description = recurrent(1, {0}, 1);
  description.populations[0].size = 100000;
  ConnectivityDescription& ring = description.projections[0].connectivity;
  ring.kind = ConnectivityDescription::Kind::kSparse;
  for (std::int64_t i = 0; i < 100000; ++i) {
    ring.pre.push_back(i);
    ring.post.push_back((i + 1) % 100000);
  }
  description.projections[0].weights = all(0.9);
  EXPECT_NEAR(radii_of(description).forward, 0.9, 1e-9);
}

}  // namespace
}  // namespace vle
