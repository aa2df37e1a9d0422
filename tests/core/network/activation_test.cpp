#include <gtest/gtest.h>

#include <cmath>
#include <vle/network/activation.hpp>

namespace vle {
namespace {

TEST(Activation, DerivativeIsTheSlopeOfTheFunction) {
  for (const Activation activation : kActivations) {
    for (const double x : {-7.0, -1.3, -0.4, 0.2, 0.9, 1.7, 6.0}) {
      const double h = 1e-5;
      const double slope = (phi(activation, x + h) - phi(activation, x - h)) / (2 * h);
      EXPECT_NEAR(phi_prime(activation, x), slope, 1e-9) << name_of(activation) << " at " << x;
    }
  }
}

TEST(Activation, SecondDerivativeIsTheSlopeOfTheFirst) {
  for (const Activation activation : kActivations) {
    for (const double x : {-7.0, -1.3, -0.4, 0.2, 0.9, 1.7, 6.0}) {
      const double h = 1e-5;
      const double slope = (phi_prime(activation, x + h) - phi_prime(activation, x - h)) / (2 * h);
      EXPECT_NEAR(phi_second(activation, x), slope, 1e-9) << name_of(activation) << " at " << x;
    }
  }
}

TEST(Activation, SecondDerivativeIsZeroAtCornersAndFarFromZero) {
  EXPECT_EQ(phi_second(Activation::kRelu, 0), 0);
  EXPECT_EQ(phi_second(Activation::kHardSigmoid, -2), 0);
  EXPECT_EQ(phi_second(Activation::kHardSigmoid, 2), 0);
  for (const Activation activation : kActivations) {
    for (const double x : {-1e6, -750.0, 750.0, 1e6}) {
      EXPECT_NEAR(phi_second(activation, x), 0, 1e-300) << name_of(activation) << " at " << x;
    }
  }
}

TEST(Activation, IsMonotonicAndNeverSteeperThanItsBound) {
  for (const Activation activation : kActivations) {
    for (double x = -10; x < 10; x += 0.01) {
      EXPECT_GE(phi(activation, x + 0.01), phi(activation, x)) << name_of(activation) << " at " << x;
      EXPECT_LE(phi_prime(activation, x), max_phi_prime(activation)) << name_of(activation) << " at " << x;
      EXPECT_GE(phi_prime(activation, x), 0) << name_of(activation) << " at " << x;
    }
  }
}

TEST(Activation, StaysFiniteFarFromZero) {
  for (const Activation activation : kActivations) {
    for (const double x : {-1e6, -750.0, 750.0, 1e6}) {
      EXPECT_TRUE(std::isfinite(phi(activation, x))) << name_of(activation) << " at " << x;
      EXPECT_TRUE(std::isfinite(phi_prime(activation, x))) << name_of(activation) << " at " << x;
    }
  }
  EXPECT_EQ(phi(Activation::kSoftplus, 1e6), 1e6);
  EXPECT_GT(phi(Activation::kSoftplus, -700), 0);
  EXPECT_GT(phi(Activation::kSigmoid, -700), 0);
}

TEST(Activation, CornersTakeTheRightHandDerivative) {
  EXPECT_EQ(phi_prime(Activation::kRelu, 0), 1);
  EXPECT_EQ(phi_prime(Activation::kHardSigmoid, -2), 0.25);
  EXPECT_EQ(phi_prime(Activation::kHardSigmoid, 2), 0);
}

TEST(Activation, RangeOfAnIntervalIsThatOfItsEnds) {
  const Interval range = phi_range(Activation::kHardSigmoid, {-5, 1});
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 0.75);
}

TEST(Activation, HomogeneousOnesScaleWithTheirInput) {
  for (const Activation activation : kActivations) {
    bool scales = true;
    for (const double x : {-1.5, 0.7}) scales = scales && phi(activation, 3 * x) == 3 * phi(activation, x);
    EXPECT_EQ(is_homogeneous(activation), scales) << name_of(activation);
  }
}

}  // namespace
}  // namespace vle
