#include <gmock/gmock.h>

#include <functional>
#include <vle/compile/compile.hpp>
#include <vle/io/files.hpp>

#include "expectations.hpp"
#include "files.hpp"

namespace vle {
namespace {

using test::fails_with;
using test::TemporaryFolder;

ParameterMap compiled_map() {
  const Result<Network> network = parse_network(R"(# proto-message: vle.v1.Network
name: "layers"
dt_seconds: 0.001
input { name: "x" size: 2 }
population { name: "hidden" size: 3 activation: TANH tau_m { value: 0.05 } tau_r { value: 0.04 } }
population { name: "out" size: 2 activation: TANH tau_m { value: 0.05 } }
projection { from: "x" to: "hidden" weights { uniform { low: -1 high: 1 } } }
projection { from: "hidden" to: "out" connectivity { sparse { pre: [0, 2] post: [0, 1] } } weights { value: 0.5 } }
output { population: "out" }
)",
                                                "layers.textproto");
  EXPECT_TRUE(network) << network.error().message;
  const Result<Target> target = read_target("bss2_like");
  EXPECT_TRUE(target) << target.error().message;
  const Result<SignalRanges> ranges = bound_ranges(*network);
  EXPECT_TRUE(ranges) << ranges.error().message;
  Result<ParameterMap> map = compile(*network, *target, *ranges);
  EXPECT_TRUE(map) << map.error().message;
  return *map;
}

/// A compiled map, once for all cases.
class MapFile : public testing::Test {
 protected:
  static void SetUpTestSuite() { map_ = new ParameterMap(compiled_map()); }
  static void TearDownTestSuite() { delete map_; }

  /// The result of reading a map that was changed before it was written, so that its hash is right.
  Result<ParameterMap> read_changed(const std::function<void(ParameterMap&)>& change) const {
    ParameterMap map = *map_;
    change(map);
    const std::string path = folder_.file("changed.map");
    EXPECT_TRUE(write_map(path, map));
    return read_map(path);
  }

  static ParameterMap* map_;
  TemporaryFolder folder_;
};
ParameterMap* MapFile::map_ = nullptr;

TEST_F(MapFile, KeepsTheLedgerOfLearning) {
  const Result<ParameterMap> back = read_changed([](ParameterMap& map) {
    map.learning = {0.5, {{"hidden", "bias", "1/s", 2, 1.5, 2.5}}, {"time constants do not learn"}};
  });
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->learning.period, 0.5);
  ASSERT_EQ(back->learning.rates.size(), 1u);
  EXPECT_EQ(back->learning.rates[0].owner, "hidden");
  EXPECT_EQ(back->learning.rates[0].largest, 2.5);
  EXPECT_EQ(back->learning.remarks, std::vector<std::string>{"time constants do not learn"});
}

TEST_F(MapFile, ReadsBackWhatWasWritten) {
  const std::string path = folder_.file("a.map");
  ASSERT_TRUE(write_map(path, *map_));
  const Result<ParameterMap> read = read_map(path);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(serialise_map(*read), serialise_map(*map_));
  EXPECT_EQ(test::read_file(path), serialise_map(*map_));
  EXPECT_THAT(diff_maps(*read, *map_, 10), testing::IsEmpty());
  EXPECT_EQ(read->target.hash, map_->target.hash);
  EXPECT_EQ(read->ledger.size(), map_->ledger.size());
  ASSERT_TRUE(kind_of_file(path));
  EXPECT_EQ(*kind_of_file(path), FileKind::kParameterMap);
}

TEST_F(MapFile, DumpsAsText) {
  const std::string text = dump_map_text(*map_);
  EXPECT_THAT(text, testing::StartsWith("# proto-message: vle.v1.ParameterMap\nformat_version: 1\n"));
  EXPECT_THAT(text, testing::HasSubstr("owner: \"x->hidden\""));
}

TEST_F(MapFile, RefusesEveryTruncation) {
  const std::string bytes = serialise_map(*map_);
  for (std::size_t length = 1; length < bytes.size(); length += 1 + bytes.size() / 97) {
    const Result<ParameterMap> map = read_map(folder_.write("cut.map", bytes.substr(0, length)));
    EXPECT_TRUE(fails_with(map, ErrorCode::kInvalidInput, "cut.map: ")) << length;
  }
}

TEST_F(MapFile, RefusesFlippedBits) {
  const std::string bytes = serialise_map(*map_);
  for (std::size_t i = 0; i < bytes.size(); i += 1 + bytes.size() / 197) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    EXPECT_TRUE(fails_with(read_map(folder_.write("damaged.map", damaged)), ErrorCode::kInvalidInput, "damaged.map: "))
        << i;
  }
}

