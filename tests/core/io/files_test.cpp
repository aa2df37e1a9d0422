#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <vle/io/array.hpp>
#include <vle/io/files.hpp>

#include "expectations.hpp"
#include "file_size_limit.hpp"
#include "files.hpp"

namespace vle {
namespace {

using test::fails_with;
using test::TemporaryFolder;

constexpr std::string_view kNetwork = R"(# proto-message: vle.v1.Network
name: "small"
dt_seconds: 0.001
population { name: "a" size: 1 activation: TANH tau_m { value: 0.05 } }
)";

TEST(ReadNetwork, ReportsAMissingFileAsIo) {
  EXPECT_TRUE(
      fails_with(read_network("no/such/file.textproto"), ErrorCode::kIo, "no/such/file.textproto: cannot be read"));
}

TEST(ReadNetwork, RefusesAFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("network.textproto"));
  EXPECT_TRUE(fails_with(read_network(folder.file("network.textproto")), ErrorCode::kInvalidInput, "is a folder"));
}

TEST(ReadNetwork, RefusesADevice) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("pipe.textproto").c_str(), 0600), 0);
  EXPECT_TRUE(fails_with(read_network(folder.file("pipe.textproto")), ErrorCode::kInvalidInput, "not a regular file"));
}

TEST(ReadNetwork, RefusesAFileAboveTheLimitWithoutReadingIt) {
  const TemporaryFolder folder;
  const std::string path = folder.write("large.textproto", kNetwork);
  std::filesystem::resize_file(path, static_cast<std::uintmax_t>(kMaxTextBytes) + 1);
  EXPECT_TRUE(fails_with(read_network(path), ErrorCode::kInvalidInput, "above the limit of 64 MiB"));
}

TEST(ReadNetwork, ReadsParametersFromFilesBesideIt) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_npy(folder.file("w.npy"), {{1, 1}, {0.25}}));
  const std::string text = std::string(kNetwork) +
                           "input { name: \"x\" size: 1 }\n"
                           "projection { from: \"x\" to: \"a\" weights { file { path: \"w.npy\" } } }\n";
  const Result<Network> network = read_network(folder.write("network.textproto", text));
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->projections.front().synapses.values, std::vector<double>{0.25});
}

TEST(ParseNetwork, ReadsEveryField) {
  const Result<Network> network = parse_network(R"(# proto-message: vle.v1.Network
name: "all"
dt_seconds: 0.001
integrator: EULER
lead_bandwidth_hertz: 50
seed: 9
input { name: "x" size: 2 low: -3 high: 4 }
population {
  name: "a" size: 2 activation: SIGMOID
  tau_m { value: [0.05, 0.06] } tau_r { value: 0.005 } bias { value: [0.1, -0.1] } gamma: 0.25
  error_gain { fixed { g0 { value: 0.5 } g1 { value: 0.75 } } }
}
population { name: "b" size: 2 activation: LINEAR tau_m { value: 0.01 } error_gain { instantaneous {} } }
projection { from: "x" to: "a" weights { value: [1, 2, 3, 4] } plastic: false }
projection { from: "a" to: "b" connectivity { one_to_one {} } weights { value: [5, 6] }
             backward { rule: MIRROR weights { value: [7, 8] } } }
output { population: "b" beta: 0.5 }
plasticity { eta_weights_per_second: 1 eta_bias_per_second: 2 eta_tau: 3 lambda_per_second: 4
             tau_min_seconds: 0.002 tau_max_seconds: 5 }
)",
                                                "all.textproto");
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->integrator, Integrator::kEuler);
  EXPECT_EQ(network->lead_bandwidth, 50);
  EXPECT_EQ(network->inputs[0].low, -3);
  EXPECT_EQ(network->inputs[0].high, 4);
  const Population& a = network->populations[0];
  EXPECT_EQ(a.activation, Activation::kSigmoid);
  EXPECT_EQ(a.tau_m, (std::vector<double>{0.05, 0.06}));
  EXPECT_EQ(a.tau_r, (std::vector<double>{0.005, 0.005}));
  EXPECT_EQ(a.bias, (std::vector<double>{0.1, -0.1}));
  EXPECT_EQ(a.gamma, 0.25);
  EXPECT_EQ(a.g0, (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(a.g1, (std::vector<double>{0.75, 0.75}));
  const Population& b = network->populations[1];
  EXPECT_TRUE(b.tied);
  EXPECT_EQ(b.g0, (std::vector<double>{1, 1}));
  EXPECT_EQ(b.g1, (std::vector<double>{0, 0}));
  EXPECT_FALSE(network->projections[0].plastic);
  EXPECT_EQ(network->projections[0].synapses.values, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(network->projections[1].backward, BackwardRule::kMirror);
  EXPECT_EQ(network->projections[1].backward_values, (std::vector<double>{7, 8}));
  EXPECT_EQ(network->outputs[0].beta, 0.5);
  EXPECT_EQ(network->plasticity.eta_weights, 1);
  EXPECT_EQ(network->plasticity.eta_bias, 2);
  EXPECT_EQ(network->plasticity.eta_tau, 3);
  EXPECT_EQ(network->plasticity.lambda, 4);
  EXPECT_EQ(network->plasticity.tau_min, 0.002);
  EXPECT_EQ(network->plasticity.tau_max, 5);
}

TEST(ParseNetwork, JsonAndTextGiveTheSameNetwork) {
  const std::string json = R"({"vle.v1.Network": {"name": "small", "dtSeconds": 0.001,
    "population": [{"name": "a", "size": 1, "activation": "TANH", "tau_m": {"value": [0.05]}}]}})";
  const Result<Network> from_json = parse_network(json, "a.json");
  const Result<Network> from_text = parse_network(kNetwork, "a.textproto");
  ASSERT_TRUE(from_json) << from_json.error().message;
  ASSERT_TRUE(from_text) << from_text.error().message;
  EXPECT_EQ(from_json->hash, from_text->hash);
}

