#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;

nlohmann::json checked(const std::string& path) {
  const Finished finished = run_vle({"check", source_path(path), "--json"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out, nullptr, false);
  EXPECT_TRUE(json.is_object()) << finished.out;
  return json;
}

TEST(CheckVerb, SaysWhatANetworkHolds) {
  const auto json = checked("examples/layered/network.textproto");
  EXPECT_EQ(json["kind"], "network");
  EXPECT_EQ(json["name"], "layered");
  EXPECT_EQ(json["neurons"], 42);
  EXPECT_EQ(json["synapses"], 2 * 20 + 20 * 20 + 20 * 2);
  EXPECT_EQ(json["hash"].get<std::string>().size(), 64U);
  EXPECT_EQ(json["loop_radii"]["forward"], 0.0);
  EXPECT_EQ(json["outputs"], nlohmann::json::array({"output"}));
}

TEST(CheckVerb, TextAndJsonDescribeTheSameNetwork) {
  EXPECT_EQ(checked("examples/chain/network.textproto")["hash"], checked("examples/chain/network.json")["hash"]);
}

TEST(CheckVerb, SaysWhatATargetIs) {
  const auto json = checked("targets/bss2_like.textproto");
  EXPECT_EQ(json["kind"], "target");
  EXPECT_EQ(json["name"], "bss2_like");
}

TEST(CheckVerb, EveryExampleAndTargetIsRight) {
  for (const char* folder : {"examples", "targets"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_path(folder))) {
      if (entry.path().extension() == ".textproto") {
        const Finished finished = run_vle({"check", entry.path().string()});
        EXPECT_EQ(finished.exit_code, 0) << entry.path() << finished.err;
      }
    }
  }
}

}  // namespace
}  // namespace vle::app
