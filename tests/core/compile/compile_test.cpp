#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vle/compile/compile.hpp>

#include "networks.hpp"
#include "targets.hpp"

namespace vle {
namespace {

ParameterMap compile_graph(const std::string& graph, const Target& target) {
  const Network network = make_graph(graph);
  const Result<SignalRanges> ranges = profile_ranges(network, make_sines(network, 1, 200));
  EXPECT_TRUE(ranges) << ranges.error().message;
  Result<ParameterMap> map = compile(network, target, *ranges);
  EXPECT_TRUE(map) << map.error().message;
  return std::move(*map);
}

/// Code step of a weight block: the quantisation error may reach half of it.
double largest_error_in_lsb(const LedgerBlock& block) {
  double largest = 0;
  for (std::size_t receiver = 0; receiver < block.lsb.size(); ++receiver) {
    for (std::size_t i = block.receiver_start[receiver]; i < block.receiver_start[receiver + 1]; ++i) {
      if (block.lsb[receiver] == 0) continue;
      largest = std::max(largest, std::abs(realised_value(block, i) - block.target[i]) / block.lsb[receiver]);
    }
  }
  return largest;
}

class CompileGraph : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Graphs, CompileGraph, testing::ValuesIn(graph_names()));

TEST_P(CompileGraph, IsDeterministic) {
  const ParameterMap a = compile_graph(GetParam(), coarse_target(6));
  const ParameterMap b = compile_graph(GetParam(), coarse_target(6));
  EXPECT_EQ(a.image, b.image);
  EXPECT_TRUE(diff_maps(a, b, 10).empty());
}

TEST_P(CompileGraph, LedgerHoldsEveryParameter) {
  const Network network = make_graph(GetParam());
  const ParameterMap map = compile_graph(GetParam(), coarse_target(6));
  std::map<ParameterKind, std::int64_t> count;
  for (const LedgerBlock& block : map.ledger) count[block.kind] += static_cast<std::int64_t>(block.target.size());
  for (const ParameterKind kind :
       {ParameterKind::kTauU, ParameterKind::kLeadU, ParameterKind::kTauV, ParameterKind::kLeadV, ParameterKind::kBias,
        ParameterKind::kG0, ParameterKind::kG1, ParameterKind::kGamma, ParameterKind::kColumnGain,
        ParameterKind::kBackwardColumnGain}) {
    EXPECT_EQ(count[kind], network.neuron_count()) << record_of(kind).name;
  }
  EXPECT_EQ(count[ParameterKind::kBeta], network.target_channels());
  EXPECT_EQ(count[ParameterKind::kLeadPole], network.lead_bandwidth > 0 ? network.neuron_count() : 0);
  std::int64_t forward = 0;
  std::int64_t backward = 0;
  for (const Projection& projection : network.projections) {
    forward += projection.synapses.count();
    if (projection.backward != BackwardRule::kNone && !projection.from.is_input)
      backward += projection.synapses.count();
  }
  EXPECT_EQ(count[ParameterKind::kWeight], forward);
  EXPECT_EQ(count[ParameterKind::kBackwardWeight], backward);
}

TEST_P(CompileGraph, CodesAreNearestUnlessTheLedgerSaysWhy) {
  const ParameterMap map = compile_graph(GetParam(), coarse_target(6));
  for (const LedgerBlock& block : map.ledger) {
    if (!record_of(block.kind).per_synapse || !block.losses.empty()) continue;
    EXPECT_LE(largest_error_in_lsb(block), 0.5 + 1e-9) << block.owner << " " << record_of(block.kind).name;
  }
}

TEST_P(CompileGraph, EveryColumnUsesMostOfItsWeightCodes) {
  const ParameterMap map = compile_graph(GetParam(), coarse_target(6));
  std::map<std::pair<std::string, std::size_t>, int> largest;  // of each receiving neuron, over its projections
  for (const LedgerBlock& block : map.ledger) {
    if (block.kind != ParameterKind::kWeight) continue;
    const std::string receiver = block.owner.substr(block.owner.find("->") + 2);
    for (std::size_t i = 0; i < block.lsb.size(); ++i) {
      int& own = largest[{receiver, i}];
      for (std::size_t k = block.receiver_start[i]; k < block.receiver_start[i + 1]; ++k)
        own = std::max(own, std::abs(block.code[k]));
    }
  }
  for (const auto& [neuron, code] : largest) {
    EXPECT_TRUE(code == 0 || code >= 57) << neuron.first << "[" << neuron.second << "]: " << code;
  }
}

TEST_P(CompileGraph, RecoveredNetworkIsNearTheDescription) {
  const Network network = make_graph(GetParam());
  const Network recovered = recover_network(compile_graph(GetParam(), fine_target())).value();
  double largest = 0;  // projections that share a column share its gain
  for (const Projection& projection : network.projections) {
    for (const double weight : projection.synapses.values) largest = std::max(largest, std::abs(weight));
  }
  for (std::size_t k = 0; k < network.projections.size(); ++k) {
    const Projection& asked = network.projections[k];
    const Projection& got = recovered.projections[k];
    for (std::size_t i = 0; i < asked.synapses.values.size(); ++i) {
      EXPECT_NEAR(got.synapses.values[i], asked.synapses.values[i], 1e-4 * largest) << asked.name;
    }
  }
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    for (std::size_t i = 0; i < network.populations[p].tau_m.size(); ++i) {
      EXPECT_NEAR(recovered.populations[p].tau_m[i], network.populations[p].tau_m[i],
                  1e-3 * network.populations[p].tau_m[i]);
      EXPECT_NEAR(recovered.populations[p].tau_r[i], network.populations[p].tau_r[i],
                  1e-3 * network.populations[p].tau_r[i]);
      EXPECT_NEAR(recovered.populations[p].bias[i], network.populations[p].bias[i], 1e-3);
    }
    EXPECT_NEAR(recovered.populations[p].gamma, network.populations[p].gamma, 1e-3);
  }
}

