#include <vle/dynamics/optimiser.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace vle {
namespace {

using Optimiser = OptimiserDescription::Kind;

OptimiserDescription of_kind(Optimiser kind) {
  OptimiserDescription optimiser;
  optimiser.kind = kind;
  return optimiser;
}

std::vector<double> step(const OptimiserDescription& optimiser, std::vector<double> gradients, Moments& moments,
                         std::int64_t update) {
  turn_into_steps(make_update_step(optimiser, 0.5, 0.01, update), gradients, moments);
  return gradients;
}

TEST(Optimiser, PlainStepsAreEtaTimesSeconds) {
  Moments none;
  EXPECT_EQ(step(of_kind(Optimiser::kPlain), {2, -4}, none, 1), (std::vector<double>{-0.01, 0.02}));
  EXPECT_TRUE(initial_moments(of_kind(Optimiser::kPlain), 2).first.empty());
}

TEST(Optimiser, MomentumEndsAsFastAsPlainSteps) {
  const OptimiserDescription optimiser = of_kind(Optimiser::kMomentum);
  Moments moments = initial_moments(optimiser, 1);
  EXPECT_NEAR(step(optimiser, {2}, moments, 1)[0], -0.001, 1e-17);
  double last = 0;
  for (std::int64_t update = 2; update < 400; ++update) last = step(optimiser, {2}, moments, update)[0];
  EXPECT_NEAR(last, -0.01, 1e-15);
}

TEST(Optimiser, AdamIsThatOfItsAuthors) {
  OptimiserDescription optimiser = of_kind(Optimiser::kAdam);
  optimiser.epsilon = 1e-3;
  Moments moments = initial_moments(optimiser, 2);
  double m[] = {0, 0};
  double v[] = {0, 0};
  for (int update = 1; update <= 20; ++update) {
    const std::vector<double> g = {std::sin(update), 1e-3 * update};
    const std::vector<double> taken = step(optimiser, g, moments, update);
    for (std::size_t k = 0; k < 2; ++k) {
      m[k] = 0.9 * m[k] + 0.1 * g[k];
      v[k] = 0.999 * v[k] + 0.001 * g[k] * g[k];
      const double mean = m[k] / (1 - std::pow(0.9, update));
      const double square = v[k] / (1 - std::pow(0.999, update));
      EXPECT_NEAR(taken[k], -0.5 * mean / (std::sqrt(square) + 1e-3), 1e-12);
    }
  }
}

TEST(Optimiser, ClipsEachParameterToItsBound) {
  std::vector<double> gradients = {1, -8, 0.5};
  clip_parameters({0.75, 0}, 0.5, gradients);
  EXPECT_EQ(gradients, (std::vector<double>{0.5, -0.75, 0.25}));
}

TEST(Optimiser, ClipsTheNormOverTheSynapsesOfANeuron) {
  Synapses dense;
  dense.post_size = 2;
  dense.pre_size = 2;
  dense.values = {0, 0, 0, 0};
  std::vector<double> gradients = {3, 4, 0.3, 0.4};
  clip_neurons({0, 1}, dense, gradients);
  EXPECT_NEAR(gradients[0], 0.6, 1e-15);
  EXPECT_NEAR(gradients[1], 0.8, 1e-15);
  EXPECT_EQ(gradients[2], 0.3);
  EXPECT_EQ(gradients[3], 0.4);
}

}  // namespace
}  // namespace vle
