#include <gtest/gtest.h>

#include <vle/compile/compile.hpp>

#include "networks.hpp"

namespace vle {
namespace {

TEST(BoundRanges, HoldWhateverTheStimulusWithinTheDeclaredRange) {
  for (const char* graph : {"layered", "activations"}) {
    const Network network = make_graph(graph);
    const SignalRanges bound = bound_ranges(network).value();
    const SignalRanges seen = profile_ranges(network, make_sines(network, 2, 300)).value();
    for (std::size_t p = 0; p < bound.populations.size(); ++p) {
      EXPECT_LE(seen.populations[p].membrane, bound.populations[p].membrane + 1e-12) << graph << " " << p;
      EXPECT_LE(seen.populations[p].rate, bound.populations[p].rate + 1e-12) << graph << " " << p;
      EXPECT_LE(seen.populations[p].error, bound.populations[p].error + 1e-12) << graph << " " << p;
    }
  }
}

TEST(BoundRanges, AskForAProfileWhereALoopOfUnboundedRatesHasNone) {
  Network network = make_graph("recurrent");
  for (Projection& projection : network.projections) {
    if (projection.name != "ring->ring") continue;
    for (double& weight : projection.synapses.values) weight = 0.9;
  }
  network.populations[0].activation = Activation::kLinear;
  const Result<SignalRanges> bound = bound_ranges(network);
  ASSERT_FALSE(bound);
  EXPECT_NE(bound.error().message.find("profile"), std::string::npos) << bound.error().message;
}

TEST(ProfileRanges, TakesTheInputsFromTheStimulus) {
  const Network network = make_graph("chain");
  Stimulus stimulus = make_sines(network, 1, 50);
  stimulus.inputs[7] = -3;
  EXPECT_EQ(profile_ranges(network, stimulus).value().inputs.front(), 3);
}

TEST(ProfileRanges, RefusesAStimulusOfTheWrongWidth) {
  const Network network = make_graph("chain");
  Stimulus stimulus = make_sines(network, 1, 50);
  stimulus.input_channels = 1;
  stimulus.inputs.resize(50);
  EXPECT_FALSE(profile_ranges(network, stimulus));
}

}  // namespace
}  // namespace vle