TEST_F(MapFile, RefusesAnotherFormatVersion) {
  std::string bytes = serialise_map(*map_);
  ASSERT_EQ(bytes[0], 8);
  bytes[1] = 2;
  EXPECT_TRUE(fails_with(read_map(folder_.write("new.map", bytes)), ErrorCode::kInvalidInput,
                         "has format version 2; this program reads 1"));
}

TEST_F(MapFile, RefusesWhatDoesNotFitTogether) {
  struct Case {
    const char* expected;
    std::function<void(ParameterMap&)> change;
  };
  const std::vector<Case> cases{
      {"target_hash", [](ParameterMap& map) { map.target.hash = std::string(64, '0'); }},
      {"target: counts.rows", [](ParameterMap& map) { map.target.rows = 7; }},
      {"timing", [](ParameterMap& map) { map.timing.speed_up = 0; }},
      {"timing", [](ParameterMap& map) { map.timing.dt = -1; }},
      {"geometry: 250 rows", [](ParameterMap& map) { map.geometry.rows = 250; }},
      {"geometry: 5 cores", [](ParameterMap& map) { map.geometry.cores = 5; }},
      {"image: has", [](ParameterMap& map) { map.image.pop_back(); }},
      {"image: has", [](ParameterMap& map) { ++map.geometry.link_channels; }},
      {"image: register layout version 99", [](ParameterMap& map) { map.image[RegisterLayout::kVersionAddress] = 99; }},
      {"image: 9 sub-steps", [](ParameterMap& map) { map.image[RegisterLayout::kSubstepsAddress] = 9; }},
      {"names no activation",
       [](ParameterMap& map) {
         map.image[RegisterLayout(map.target, map.geometry).address(0, RegisterBlock::kControl, 5)] = 0xE;
       }},
      {"row_source[3] = 65535",
       [](ParameterMap& map) {
         map.image[RegisterLayout(map.target, map.geometry).address(0, RegisterBlock::kRowSource, 3)] = 0xFFFF;
       }},
      {"input \"x\": needs a name, channels, and channel 0",
       [](ParameterMap& map) { map.inputs[0].first_channel = 1; }},
      {"input \"x\": the scales", [](ParameterMap& map) { map.inputs[0].chip_scale = 0; }},
      {"there is no population",
       [](ParameterMap& map) {
         map.populations.clear();
         map.projections.clear();
         map.ledger.clear();
       }},
      {"population \"hidden\": neuron 1 sits at core 9",
       [](ParameterMap& map) { map.populations[0].sites[1].core = 9; }},
      {"population \"out\": neuron 0 sits at",
       [](ParameterMap& map) { map.populations[1].sites[0] = map.populations[0].sites[0]; }},
      {"population \"out\": its scales", [](ParameterMap& map) { map.populations[1].scales.rate = -1; }},
      {"population \"out\": target channel", [](ParameterMap& map) { map.populations[1].first_target_channel = 1; }},
      {"population[0].rate_scale = nan", [](ParameterMap& map) { map.populations[0].scales.rate = std::nan(""); }},
      {"projection \"x->hidden\": goes from 5", [](ParameterMap& map) { map.projections[0].from.index = 5; }},
      {"projection \"hidden->out\": row_start", [](ParameterMap& map) { map.projections[1].column[0] = 77; }},
      {"projection \"hidden->out\": row_start", [](ParameterMap& map) { map.projections[1].row_start[1] = 77; }},
      {"projection \"hidden->out\": row_start", [](ParameterMap& map) { map.projections[1].row_start.pop_back(); }},
      {"ledger of \"ghost\"", [](ParameterMap& map) { map.ledger[0].owner = "ghost"; }},
      {"ledger of ", [](ParameterMap& map) { map.ledger[0].code.pop_back(); }},
      {"ledger of ", [](ParameterMap& map) { map.ledger[0].target.push_back(0); }},
      {"ledger of ", [](ParameterMap& map) { map.ledger[0].range.assign(map.ledger[0].code.size(), 200); }},
      {"a loss of element 4000000000",
       [](ParameterMap& map) {
         map.ledger[0].losses.push_back({4000000000, LossReason::kClipped});
       }},
  };
  ASSERT_TRUE(read_changed([](ParameterMap&) {}));
  for (const Case& one : cases) {
    EXPECT_TRUE(fails_with(read_changed(one.change), ErrorCode::kInvalidInput, one.expected)) << one.expected;
  }
}

}  // namespace
}  // namespace vle
