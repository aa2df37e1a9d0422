#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <vle/io/files.hpp>

#include "child.hpp"
#include "small_lesson.hpp"

namespace vle::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// bss2_like with one core of 16 neurons.
std::string small_target() {
  std::string text = read_file(source_path("targets/bss2_like.textproto"));
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"cores_per_chip: 4", "cores_per_chip: 1"},
                                 {"rows: 256", "rows: 64"},
                                 {"columns: 128", "columns: 16"},
                                 {"input_channels: 128", "input_channels: 32"},
                                 {"channels: 128 }", "channels: 32 }"}}) {
    text.replace(text.find(from), from.size(), to);
  }
  return text;
}

class CalibrateVerb : public testing::Test {
 protected:
  CalibrateVerb() : target(folder.write("small.textproto", small_target())) {}
  std::string file(const std::string& name) const { return folder.file(name); }
  Finished calibrate(std::vector<std::string> words, const std::string& chip = "3") const {
    words.insert(words.begin(), {"calibrate", "--backend", "emulator:" + target + "?chip=" + chip, "--json"});
    return run_vle(words);
  }

  TemporaryFolder folder;
  std::string target;
};

TEST_F(CalibrateVerb, MeasuresReportsAndResumes) {
  const Finished first = calibrate({"--only", "beta", "--effort", "0.3", "-o", file("beta.cal")});
  ASSERT_EQ(first.exit_code, 0) << first.err << first.out;
  EXPECT_EQ(json::parse(first.out)["routines"].size(), 2U);
  const Finished rest = calibrate(
      {"--only", "beta,g0", "--resume", file("beta.cal"), "--report", file("page.html"), "-o", file("both.cal")});
  ASSERT_EQ(rest.exit_code, 0) << rest.err << rest.out;
  const json said = json::parse(rest.out);
  EXPECT_EQ(said["routines"].size(), 1U);
  EXPECT_EQ(said["parameters"].size(), 5U);  // four ranges of beta and one of g0
  EXPECT_EQ(said["worst_neurons"].size(), 10U);
  const std::string page = read_file(file("page.html"));
  for (const char* part :
       {"Calibration of chip 3", "beta, before", "g0, after", "Worst neurons", "Device time by routine"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST_F(CalibrateVerb, NamesSynapsesWithAStuckBit) {
  std::string text = small_target();
  const std::string often = "stuck_bit_probability: 1e-3";
  text.replace(text.find("stuck_bit_probability: 1e-6"), often.size(), often);
  const std::string broken = folder.write("broken.textproto", text);
  const Finished found = run_vle({"calibrate", "--backend", "emulator:" + broken + "?chip=3", "--only",
                                  "weight_linearity", "--report", file("page.html"), "-o", file("chip.cal"), "--json"});
  ASSERT_EQ(found.exit_code, 0) << found.err << found.out;
  const json said = json::parse(found.out);
  ASSERT_EQ(said["linearity"].size(), 2U);
  ASSERT_FALSE(said["stuck_synapses"].empty());
  EXPECT_EQ(said["stuck_synapses"].size(),
            said["linearity"][0]["stuck"].get<std::size_t>() + said["linearity"][1]["stuck"].get<std::size_t>());
  const json& first = said["stuck_synapses"][0];
  EXPECT_THAT(read_file(file("page.html")),
              HasSubstr("core 0, row " + first["row"].dump() + ", column " + first["column"].dump()));
}

TEST_F(CalibrateVerb, MergesFiles) {
  ASSERT_EQ(calibrate({"--only", "beta", "--effort", "0.1", "-o", file("a.cal")}).exit_code, 0);
  ASSERT_EQ(calibrate({"--only", "g0", "--effort", "0.1", "-o", file("b.cal")}).exit_code, 0);
  const Finished merged =
      run_vle({"calibrate", "--merge", file("a.cal") + "," + file("b.cal"), "-o", file("ab.cal"), "--json"});
  ASSERT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_EQ(json::parse(merged.out)["parameters"], 16 * 5);
  ASSERT_EQ(calibrate({"--only", "g0", "--effort", "0.1", "-o", file("other.cal")}, "4").exit_code, 0);
  const Finished refused =
      run_vle({"calibrate", "--merge", file("a.cal") + "," + file("other.cal"), "-o", file("no.cal"), "--json"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.out, HasSubstr("chip 4"));
}

TEST_F(CalibrateVerb, WorksTheSameOnABoard) {
  ASSERT_EQ(calibrate({"--only", "membrane,beta", "--effort", "0.3", "-o", file("chip.cal")}).exit_code, 0);
  Child board({"board", "--target", target, "--chip", "3", "--listen", "tcp://127.0.0.1:0", "--announce", file("uri")});
  while (!std::filesystem::exists(file("uri"))) std::this_thread::yield();
  std::string uri = read_file(file("uri"));
  uri.erase(uri.find_last_not_of('\n') + 1);
  const Finished verified = run_vle({"calibrate", "--backend", uri, "--only", "membrane,beta", "--effort", "0.3",
                                     "--seed", "1", "--verify", file("chip.cal"), "--json"});
  EXPECT_EQ(verified.exit_code, 0) << verified.err << verified.out;
  EXPECT_EQ(json::parse(verified.out)["holds"], true);
  const Finished measured = run_vle(
      {"calibrate", "--backend", uri, "--only", "membrane,beta", "--effort", "0.3", "-o", file("board.cal"), "--json"});
  ASSERT_EQ(measured.exit_code, 0) << measured.err << measured.out;
  board.send(SIGTERM);
  board.wait();
  const Calibration chip = read_calibration(file("chip.cal")).value();
  const Calibration over_link = read_calibration(file("board.cal")).value();
  ASSERT_EQ(chip.curves.size(), over_link.curves.size());
  for (std::size_t k = 0; k < chip.curves.size(); ++k) EXPECT_EQ(chip.curves[k].scale, over_link.curves[k].scale);
  EXPECT_GT(over_link.device_seconds, 0);
}

TEST_F(CalibrateVerb, SaysThatAnotherChipHasMoved) {
  ASSERT_EQ(calibrate({"--only", "beta", "--effort", "0.3", "-o", file("three.cal")}).exit_code, 0);
  const Finished again = calibrate({"--only", "beta", "--effort", "0.3", "--seed", "1", "--verify", file("three.cal")});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  const Finished other = calibrate({"--only", "beta", "--verify", file("three.cal")}, "4");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.out, HasSubstr("chip 3"));
}

TEST_F(CalibrateVerb, RemembersTheTemperatureAndWarnsAtAnother) {
  const std::string warm = "emulator:" + target + "?chip=3&temperature=320";
  ASSERT_EQ(
      run_vle({"calibrate", "--backend", warm, "--only", "beta", "--effort", "0.1", "-o", file("warm.cal")}).exit_code,
      0);
  EXPECT_EQ(read_calibration(file("warm.cal"))->temperature_kelvin, 320);
  const auto run_at = [&](const std::string& backend) {
    return run_vle({"run", source_path("examples/chain/network.textproto"), "--backend", backend, "--steps", "50",
                    "--calibration", file("warm.cal"), "-o", file("traces.h5")});
  };
  EXPECT_THAT(run_at("emulator:" + target + "?chip=3").err, HasSubstr("measured at 320 K, and the chip is at 300 K"));
  EXPECT_THAT(run_at(warm).err, testing::Not(HasSubstr("measured at")));
}

TEST_F(CalibrateVerb, RefusesOptionsThatContradictEachOther) {
  EXPECT_EQ(run_vle({"calibrate", "-o", file("no.cal")}).exit_code, 2);
  EXPECT_EQ(calibrate({"--merge", "a.cal", "-o", file("no.cal")}).exit_code, 2);
  EXPECT_EQ(calibrate({}).exit_code, 2);
  EXPECT_EQ(calibrate({"--effort", "1", "--budget", "1", "-o", file("no.cal")}).exit_code, 2);
  EXPECT_EQ(run_vle({"calibrate", "--backend", "reference:", "-o", file("no.cal")}).exit_code, 2);
}

TEST_F(CalibrateVerb, LeadsToAChipThatIsTrainedByIt) {
  ASSERT_EQ(calibrate({"--only", "beta", "--effort", "0.1", "-o", file("chip.cal")}).exit_code, 0);
  const SmallLesson one;
  const Finished trained = run_vle(one.words(
      {"train"}, {"--backend", "emulator:" + target + "?chip=3", "--calibration", file("chip.cal"), "--epochs", "1",
                  "--steps", "50", "--rule", "instantaneous", "-o", file("trained.json"), "--json"}));
  EXPECT_EQ(trained.exit_code, 0) << trained.err << trained.out;
}

/// `target` with this share of its neurons dead.
std::string worn_target(const std::string& share) {
  std::string text = small_target();
  const std::string nominal = "dead_neuron_probability: 1e-3";
  return text.replace(text.find(nominal), nominal.size(), "dead_neuron_probability: " + share);
}

// A whole task takes too long here: that students are compiled by the calibration shows where it leaves them no neuron.
TEST_F(CalibrateVerb, IsWhatStudentsOfTasksAreCompiledBy) {
  const std::string dead = folder.write("dead.textproto", worn_target("1"));
  const auto chip = [&](int id) { return "emulator:" + dead + "?chip=" + std::to_string(id); };
  ASSERT_EQ(run_vle({"calibrate", "--backend", chip(3), "--only", "responses", "-o", file("dead.cal")}).exit_code, 0);
  const auto task = [&](std::vector<std::string> backend) {
    std::vector<std::string> words{"task",   "chain",         "--rule",        "pair",     "--seeds",
                                   "1",      "--steps",       "200",           "--budget", "1",
                                   "--json", "--calibration", file("dead.cal")};
    words.insert(words.end(), backend.begin(), backend.end());
    return run_vle(words);
  };
  const Finished own = task({"--backend", chip(3)});
  EXPECT_EQ(own.exit_code, 2);
  EXPECT_THAT(own.out, HasSubstr("does_not_fit"));
  const Finished other = task({"--backend", chip(4)});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.out, HasSubstr("the calibration is of chip 3"));
  const Finished reference = task({});
  EXPECT_EQ(reference.exit_code, 2);
  EXPECT_THAT(reference.out, HasSubstr("name the chip that was measured with --backend"));
}

TEST_F(CalibrateVerb, LeadsToMapsThatPassOverDeadNeurons) {
  const std::string worn = folder.write("worn.textproto", worn_target("0.3"));
  ASSERT_EQ(run_vle({"calibrate", "--backend", "emulator:" + worn + "?chip=4", "--only", "responses", "-o",
                     file("worn.cal"), "--json"})
                .exit_code,
            0);
  std::set<std::uint32_t> dead;
  const auto calibration = read_calibration(file("worn.cal"));
  ASSERT_TRUE(calibration.has_value());
  for (const CalibratedCurve& curve : calibration->curves) {
    if (curve.state == CalibrationState::kDead) dead.insert(curve.column);
  }
  ASSERT_GE(dead.size(), 2U);
  const auto dead_in_use = [&](std::vector<std::string> more) {
    std::vector<std::string> words{
        "compile", source_path("examples/chain/network.textproto"), "--target", worn, "-o", file("worn.map")};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(run_vle(words).exit_code, 0);
    std::size_t count = 0;
    const auto map = read_map(file("worn.map"));
    EXPECT_TRUE(map.has_value());
    for (const PlacedPopulation& population : map->populations) {
      for (const Site& site : population.sites) count += dead.count(site.column);
    }
    return count;
  };
  EXPECT_GT(dead_in_use({}), 0U) << "the nominal chip's first neurons would do, and the test says nothing";
  EXPECT_EQ(dead_in_use({"--calibration", file("worn.cal")}), 0U);
}

}  // namespace
}  // namespace vle::app
