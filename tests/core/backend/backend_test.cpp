#include <gtest/gtest.h>

#include <vle/backend/backend.hpp>

namespace vle {
namespace {

TEST(SignalNames, GoBothWays) {
  for (const Signal signal : kSignals) EXPECT_EQ(find_signal(name_of(signal)), signal);
  EXPECT_EQ(find_signal(name_of(Signal::kEnergy)), Signal::kEnergy);
  EXPECT_EQ(find_signal("w"), std::nullopt);
}

TEST(CheckRun, NamesCountAndLimit) {
  RunOptions options;
  options.threads = 0;
  const Result<> checked = check_run({1, 1, 0, 0, {}, {}}, options, 0, 0, {});
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().message, "run: threads = 0 must be 1 to 2147483647");
}

TEST(CheckRun, RefusesARecordingTwice) {
  RunOptions options;
  options.recordings = {{"a", Signal::kU}, {"a", Signal::kR}, {"a", Signal::kU}};
  const Result<> checked = check_run({1, 1, 0, 0, {}, {}}, options, 0, 0, {"a"});
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().message, "record a.u: it is asked for twice");
}

TEST(CheckRun, RefusesAnEnergyThatNobodyMeasures) {
  RunOptions options;
  options.recordings = {{"a", Signal::kEnergy}};
  const Result<> checked = check_run({1, 1, 0, 0, {}, {}}, options, 0, 0, {"a"});
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(checked.error().message.substr(0, 16), "record a.energy:") << checked.error().message;
  EXPECT_TRUE(check_run({1, 1, 0, 0, {}, {}}, options, 0, 0, {"a"}, true).has_value());
}

TEST(CheckRun, ListsThePopulationsThereAre) {
  RunOptions options;
  options.recordings = {{"c", Signal::kR}};
  const Result<> checked = check_run({1, 1, 0, 0, {}, {}}, options, 0, 0, {"a", "b"});
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().message, "record c.r: there is no population \"c\"; there are: a, b");
}

TEST(CheckRun, CountsThatOverflowAreOnlyTooFewValues) {
  const std::int64_t large = (std::int64_t{1} << 31) - 1;
  const Result<> checked = check_run({large, large, large, 0, {}, {}}, {}, large, 0, {});
  ASSERT_FALSE(checked.has_value());
  EXPECT_NE(checked.error().message.find("inputs has 0 values"), std::string::npos) << checked.error().message;
}

SignalTrace trace(std::vector<double> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return {"a", Signal::kR, 1, count, {}, std::move(values), {}};
}

TEST(NormalisedRmsError, IsTheDifferenceOverTheDeviation) {
  // Deviation of (1, 3) is 1; the difference is 0.5 throughout.
  EXPECT_DOUBLE_EQ(normalised_rms_error(trace({1.5, 3.5}), trace({1, 3})).value(), 0.5);
  EXPECT_EQ(normalised_rms_error(trace({1, 3}), trace({1, 3})).value(), 0);
}

TEST(NormalisedRmsError, ReadsCodesThroughTheirScale) {
  SignalTrace codes = trace({});
  codes.codes = {0, 4};
  codes.samples = 2;
  codes.scale = {0.5, 1};
  EXPECT_EQ(normalised_rms_error(codes, trace({1, 3})).value(), 0);
}

TEST(NormalisedRmsError, RefusesWhatCannotBeCompared) {
  EXPECT_FALSE(normalised_rms_error(trace({1}), trace({1, 3})).has_value());
  EXPECT_FALSE(normalised_rms_error(trace({}), trace({})).has_value());
  EXPECT_FALSE(normalised_rms_error(trace({1, 2}), trace({2, 2})).has_value());
  EXPECT_EQ(normalised_rms_error(trace({2, 2}), trace({2, 2})).value(), 0);
}

}  // namespace
}  // namespace vle
