#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <vle/io/files.hpp>

#include "expectations.hpp"
#include "files.hpp"
#include "source_path.hpp"

namespace vle {
namespace {

using test::fails_with;
using test::TemporaryFolder;

const std::string kSmallTarget = test::source_path("tests/corpus/good/target_small.textproto");

/// Sets an environment variable for one test.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Environment() { ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
};

TEST(ReadTarget, ReadsEveryShippedTarget) {
  for (const auto& entry : std::filesystem::directory_iterator(test::source_path("targets"))) {
    const std::string name = entry.path().stem().string();
    const Result<Target> target = read_target(name);
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->name, name);
    EXPECT_EQ(target->hash, hash_of(*target));
    EXPECT_TRUE(check_target(*target).empty());
  }
}

TEST(ReadTarget, TakesFiguresOverAndFillsInWhatWasLeftOut) {
  const Result<Target> target = read_target(kSmallTarget);
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->chips, 1);
  EXPECT_EQ(target->cores_per_chip, 1);
  EXPECT_EQ(target->rows, 8);
  EXPECT_EQ(target->columns, 4);
  EXPECT_EQ(target->max_speed_up, 1000);
  EXPECT_EQ(target->clock_period.value, 1e-6);
  EXPECT_EQ(target->ota_range, 0);
  const Dac& weight = target->dac(ParameterKind::kWeight);
  EXPECT_EQ(weight.format, (CodeFormat{8, true}));
  EXPECT_EQ(weight.min_code, -127);
  EXPECT_EQ(weight.max_code, 127);
  EXPECT_EQ(weight.scale, 0.01);
  EXPECT_EQ(weight.range_factors, std::vector<double>{1});
  EXPECT_EQ(target->mismatch[static_cast<std::size_t>(ParameterKind::kTauU)].sigma, 0.1);
  EXPECT_EQ(target->offsets.s.sigma, 0);
  EXPECT_EQ(target->costs.static_watts, 0);
}

TEST(SerialiseTarget, LosesNoFigure) {
  for (const auto& entry : std::filesystem::directory_iterator(test::source_path("targets"))) {
    const Target target = read_target(entry.path().string()).value();
    const Result<Target> back = parse_target(serialise_target(target), "bytes");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->hash, target.hash) << target.name;
  }
}

TEST(ReadTarget, LooksIntoTheFoldersOfTheEnvironmentFirst) {
  const TemporaryFolder folder;
  std::filesystem::copy_file(kSmallTarget, folder.file("bss2_like.textproto"));
  const Environment path("VLE_TARGET_PATH", "/no/such/folder:" + folder.path().string());
  const Result<Target> target = read_target("bss2_like");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->name, "small");
}

TEST(ReadTarget, ListsTheKnownNames) {
  const Result<Target> target = read_target("no_such_chip");
  EXPECT_TRUE(fails_with(target, ErrorCode::kInvalidInput, "there is no target \"no_such_chip\""));
  EXPECT_THAT(target.error().message, testing::HasSubstr("bench_board, bss2_like"));
}

TEST(ReadTarget, ReportsAMissingFile) {
  EXPECT_TRUE(fails_with(read_target("./nowhere.textproto"), ErrorCode::kIo, "cannot be read"));
}

TEST(CheckCalibration, SumsUp) {
  const Result<CalibrationSummary> summary =
      check_calibration(test::source_path("tests/corpus/good/calibration.textproto"));
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->chip_id, 7u);
  EXPECT_EQ(summary->parameters, 1);
  EXPECT_EQ(summary->target_hash.size(), 64u);
}

TEST(CheckCalibration, ReadsBinaryAndTellsItFromAMap) {
  // format_version = 1, chip_id = 7: a calibration, but not a whole one.
  const TemporaryFolder folder;
  const std::string path = folder.write("measured.pb", std::string_view("\x08\x01\x18\x07", 4));
  ASSERT_TRUE(kind_of_file(path));
  EXPECT_EQ(*kind_of_file(path), FileKind::kCalibration);
  EXPECT_TRUE(fails_with(check_calibration(path), ErrorCode::kInvalidInput, "target_hash \"\" must be 64"));
  EXPECT_TRUE(fails_with(read_map(path), ErrorCode::kInvalidInput, "holds a calibration, a parameter map is needed"));
}

}  // namespace
}  // namespace vle
