#include <gmock/gmock.h>

#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>
#include <vle/io/files.hpp>

#include "child.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

/// A small network that learns, its input and its target, in a folder.
struct Case {
  Case() {
    const auto write = [](const std::string& path, const std::string& text) { ASSERT_TRUE(write_file(path, text)); };
    write(network, R"(# proto-message: vle.v1.Network
name: "small" dt_seconds: 0.01
input { name: "x" size: 1 }
population { name: "a" size: 3 activation: TANH tau_m { value: 0.4 } tau_r { value: 0.1 } }
population { name: "y" size: 1 activation: LINEAR tau_m { value: 0.1 } }
projection { from: "x" to: "a" weights { value: 0.9 value: -0.6 value: 0.4 } }
projection { from: "a" to: "y" weights { value: 0.5 value: 0.8 value: -0.7 } }
output { population: "y" }
plasticity { eta_weights_per_second: 0.2 }
)");
    std::string inputs = "x\n";
    std::string targets = "y\n";
    for (int step = 0; step < 600; ++step) {
      inputs += std::to_string(std::sin(0.03 * step)) + "\n";
      targets += std::to_string(0.3 + 0.5 * std::sin(0.03 * step - 0.4)) + "\n";
    }
    write(input, inputs);
    write(target, targets);
  }
  Words words(Words front, const Words& back = {}) const {
    front.insert(front.end(), {network, "--input", input, "--target-signal", target});
    front.insert(front.end(), back.begin(), back.end());
    return front;
  }

  TemporaryFolder folder;
  std::string network = folder.file("network.textproto");
  std::string input = folder.file("input.csv");
  std::string target = folder.file("target.csv");
};

TEST(AlignVerb, ComparesRulesOnANetwork) {
  const Case one;
  const Finished finished =
      run_vle(one.words({"align"}, {"--settle", "100", "--csv", one.folder.file("a.csv"), "--json"}));
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out);
  std::map<std::string, double> cosines;
  for (const auto& row : json["rows"]) {
    if (row["population"] == "y" && row["parameter"] == "W") cosines[row["rule"]] = row["cosine"].get<double>();
  }
  EXPECT_EQ(cosines.size(), 5U);
  for (const auto& entry : cosines) EXPECT_GT(entry.second, 0.99) << entry.first;
  EXPECT_THAT(read_file(one.folder.file("a.csv")), HasSubstr("\npair,a,tau_m,"));
}

TEST(AlignVerb, AveragesOverRandomNetworks) {
  const Finished finished = run_vle({"align", "--random", "--depth", "1", "--seeds", "1", "--rule", "gle,pair"});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  for (const char* words : {"depth", "gle", "pair", "sines to 2 Hz", "noise, 0.6 s"}) {
    EXPECT_THAT(finished.out, HasSubstr(words));
  }
}

TEST(AlignVerb, RefusesWhatItCannotCompare) {
  const Case one;
  EXPECT_EQ(run_vle({"align"}).exit_code, 2);
  EXPECT_EQ(run_vle({"align", one.network, "--random"}).exit_code, 2);
  EXPECT_EQ(run_vle({"align", one.network, "--input", one.input}).exit_code, 2);
  EXPECT_EQ(run_vle({"align", "--random", "--depth", "2,x"}).exit_code, 2);
  EXPECT_EQ(run_vle(one.words({"align"}, {"--settle", "600"})).exit_code, 2);
  const Finished finished = run_vle(one.words({"align"}, {"--rule", "bptt"}));
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("fixed_random"));
}

TEST(TaskVerb, ComparesRulesAsTableJsonAndCurves) {
  const TemporaryFolder folder;
  const Words words{"task", "chain", "--rule", "gle,pair", "--seeds", "2", "--steps", "200", "--budget", "1"};
  const Finished text = run_vle(words);
  ASSERT_EQ(text.exit_code, 0) << text.err;
  for (const char* word : {"rule", "final error", "tau1", "worst"}) EXPECT_THAT(text.out, HasSubstr(word));
  Words with_json = words;
  with_json.insert(with_json.end(), {"--json", "--threads", "2", "--csv", folder.file("curves.csv")});
  const Finished finished = run_vle(with_json);
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(nlohmann::json::parse(finished.out)["runs"].size(), 4U);
  EXPECT_THAT(read_file(folder.file("curves.csv")), HasSubstr("\npair,1,0.003,200,"));
}

