#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Runs the layered example for 200 steps; `more` are further words.
Finished run_layered(const std::string& backend, const std::vector<std::string>& more) {
  std::vector<std::string> words{"run",     source_path("examples/layered/network.textproto"), "--backend", backend,
                                 "--input", source_path("examples/layered/input.csv"),         "--steps",   "200"};
  words.insert(words.end(), more.begin(), more.end());
  return run_vle(words);
}

nlohmann::json json_of(const Finished& finished) {
  const auto json = nlohmann::json::parse(finished.out, nullptr, false);
  EXPECT_TRUE(json.is_object()) << finished.out << finished.err;
  return json;
}

TEST(RunVerb, JsonCarriesTheWholeRecord) {
  for (const char* backend : {"reference:", "emulator:bss2_like?chip=7"}) {
    const Finished finished = run_layered(backend, {"--json", "--seed", "5"});
    ASSERT_EQ(finished.exit_code, 0) << finished.err;
    const auto json = json_of(finished);
    for (const char* key : {"backend", "target", "chip_id", "seed", "network_hash", "steps", "model_seconds",
                            "device_seconds", "wall_seconds", "real_time_factor", "device_real_time_factor", "cycles",
                            "energy_joules", "saturated", "neuron_steps_per_second", "synapse_updates_per_second"}) {
      EXPECT_TRUE(json.contains(key)) << backend << " " << key;
    }
    EXPECT_EQ(json["seed"], 5);
    EXPECT_EQ(json["steps"], 200);
    EXPECT_NEAR(json["model_seconds"].get<double>(), 0.2, 1e-9);
    EXPECT_GT(json["wall_seconds"].get<double>(), 0.0);
    EXPECT_GT(json["synapse_updates_per_second"].get<double>(), 0.0);
  }
}

TEST(RunVerb, WritesATimelineWhoseUnitsNeverOverlap) {
  const TemporaryFolder folder;
  const std::string path = folder.file("timeline.json");
  const auto finished =
      run_layered("emulator:bss2_like?chip=7", {"--json", "--timeline", path, "--timeline-steps", "200"});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto report = json_of(finished);
  std::ifstream file(path);
  const auto trace = nlohmann::json::parse(file);
  std::map<int, std::string> rows;
  std::map<std::string, std::int64_t> clocks;
  std::map<int, std::int64_t> end;
  std::map<int, double> end_of_view;
  for (const auto& event : trace["traceEvents"]) {
    const int row = event["tid"];
    if (event["ph"] == "M") {
      const std::string name = event["args"]["name"];
      rows[row] = name.substr(0, name.find(' '));
      continue;
    }
    const std::int64_t begin = event["args"]["begin"];
    ASSERT_GE(begin, end[row]) << rows[row];
    ASSERT_GE(event["ts"].get<double>(), end_of_view[row] - 1e-6) << rows[row];
    end[row] = begin + event["args"]["clocks"].get<std::int64_t>();
    end_of_view[row] = event["ts"].get<double>() + event["dur"].get<double>();
    clocks[rows[row]] += event["args"]["clocks"].get<std::int64_t>();
  }
  for (const auto& [unit, sum] : report["cycles"].items()) EXPECT_EQ(clocks[unit], sum.get<std::int64_t>()) << unit;
  EXPECT_EQ(run_layered("reference:", {"--timeline", path}).exit_code, 2);
}

TEST(RunVerb, RefusesToLearnWhereNothingLearns) {
  const Finished finished = run_layered("reference:", {"--learn"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("does not learn"));
}

TEST(RunVerb, RatesAndFactorsFollowFromTheCounts) {
  const auto json = json_of(run_layered("emulator:bss2_like?chip=7", {"--json"}));
  const double wall = json["wall_seconds"];
  const double model = json["model_seconds"];
  EXPECT_DOUBLE_EQ(json["real_time_factor"].get<double>(), wall / model);
  EXPECT_DOUBLE_EQ(json["device_real_time_factor"].get<double>(), json["device_seconds"].get<double>() / model);
  const double updates = json["synapses"].get<double>() * json["substeps"].get<double>();
  EXPECT_DOUBLE_EQ(json["synapse_updates_per_second"].get<double>(), updates / wall);
  double energy = 0;
  for (const auto& part : json["energy_joules_by_unit"]) energy += part.get<double>();
  EXPECT_DOUBLE_EQ(json["energy_joules"].get<double>(), energy);
}

TEST(RunVerb, TheSameChipGivesTheSameBytesAndAnotherDoesNot) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_layered("emulator:bss2_like?chip=7", {"-o", folder.file("a.h5")}).exit_code, 0);
  ASSERT_EQ(run_layered("emulator:bss2_like?chip=7", {"-o", folder.file("b.h5"), "--threads", "1"}).exit_code, 0);
  ASSERT_EQ(run_layered("emulator:bss2_like?chip=8", {"-o", folder.file("c.h5")}).exit_code, 0);
  ASSERT_EQ(run_layered("emulator:bss2_like?chip=7", {"-o", folder.file("d.h5"), "--seed", "1"}).exit_code, 0);
  const std::string first = read_file(folder.file("a.h5"));
  EXPECT_EQ(first, read_file(folder.file("b.h5")));
  EXPECT_NE(first, read_file(folder.file("c.h5")));
  EXPECT_NE(first, read_file(folder.file("d.h5")));
}