TEST(Compile, TiedNeuronsStayExactlyInstantaneous) {
  const ParameterMap map = compile_graph("layered", fine_target());
  for (const LedgerBlock& block : map.ledger) {
    if (block.owner != "two" || (block.kind != ParameterKind::kLeadU && block.kind != ParameterKind::kLeadV)) continue;
    for (const double target : block.target) EXPECT_EQ(target, 1.0);
  }
}

TEST(Compile, ClippedParametersAreInTheLedger) {
  const Network network = make_graph("chain");
  Target target = fine_target();
  Dac& bias = target.dacs[static_cast<std::size_t>(ParameterKind::kBias)];
  bias.scale *= 1e-4;
  target.hash = hash_of(target);
  const ParameterMap map =
      compile(network, target, profile_ranges(network, make_sines(network, 1, 200)).value()).value();
  std::size_t clipped = 0;
  for (const LedgerBlock& block : map.ledger) {
    if (block.kind == ParameterKind::kBias) clipped += summarise(block).clipped;
  }
  EXPECT_EQ(clipped, 2u);
}

TEST(DiffMaps, NamesTheRegisterThatDiffers) {
  const ParameterMap a = compile_graph("chain", coarse_target());
  ParameterMap b = a;
  const RegisterLayout layout(a.target, a.geometry);
  b.image[layout.address(0, ParameterKind::kTauU, 1)] ^= 1;
  const std::vector<std::string> lines = diff_maps(a, b, 5);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines.front().find("tau_u[1]"), std::string::npos) << lines.front();
}

TEST(RecoverNetwork, RefusesAnImageThatDrivesTwoRowsWithOneSignal) {
  ParameterMap map = compile_graph("layered", coarse_target(6));
  const RegisterLayout layout(map.target, map.geometry);
  map.image[layout.address(0, RegisterBlock::kRowSource, 2)] =
      map.image[layout.address(0, RegisterBlock::kRowSource, 0)];
  const Result<Network> recovered = recover_network(map);
  ASSERT_FALSE(recovered);
  EXPECT_NE(recovered.error().message.find("already drives another row"), std::string::npos)
      << recovered.error().message;
}

}  // namespace
}  // namespace vle
