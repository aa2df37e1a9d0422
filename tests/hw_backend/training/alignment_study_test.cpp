#include <gmock/gmock.h>

#include <cmath>
#include <vle/training/alignment_study.hpp>

namespace vle::training {
namespace {

StudyOptions short_study() {
  StudyOptions options;
  options.depths = {1};
  options.rules = *parse_rules("instantaneous,gle,pair");
  options.seeds = 2;
  options.seconds = 12;
  options.settling_seconds = 3;
  return options;
}

TEST(AlignmentStudy, DoesNotDependOnThreads) {
  StudyOptions options = short_study();
  const auto one = run_alignment_study(options);
  options.threads = 3;
  const auto three = run_alignment_study(options);
  ASSERT_TRUE(one && three);
  ASSERT_EQ(one->size(), 2 * study_inputs().size());
  for (std::size_t i = 0; i < one->size(); ++i) {
    EXPECT_EQ(one->at(i).seed, three->at(i).seed);
    ASSERT_EQ(one->at(i).alignment.rows.size(), three->at(i).alignment.rows.size());
    for (std::size_t k = 0; k < one->at(i).alignment.rows.size(); ++k) {
      EXPECT_EQ(one->at(i).alignment.rows[k].cosine, three->at(i).alignment.rows[k].cosine);
    }
  }
}

TEST(AlignmentStudy, AveragesOverSeeds) {
  StudyCase one{2, "x", 0, {}};
  one.alignment.rows = {{"gle", "h1", ParameterKind::kWeights, 0.5, 4},
                        {"pair", "h1", ParameterKind::kWeights, 0.9, 1}};
  StudyCase two = one;
  two.seed = 1;
  two.alignment.rows[0] = {"gle", "h1", ParameterKind::kWeights, 0.7, 1};
  two.alignment.rows[1].cosine = 0.6;
  const std::vector<StudyMean> means = average_study({one, two});
  ASSERT_EQ(means.size(), 2U);
  EXPECT_EQ(means[0].rule, "gle");
  EXPECT_NEAR(means[0].cosine, 0.6, 1e-12);
  EXPECT_NEAR(means[0].cosine_deviation, std::sqrt(0.02), 1e-12);
  EXPECT_NEAR(means[0].norm_ratio, 2, 1e-12);
  EXPECT_EQ(means[0].best, 1U);
  EXPECT_EQ(means[1].best, 1U);
}

TEST(AlignmentStudy, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  StudyOptions options = short_study();
  options.stop = stop.get_token();
  const auto study = run_alignment_study(options);
  ASSERT_FALSE(study);
  EXPECT_EQ(study.error().code, ErrorCode::kInterrupted);
}

TEST(AlignmentStudy, RefusesNetworksWithoutHiddenLayers) {
  StudyOptions options = short_study();
  options.depths = {0};
  EXPECT_FALSE(run_alignment_study(options));
}

}  // namespace
}  // namespace vle::training