TEST(RunVerb, TextSaysWhatRanWhere) {
  const TemporaryFolder folder;
  const Finished finished = run_layered("emulator:bss2_like?chip=7", {"--seed", "3", "-o", folder.file("a.csv")});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("emulator"), HasSubstr("target bss2_like"), HasSubstr("chip 7"),
                                  HasSubstr("seed 3"), HasSubstr(folder.file("a.csv"))));
  EXPECT_THAT(finished.err, Not(HasSubstr("%")));
  EXPECT_THAT(read_file(folder.file("a.csv")), HasSubstr("output.r"));
}

TEST(RunVerb, AMapRunsAsItsNetworkDoes) {
  const TemporaryFolder folder;
  // Bounds instead of a profile on both ways: without --input the run has nothing to profile.
  const std::string network = source_path("examples/layered/network.textproto");
  ASSERT_EQ(run_vle({"compile", network, "--target", "ideal", "-o", folder.file("a.vlemap")}).exit_code, 0);
  auto run = [&](const std::string& subject, const std::string& backend, const std::string& output) {
    return run_vle({"run", subject, "--backend", backend, "--steps", "50", "-o", output}).exit_code;
  };
  ASSERT_EQ(run(folder.file("a.vlemap"), "emulator:?chip=2", folder.file("map.h5")), 0);
  ASSERT_EQ(run(network, "emulator:ideal?chip=2", folder.file("network.h5")), 0);
  EXPECT_EQ(read_file(folder.file("map.h5")), read_file(folder.file("network.h5")));
  const Finished other = run_vle({"run", folder.file("a.vlemap"), "--backend", "emulator:bss2_like", "--steps", "5"});
  EXPECT_EQ(other.exit_code, 2);
}

TEST(RunVerb, AcceptAnswersYesAndNo) {
  const Finished yes = run_layered("emulator:ideal?effects=none", {"--accept", "nrmse<0.5", "--json"});
  EXPECT_EQ(yes.exit_code, 0) << yes.out << yes.err;
  const auto json = json_of(yes);
  EXPECT_EQ(json["accept"]["met"], true);
  EXPECT_TRUE(json["accept"]["signals"].contains("output.r"));
  EXPECT_EQ(json["accept"]["signals"].size(), 1U);
  const Finished no = run_layered("emulator:bss2_like?chip=7", {"--accept", "nrmse<1e-9", "--json"});
  EXPECT_EQ(no.exit_code, 1) << no.err;
  EXPECT_EQ(json_of(no)["accept"]["met"], false);
  const Finished reference = run_layered("reference:", {"--accept", "nrmse<0.5"});
  EXPECT_EQ(reference.exit_code, 2);
}

TEST(RunVerb, MistakesNameTheirPlace) {
  const std::string network = source_path("examples/layered/network.textproto");
  const std::string narrow = source_path("examples/chain/stimulus.csv");
  struct Case {
    std::vector<std::string> words;
    std::string named;
  };
  const Case cases[] = {
      {{"--backend", "reference:"}, "--input"},
      {{"--backend", "nowhere:", "--steps", "5"}, "nowhere"},
      {{"--backend", "emulator:", "--steps", "5"}, "needs the target"},
      {{"--backend", "emulator:no_such_chip", "--steps", "5"}, "no_such_chip"},
      {{"--backend", "reference:", "--input", narrow}, "stimulus.csv: has 1 channels; the network has 2"},
      {{"--backend", "reference:", "--input", source_path("examples/layered/input.csv"), "--steps", "5000"}, "1000"},
      {{"--backend", "reference:", "--steps", "5", "--record", "hiden.r"}, "hiden"},
      {{"--backend", "reference:", "--steps", "9000000000000000000"}, "--steps"},
  };
  for (const Case& each : cases) {
    std::vector<std::string> words{"run", network};
    words.insert(words.end(), each.words.begin(), each.words.end());
    const Finished finished = run_vle(words);
    EXPECT_EQ(finished.exit_code, 2) << each.named;
    EXPECT_THAT(finished.err, HasSubstr(each.named));
  }
  const Finished yaml = run_layered("reference:", {"-o", "traces.yaml"});
  EXPECT_EQ(yaml.exit_code, 2);
  EXPECT_THAT(yaml.err, HasSubstr("traces.yaml: traces are written as .h5 or .csv"));
  const Finished folder = run_layered("reference:", {"-o", "/proc/no/such/folder/a.h5"});
  EXPECT_EQ(folder.exit_code, 4);
  EXPECT_THAT(folder.err, HasSubstr("/proc/no/such/folder/a.h5"));
  const Finished target = run_vle({"run", source_path("targets/ideal.textproto"), "--backend", "reference:"});
  EXPECT_EQ(target.exit_code, 2);
  EXPECT_THAT(target.err, HasSubstr("neither a network nor a parameter map"));
}

}  // namespace
}  // namespace vle::app
