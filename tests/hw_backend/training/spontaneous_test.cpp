#include <vle/training/spontaneous.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vle/dynamics/dynamics.hpp>

namespace vle::training {
namespace {

NetworkDescription describe(BackwardRule backward) {
  NetworkDescription description;
  description.name = "two layers";
  description.dt = 0.01;
  description.inputs.push_back({"x", 1, -1, 1});
  for (const char* name : {"a", "b"}) {
    PopulationDescription population;
    population.name = name;
    population.size = 30;
    population.tau_m.values = {0.1};
    description.populations.push_back(population);
  }
  for (const auto& [from, to] : {std::pair("x", "a"), std::pair("a", "b")}) {
    ProjectionDescription projection;
    projection.from = from;
    projection.to = to;
    projection.weights.distribution = Distribution{Distribution::Kind::kFanInNormal, 1, 0, std::nullopt};
    description.projections.push_back(projection);
  }
  description.projections[1].backward = backward;
  description.outputs = {{"b", Loss::kMeanSquaredError, 1}};
  return description;
}

TEST(SpontaneousActivity, AlignsBAndKeepsTheSpreadOfW) {
  const auto network = std::make_shared<const Network>(*build_network(describe(BackwardRule::kMirror)));
  const Parameters start = Dynamics(network).initial_parameters();
  Parameters aligned = start;
  align_by_spontaneous_activity(*network, 5, aligned);
  double square = 0;
  for (std::size_t k = 0; k < 900; ++k) {
    const double before = start.projections[1].backward[k] - start.projections[1].weights[k];
    const double after = aligned.projections[1].backward[k] - aligned.projections[1].weights[k];
    EXPECT_NEAR(after, std::exp(-kSpontaneousDecay) * before, 1e-12);
    square += std::pow(aligned.projections[1].weights[k], 2);
  }
  // 30 sums of squares over 30 independent senders, in units of 1/30: 5 sigma of 900 values.
  EXPECT_NEAR(square, 30, 30 * 5 * std::sqrt(2.0 / 900));
  EXPECT_NE(aligned.projections[1].weights, start.projections[1].weights);
  EXPECT_EQ(aligned.projections[0].weights, start.projections[0].weights);

  // W does not depend on how B is learned.
  const auto other = std::make_shared<const Network>(*build_network(describe(BackwardRule::kTranspose)));
  Parameters transposed = Dynamics(other).initial_parameters();
  align_by_spontaneous_activity(*other, 5, transposed);
  EXPECT_EQ(transposed.projections[1].weights, aligned.projections[1].weights);
}

}  // namespace
}  // namespace vle::training
