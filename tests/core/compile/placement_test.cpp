#include <gtest/gtest.h>

#include <set>
#include <vle/compile/compile.hpp>

#include "targets.hpp"

namespace vle {
namespace {

/// input(inputs) -> a(size) -> b(size), dense.
Network two_layers(std::int64_t inputs, std::int64_t size) {
  NetworkDescription description;
  description.name = "two_layers";
  description.dt = 0.01;
  description.inputs = {{"x", inputs, -1, 1}};
  for (const char* name : {"a", "b"}) {
    PopulationDescription population;
    population.name = name;
    population.size = size;
    population.tau_m.values = {0.1};
    description.populations.push_back(population);
  }
  for (const auto& [from, to] : {std::pair{"x", "a"}, std::pair{"a", "b"}}) {
    ProjectionDescription projection;
    projection.from = from;
    projection.to = to;
    projection.weights.values = {0.1};
    description.projections.push_back(projection);
  }
  return build_network(description).value();
}

Result<ParameterMap> compile_bounded(const Network& network, const Target& target) {
  return compile(network, target, bound_ranges(network).value());
}

TEST(Place, KeepsAPopulationTogetherWhereItFitsAnEmptyCore) {
  const ParameterMap map = compile_bounded(two_layers(4, 6), coarse_target(2)).value();
  ASSERT_EQ(map.geometry.cores, 2);
  for (const PlacedPopulation& population : map.populations) {
    for (const Site site : population.sites) EXPECT_EQ(site.core, population.sites.front().core);
  }
  EXPECT_EQ(map.crossings.rate_channels, 6);
  EXPECT_EQ(map.crossings.error_channels, 6);
}

TEST(Place, SplitsWhatIsLargerThanACoreAndGivesEveryNeuronASite) {
  Network network = two_layers(4, 8);
  network.populations[0].size = 8;
  const ParameterMap map = compile_bounded(network, coarse_target(4)).value();
  std::set<std::pair<std::uint32_t, std::uint32_t>> sites;
  for (const PlacedPopulation& population : map.populations) {
    for (const Site site : population.sites) sites.insert({site.core, site.column});
  }
  EXPECT_EQ(sites.size(), 16u);
}

TEST(Place, SaysNeededAndAvailableCores) {
  const Result<ParameterMap> map = compile_bounded(two_layers(4, 8), coarse_target(1));
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, ErrorCode::kDoesNotFit);
  EXPECT_NE(map.error().message.find("16 neurons need 2 cores, but coarse has 1"), std::string::npos)
      << map.error().message;
}

TEST(Place, SaysWhichNeuronHasTooManySenders) {
  const Result<ParameterMap> map = compile_bounded(two_layers(17, 2), coarse_target(2));
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, ErrorCode::kDoesNotFit);
  for (const char* part : {"population \"a\"", "neuron 0", "17", "16 signed rows"}) {
    EXPECT_NE(map.error().message.find(part), std::string::npos) << map.error().message;
  }
}

TEST(Place, SaysWhenCrossingsRunOut) {
  Target target = coarse_target(2);
  target.crossing.channels = 3;
  const Result<ParameterMap> map = compile_bounded(two_layers(4, 6), target);
  ASSERT_FALSE(map);
  EXPECT_NE(map.error().message.find("3 link channels"), std::string::npos) << map.error().message;
}

}  // namespace
}  // namespace vle
