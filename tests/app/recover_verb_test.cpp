#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <vle/io/files.hpp>
#include <vle/io/traces.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// The example of three cores, compiled for bss2_like.
class RecoverVerb : public testing::Test {
 protected:
  void SetUp() override {
    const Finished compiled =
        run_vle({"compile", source_path("examples/three_cores/network.textproto"), "--target", "bss2_like", "-o", map});
    ASSERT_EQ(compiled.exit_code, 0) << compiled.err;
  }
  std::string traces_of(const std::string& subject, const std::string& backend, const std::string& name) const {
    const Finished finished =
        run_vle({"run", subject, "--backend", backend, "--input", source_path("examples/three_cores/input.csv"),
                 "--steps", "100", "-o", folder.file(name)});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return folder.file(name);
  }

  TemporaryFolder folder;
  std::string map = folder.file("three.map");
};

TEST_F(RecoverVerb, WritesWhatTheReferenceMakesOfTheMap) {
  const std::string network = folder.file("recovered.textproto");
  const Finished finished = run_vle({"recover", map, "-o", network, "--json"});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const json result = json::parse(finished.out);
  EXPECT_EQ(read_network(network)->hash, result["network_hash"].get<std::string>());
  const std::string substeps = std::to_string(result["substeps_per_step"].get<int>());
  const auto of_map = read_traces(traces_of(map, "reference:", "map.h5"));
  const auto of_network = read_traces(traces_of(network, "reference:?substeps=" + substeps, "network.h5"));
  ASSERT_TRUE(of_map && of_network);
  ASSERT_EQ(of_map->signals.size(), of_network->signals.size());
  for (std::size_t s = 0; s < of_map->signals.size(); ++s) {
    EXPECT_EQ(of_map->signals[s].values, of_network->signals[s].values) << of_map->signals[s].population;
  }
}

TEST_F(RecoverVerb, ReadsRegistersBackFromADevice) {
  const Finished own = run_vle({"recover", map, "-o", folder.file("own.json")});
  ASSERT_EQ(own.exit_code, 0) << own.err;
  const Finished read =
      run_vle({"recover", map, "--backend", "emulator:bss2_like?chip=3", "-o", folder.file("read.json"), "--json"});
  ASSERT_EQ(read.exit_code, 0) << read.err;
  EXPECT_EQ(json::parse(read.out)["changed_registers"], 0);
  EXPECT_EQ(read_file(folder.file("own.json")), read_file(folder.file("read.json")));
  const Finished none = run_vle({"recover", map, "--backend", "reference:", "-o", folder.file("none.json")});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("registers"));
}

}  // namespace
}  // namespace vle::app
