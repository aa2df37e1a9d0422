#include "network_json.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <vle/io/files.hpp>

namespace vle::app {
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
             tau_max_seconds: 4 eta_tau_r: 0.1 optimiser { adam { beta1: 0.8 } } clip_neuron: 2 update_every: 3
             eta_schedule { cosine { duration_seconds: 10 floor: 0.1 } } lambda_schedule { plateau { patience: 4 } } }
)";

TEST(NetworkJson, IsReadBackAsTheSameNetwork) {
  const Network network = parsed(kEverything, "everything.textproto");
  const auto json = network_json(network);
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(parsed(*json, "again.json").hash, network.hash);
}

TEST(NetworkJson, HoldsEveryExample) {
  std::size_t networks = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(VLE_SOURCE_DIR "/examples")) {
    if (entry.path().filename() != "network.textproto") continue;
    const auto network = read_network(entry.path().string());
    ASSERT_TRUE(network) << network.error().message;
    EXPECT_EQ(parsed(*network_json(*network), "again.json").hash, network->hash) << entry.path();
    ++networks;
  }
  EXPECT_GT(networks, 3U);
}

TEST(NetworkJson, RefusesErrorConstantsOfTheirOwn) {
  Network network = parsed(kEverything, "everything.textproto");
  network.populations[1].tau_v.assign(4, 0.2);
  const auto json = network_json(network);
  ASSERT_FALSE(json);
  EXPECT_THAT(json.error().message, HasSubstr("\"b\""));
}

}  // namespace
}  // namespace vle::app