TEST(ParseNetwork, ReportsAllMistakesInTheOrderOfTheFile) {
  const Result<Network> network = parse_network(R"(# proto-message: vle.v1.Network
name: "n"
dt_seconds: 0.001
population { name: "a" size: 1 tau_m { value: -1 } }
population {
  name: "b"
  size: 1
  activation: TANH
  tau_m { value: nan }
}
output { population: "c" }
)",
                                                "many.textproto");
  ASSERT_FALSE(network);
  std::vector<std::string> places;
  std::istringstream lines(network.error().message);
  for (std::string line; std::getline(lines, line);) places.push_back(line.substr(0, line.find(' ')));
  EXPECT_EQ(places, (std::vector<std::string>{
                        "many.textproto:4:", "many.textproto:4:", "many.textproto:9:", "many.textproto:11:"}));
}

TEST(ParseNetwork, CountsMistakesAboveTheLimit) {
  std::string text(kNetwork);
  for (int i = 0; i < 30; ++i) text += fmt::format("output {{ population: \"missing{}\" }}\n", i);
  const Result<Network> network = parse_network(text, "many.textproto");
  ASSERT_TRUE(fails_with(network, ErrorCode::kInvalidInput, "\nmany.textproto: ... and 10 more"));
  EXPECT_EQ(std::count(network.error().message.begin(), network.error().message.end(), '\n'), 20);
}

TEST(KindOfFile, TellsWhatIsNoneOfOurs) {
  const TemporaryFolder folder;
  EXPECT_TRUE(fails_with(kind_of_file(folder.write("a.bin", "\x93NUMPY")), ErrorCode::kInvalidInput, "is neither"));
  EXPECT_TRUE(fails_with(kind_of_file(folder.write("b.textproto", "name: \"x\"")), ErrorCode::kInvalidInput,
                         ":1: the first line"));
  EXPECT_TRUE(fails_with(kind_of_file(folder.write("c.json", "{\"x\": {}}")), ErrorCode::kInvalidInput, "holds \"x\""));
  EXPECT_TRUE(fails_with(kind_of_file(folder.file("none")), ErrorCode::kIo, "cannot be read"));
}

TEST(WriteFile, WritesAndReplaces) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder.file("a"), "first"));
  ASSERT_TRUE(write_file(folder.file("a"), "second"));
  EXPECT_EQ(test::read_file(folder.file("a")), "second");
  EXPECT_EQ(folder.count_files(), 1u);
}

TEST(WriteFile, ReportsAMissingFolder) {
  EXPECT_TRUE(fails_with(write_file("/no/such/folder/a", "x"), ErrorCode::kIo, "/no/such/folder/a: cannot be written"));
}

TEST(WriteFile, LeavesDevicesAndFoldersAlone) {
  const TemporaryFolder folder;
  EXPECT_TRUE(fails_with(write_file(folder.path().string(), "x"), ErrorCode::kIo, "is a folder"));
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  EXPECT_TRUE(fails_with(write_file(folder.file("pipe"), "x"), ErrorCode::kIo, "not a regular file"));
  EXPECT_EQ(folder.count_files(), 1u);
}

TEST(WriteFile, KeepsTheOldFileWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder.file("a"), "old"));
  {
    const test::FileSizeLimit limit(1000);
    EXPECT_TRUE(
        fails_with(write_file(folder.file("a"), std::string(5000, 'x')), ErrorCode::kIo, "a: cannot be written"));
  }
  EXPECT_EQ(test::read_file(folder.file("a")), "old");
  EXPECT_EQ(folder.count_files(), 1u);
}

}  // namespace
}  // namespace vle
