#include <gmock/gmock.h>

#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>
#include <vle/io/files.hpp>

#include "child.hpp"
#include "small_lesson.hpp"

namespace vle::app {
namespace {

using testing::HasSubstr;

TEST(AlignVerb, ComparesRulesOnANetwork) {
  const SmallLesson one;
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
  const SmallLesson one;
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
  const SmallLesson one;
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
  const SmallLesson one;
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
  const SmallLesson one;
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

TEST(TrainVerb, LetsAnEmulatedChipLearnByItself) {
  const SmallLesson one;
  const std::string map = one.folder.file("learned.map");
  const Finished finished = run_vle(
      one.words({"train"}, {"--backend", "emulator:bss2_like?chip=1", "--plasticity", "chip", "--epochs", "3", "--rule",
                            "mirror", "-o", one.folder.file("trained.json"), "--map", map, "--json"}));
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out);
  ASSERT_EQ(json["losses"].size(), 3U);
  EXPECT_LT(json["losses"][2].get<double>(), json["losses"][0].get<double>());
  EXPECT_GT(json["learning_period_seconds"].get<double>(), 0);
  const auto trained = read_network(one.folder.file("trained.json"));
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_NE(trained->projections[0].synapses.values, read_network(one.network)->projections[0].synapses.values);
  EXPECT_EQ(run_vle({"run", map, "--backend", "emulator:?chip=1", "--input", one.input}).exit_code, 0);
}

TEST(TrainVerb, TellsSamplesWithLabelsApart) {
  const SmallClasses classes;
  const auto train = [&](const Words& back) {
    Words words{
        "train", classes.network, "--input", classes.samples, "--labels", classes.labels, "--steps",
        "40",    "--batch",       "5",       "--epochs",      "4",        "-o",           classes.folder.file("t.json"),
        "--json"};
    words.insert(words.end(), back.begin(), back.end());
    return run_vle(words);
  };
  const Finished finished = train({"--backend", "reference:", "--hold-out", "10", "--test-input", classes.samples,
                                   "--test-labels", classes.labels, "--csv", classes.folder.file("epochs.csv")});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  const auto json = nlohmann::json::parse(finished.out);
  EXPECT_EQ(json["epochs"].size(), 4U);
  EXPECT_EQ(json["test_accuracy"], 1);
  EXPECT_THAT(read_file(classes.folder.file("epochs.csv")), HasSubstr("epoch,loss,accuracy\n1,"));
  EXPECT_TRUE(read_network(classes.folder.file("t.json")));
  const Finished on_chip = train({"--backend", "emulator:bss2_like?chip=1"});
  ASSERT_EQ(on_chip.exit_code, 0) << on_chip.err;
  EXPECT_GT(nlohmann::json::parse(on_chip.out)["epochs"][3]["accuracy"], 0.9);
}

TEST(TrainVerb, RefusesSamplesThatDoNotFitTheirLabels) {
  const SmallClasses classes;
  const auto train = [&](const std::string& labels, const Words& back) {
    Words words{"train",         classes.network, "--backend", "reference:", "--input",
                classes.samples, "--labels",      labels,      "-o",         classes.folder.file("t.json")};
    words.insert(words.end(), back.begin(), back.end());
    return run_vle(words).exit_code;
  };
  EXPECT_EQ(train(classes.samples, {}), 2);
  EXPECT_EQ(train(classes.labels, {"--hold-out", "41"}), 2);
  EXPECT_EQ(train(classes.labels, {"--test-input", classes.samples}), 2);
  EXPECT_EQ(train(classes.labels, {"--target-signal", classes.samples}), 2);
  EXPECT_EQ(train(classes.labels, {"--rule", "adjoint"}), 2);
}

TEST(TrainVerb, CtrlCKeepsWhatWasLearned) {
  const SmallLesson one;
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
  const SmallLesson one;
  const auto train = [&](const std::string& backend, const std::string& output, const Words& back) {
    Words words = one.words({"train"}, {"--backend", backend, "-o", output});
    words.insert(words.end(), back.begin(), back.end());
    return run_vle(words).exit_code;
  };
  EXPECT_EQ(train("emulator:ideal", one.folder.file("t.json"), {"--plasticity", "me"}), 2);
  EXPECT_EQ(train("emulator:ideal", one.folder.file("t.json"), {"--plasticity", "chip", "--batch", "1"}), 2);
  EXPECT_EQ(train("emulator:bench_board", one.folder.file("t.json"), {"--plasticity", "chip", "--steps", "50"}), 2);
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
