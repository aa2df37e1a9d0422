#include <gtest/gtest.h>

#include "descriptions.hpp"

namespace vle {
namespace {

NetworkDescription sparse(std::vector<std::int64_t> pre, std::vector<std::int64_t> post) {
  NetworkDescription description = layered();
  ConnectivityDescription& connectivity = description.projections[1].connectivity;
  connectivity.kind = ConnectivityDescription::Kind::kSparse;
  connectivity.pre = std::move(pre);
  connectivity.post = std::move(post);
  return description;
}

TEST(Connectivity, WeightsFollowTheirCoordinates) {
  NetworkDescription description = sparse({2, 0, 1}, {1, 1, 0});
  description.projections[1].weights = list({0.5, 0.25, 0.125});
  const Synapses synapses = built(description).projections[1].synapses;
  EXPECT_EQ(synapses.row_start, (std::vector<std::uint32_t>{0, 1, 3}));
  EXPECT_EQ(synapses.column, (std::vector<std::uint32_t>{1, 0, 2}));
  EXPECT_EQ(synapses.values, (std::vector<double>{0.125, 0.25, 0.5}));
  EXPECT_EQ(synapses.fan_in(1), 2);
}

TEST(Connectivity, OneToOneJoinsEqualSides) {
  NetworkDescription description = layered();
  description.populations[1].size = 3;
  description.projections[1].connectivity.kind = ConnectivityDescription::Kind::kOneToOne;
  description.projections[1].weights = list({1, 2, 3});
  const Synapses synapses = built(description).projections[1].synapses;
  EXPECT_EQ(synapses.count(), 3);
  synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t k) {
    EXPECT_EQ(post, pre);
    EXPECT_EQ(synapses.values[k], static_cast<double>(post + 1));
  });
}

TEST(Connectivity, OneToOneRefusesUnequalSides) {
  NetworkDescription description = layered();
  description.projections[1].connectivity.kind = ConnectivityDescription::Kind::kOneToOne;
  EXPECT_EQ(
      mistakes_of(description),
      "projection[1].connectivity.one_to_one: projection \"hidden->out\": one_to_one joins sides of equal size, but "
      "the sender has 3 and the receiver 2\n");
}

TEST(Connectivity, DrawnSynapsesHaveARow) {
  NetworkDescription description = sparse({}, {});
  description.projections[1].connectivity.probability = 0.5;
  const Network network = built(description);
  const Synapses& synapses = network.projections[1].synapses;
  EXPECT_EQ(synapses.row_start.size(), 3U);
  EXPECT_EQ(synapses.row_start.back(), synapses.column.size());
  EXPECT_EQ(synapses.values.size(), synapses.column.size());
}

TEST(Connectivity, RefusesCoordinatesOutsideAndDoubled) {
  EXPECT_EQ(mistakes_of(sparse({0, 3}, {0, 0})),
            "projection[1].connectivity.sparse.pre[1]: projection \"hidden->out\": pre[1] = 3 must be 0 to 2\n");
  EXPECT_EQ(mistakes_of(sparse({0, 1}, {0, -1})),
            "projection[1].connectivity.sparse.post[1]: projection \"hidden->out\": post[1] = -1 must be 0 to 1\n");
  EXPECT_EQ(mistakes_of(sparse({0, 1, 0}, {0, 0, 0})),
            "projection[1].connectivity.sparse.pre[2]: projection \"hidden->out\": synapse 2 (pre 0, post 0) is listed "
            "before, as synapse 0\n");
}

TEST(Connectivity, RefusesHalfACoordinateAndNone) {
  EXPECT_EQ(mistakes_of(sparse({0, 1}, {0})),
            "projection[1].connectivity.sparse: projection \"hidden->out\": sparse has 2 pre but 1 post; each synapse "
            "needs both\n");
  EXPECT_EQ(
      mistakes_of(sparse({}, {})),
      "projection[1].connectivity.sparse: projection \"hidden->out\": sparse needs coordinates (pre and post) or a "
      "probability\n");
}

TEST(Connectivity, RefusesProbabilitiesOutsideTheirRange) {
  for (const double probability : {0.0, -0.5, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    NetworkDescription description = sparse({}, {});
    description.projections[1].connectivity.probability = probability;
    EXPECT_NE(mistakes_of(description).find("must be above 0 and at most 1"), std::string::npos) << probability;
  }
}

TEST(Connectivity, RefusesMoreSynapsesThanTheLimitBeforeMemoryIsTaken) {
  NetworkDescription description = layered();
  description.populations[0].size = kMaxPopulationSize;
  description.populations[1].size = kMaxPopulationSize;
  const std::string mistakes = mistakes_of(description);
  EXPECT_NE(
      mistakes.find("projection[1].connectivity: projection \"hidden->out\": the network has 1099513724928 synapses "
                    "up to here, above the limit of 268435456"),
      std::string::npos)
      << mistakes;
}

}  // namespace
}  // namespace vle
