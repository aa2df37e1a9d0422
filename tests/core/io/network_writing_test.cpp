#include <gmock/gmock.h>

#include <filesystem>
#include <vle/compile/compile.hpp>
#include <vle/io/files.hpp>

#include "networks.hpp"
#include "source_path.hpp"
#include "targets.hpp"

namespace vle {
namespace {

using testing::HasSubstr;

Network parsed(const std::string& text, const std::string& name) {
  auto network = parse_network(text, name);
  if (network) return std::move(*network);
  ADD_FAILURE() << network.error().message;
  return {};
}

constexpr const char* kEverything = R"(# proto-message: vle.v1.Network
name: "everything" dt_seconds: 0.01 integrator: EULER lead_bandwidth_hertz: 3 seed: 5
input { name: "x" size: 2 low: -2 high: 0.5 }
population { name: "a" size: 4 activation: TANH tau_m { log_uniform { low: 0.1 high: 1 } } tau_r { value: 0.1 }
             bias { normal { standard_deviation: 0.3 } } gamma: 0.1 error_gain { pair { method: LMS ridge: 0.01 } } }
population { name: "b" size: 4 activation: SIGMOID tau_m { value: 0.3 }
             error_gain { fixed { g0 { value: 0.25 } g1 { value: 0.5 } } } }
population { name: "c" size: 4 activation: LINEAR tau_m { value: 0.2 } tau_r { value: 0.2 } }
projection { from: "x" to: "a" weights { fan_in_normal { gain: 1 } } }
projection { from: "a" to: "b" connectivity { sparse { probability: 0.5 } } weights { fan_in_normal { gain: 1 } }
             backward { rule: MIRROR } }
projection { from: "b" to: "c" connectivity { one_to_one {} } weights { value: 0.7 } backward { rule: FIXED_RANDOM } }
projection { from: "a" to: "c" weights { fan_in_normal { gain: 1 } } backward { rule: NONE } plastic: false }
output { population: "c" loss: CROSS_ENTROPY beta: 0.5 }
plasticity { eta_weights_per_second: 0.1 eta_bias_per_second: 0.2 eta_tau: 0.3 lambda_per_second: 0.01 tau_min_seconds: 0.05
             tau_max_seconds: 4 eta_tau_r: 0.1 optimiser { adam { beta1: 0.8 } } clip_neuron: 2 update_every: 3 eligibility: TRACE
             eta_schedule { cosine { duration_seconds: 10 floor: 0.1 } } lambda_schedule { plateau { patience: 4 } } }
)";

// Two populations with their compartments set apart: below dt and above 1, as codes may realise them.
constexpr const char* kSetApart = R"(# proto-message: vle.v1.Network
name: "set_apart" dt_seconds: 0.01
input { name: "x" size: 1 }
population { name: "a" size: 2 activation: TANH tau_m { value: [0.0099, 0.3] } tau_r { value: 0.05 }
             tau_v { value: [0.06, 0.07] } lead_u { value: 0.4 } lead_v { value: [0, 2.5] } gamma: 1.003 }
population { name: "b" size: 1 activation: TANH tau_m { value: 0.2 } lead_u { value: 1.1 } }
projection { from: "x" to: "a" weights { value: 1 } }
)";

TEST(NetworkWriting, IsReadBackAsTheSameNetworkInBothFormats) {
  for (const char* text : {kEverything, kSetApart}) {
    const Network network = parsed(text, "first.textproto");
    for (const char* name : {"again.json", "again.textproto"}) {
      const auto written = network_text(network, name);
      ASSERT_TRUE(written) << written.error().message;
      EXPECT_EQ(parsed(*written, name).hash, network.hash) << *written;
    }
  }
}

TEST(NetworkWriting, HoldsEveryExample) {
  std::size_t networks = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test::source_path("examples"))) {
    if (entry.path().filename() != "network.textproto") continue;
    const auto network = read_network(entry.path().string());
    ASSERT_TRUE(network) << network.error().message;
    EXPECT_EQ(parsed(*network_text(*network, "again.json"), "again.json").hash, network->hash) << entry.path();
    ++networks;
  }
  EXPECT_GT(networks, 3U);
}

TEST(NetworkWriting, HoldsWhatChipsRealise) {
  for (const std::string& graph : graph_names()) {
    for (const Target& target : {fine_target(), coarse_target(3)}) {
      const Network designed = make_graph(graph);
      const auto ranges = profile_ranges(designed, make_sines(designed, 1, 50));
      ASSERT_TRUE(ranges);
      const auto map = compile(designed, target, *ranges);
      if (!map) continue;  // the coarse target lacks some rate circuits
      const Network recovered = recover_network(*map).value();
      const Network again = parsed(*network_text(recovered, "again.textproto"), graph + ".textproto");
      EXPECT_EQ(again.hash, hash_network(recovered)) << graph << " on " << target.name;
    }
  }
}

TEST(NetworkWriting, AnOrdinaryPopulationKeepsItsLimits) {
  for (const auto& [good, bad] :
       {std::pair<std::string, std::string>{"gamma: 1.003", "gamma: -0.1"},
        {"tau_v { value: [0.06, 0.07] } lead_u { value: 0.4 } lead_v { value: [0, 2.5] }", ""},
        {"tau_v { value: [0.06, 0.07] }", "tau_v { value: 0 }"}}) {
    std::string text = kSetApart;
    text.replace(text.find(good), good.size(), bad);
    EXPECT_FALSE(parse_network(text, "bad.textproto")) << text;
  }
}

TEST(NetworkWriting, RefusesOtherFormats) {
  const auto text = network_text(parsed(kEverything, "everything.textproto"), "network.yaml");
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("network.yaml: unknown extension"));
}

}  // namespace
}  // namespace vle