TEST(TaskVerb, RefusesUnknownTasksAndBudgets) {
  const Finished finished = run_vle({"task", "mnist"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("chain, complex, xor"));
  EXPECT_EQ(run_vle({"task", "xor", "--budget", "9"}).exit_code, 2);
}

TEST(TrainVerb, WritesANetworkThatRunsAndTheLosses) {
  const Case one;
  const Finished finished = run_vle(one.words(
      {"train"}, {"--backend", "reference:", "--epochs", "3", "--rule", "pair", "-o", one.folder.file("trained.json"),
                  "--csv", one.folder.file("loss.csv"), "--align-every", "3", "--json"}));
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out);
  EXPECT_EQ(json["mismatch"].begin()->size(), 3U);
  EXPECT_EQ(json["alignment"][0]["epoch"], 3);
  ASSERT_EQ(json["losses"].size(), 3U);
  EXPECT_LT(json["losses"][2].get<double>(), json["losses"][0].get<double>());
  EXPECT_THAT(read_file(one.folder.file("loss.csv")), HasSubstr("epoch,loss,mismatch "));
  const auto trained = read_network(one.folder.file("trained.json"));
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_EQ(trained->hash, json["network_hash"].get<std::string>());
  EXPECT_EQ(
      run_vle({"run", one.folder.file("trained.json"), "--backend", "reference:", "--input", one.input}).exit_code, 0);
}

TEST(TrainVerb, GoesOnFromACheckpoint) {
  const Case one;
  const auto train = [&](const Words& back) {
    Words words = one.words({"train"}, {"--backend", "reference:", "-o", one.folder.file("t.json"), "--json"});
    words.insert(words.end(), back.begin(), back.end());
    const Finished finished = run_vle(words);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return nlohmann::json::parse(finished.out, nullptr, false)["network_hash"];
  };
  const auto whole = train({"--epochs", "3"});
  train({"--epochs", "1", "--checkpoint", one.folder.file("c")});
  EXPECT_EQ(train({"--epochs", "2", "--resume", one.folder.file("c")}), whole);
}

TEST(TrainVerb, TrainsAnEmulatedChipAndWritesItsMap) {
  const Case one;
  const std::string map = one.folder.file("trained.map");
  const Finished finished = run_vle(one.words(
      {"train"}, {"--backend", "emulator:bss2_like?chip=1", "--plasticity", "host", "--epochs", "2", "--steps", "100",
                  "--rule", "instantaneous", "-o", one.folder.file("trained.json"), "--map", map, "--json"}));
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out);
  EXPECT_EQ(json["losses"].size(), 2U);
  EXPECT_GT(json["registers_written"].get<std::int64_t>(), 0);
  EXPECT_TRUE(read_network(one.folder.file("trained.json")));
  EXPECT_EQ(run_vle({"run", map, "--backend", "emulator:?chip=1", "--input", one.input}).exit_code, 0);
}

TEST(TrainVerb, CtrlCKeepsWhatWasLearned) {
  const Case one;
  Child child(one.words({"train"}, {"--backend", "reference:", "--epochs", "10000000", "-o",
                                    one.folder.file("trained.json"), "--json"}),
              Child::Stderr::kTerminal);
  ASSERT_TRUE(child.wait_for_terminal());
  child.send(SIGINT);
  const Finished finished = child.wait();
  EXPECT_EQ(finished.exit_code, 130) << finished.err;
  EXPECT_EQ(nlohmann::json::parse(finished.out)["interrupted"], true);
  const auto trained = read_network(one.folder.file("trained.json"));
  ASSERT_TRUE(trained);
  EXPECT_NE(trained->hash, read_network(one.network)->hash);
}

TEST(TrainVerb, RefusesWhatItCannotDo) {
  const Case one;
  const auto train = [&](const std::string& backend, const std::string& output, const Words& back) {
    Words words = one.words({"train"}, {"--backend", backend, "-o", output});
    words.insert(words.end(), back.begin(), back.end());
    return run_vle(words).exit_code;
  };
  EXPECT_EQ(train("emulator:ideal", one.folder.file("t.json"), {"--plasticity", "me"}), 2);
  EXPECT_EQ(train("emulator:ideal", one.folder.file("t.json"), {"--rule", "adjoint"}), 2);
  EXPECT_EQ(train("emulator:ideal", one.folder.file("t.json"), {"--batch", "2"}), 2);
  EXPECT_EQ(train("reference:", one.folder.file("t.json"), {"--plasticity", "host"}), 2);
  EXPECT_EQ(train("reference:", one.folder.file("t.h5"), {}), 2);
  EXPECT_EQ(train("reference:", one.folder.file("t.json"), {"--rule", "pair,gle"}), 2);
  EXPECT_EQ(train("reference:", one.folder.file("t.json"), {"--resume", one.folder.file("none")}), 4);
  EXPECT_EQ(train("reference:", one.folder.file("t.json"), {"--resume", one.network}), 2);
}

}  // namespace
}  // namespace vle::app
