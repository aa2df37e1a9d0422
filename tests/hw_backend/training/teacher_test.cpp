#include <gtest/gtest.h>

#include <cmath>

#include "small_networks.hpp"
#include "teacher.hpp"

namespace vle::training {
namespace {

/// Two trials of 60 steps of two channels.
Stimulus taught_sines() {
  Stimulus taught{2, 60, 0, 2, {}, {}};
  for (int k = 0; k < 240; ++k) taught.targets.push_back(std::sin(0.11 * (k / 2)) + 0.3 * std::cos(0.4 * k));
  return taught;
}

/// What a chip shows that does the same `lag` steps later, not quite as high, read in every `every`th step.
SignalTrace later(const Stimulus& taught, std::int64_t lag, std::int64_t every) {
  SignalTrace shown{"y", Signal::kR, 2, (taught.steps + every - 1) / every, {}, {}, {}};
  for (std::int64_t trial = 0; trial < taught.batch; ++trial) {
    for (std::int64_t step = 0; step < taught.steps; step += every) {
      for (std::int64_t channel = 0; channel < 2; ++channel) {
        const std::int64_t row = trial * taught.steps + std::max<std::int64_t>(step - lag, 0);
        shown.values.push_back(0.9 * taught.targets[static_cast<std::size_t>(row * 2 + channel)] + 0.02);
      }
    }
  }
  return shown;
}

TEST(MeasureLag, FindsHowMuchLaterOutputsCome) {
  const Stimulus taught = taught_sines();
  for (const std::int64_t every : {1, 7}) {
    for (const std::int64_t lag : {0, 1, 5, 12}) {
      EXPECT_EQ(measure_lag(later(taught, lag, every), every, taught, 12), lag) << "every " << every;
    }
  }
  EXPECT_EQ(measure_lag(later(taught, 12, 1), 1, taught, 4), 4);
}

TEST(Teacher, ShowsTheSameLaterWhereItLags) {
  const auto network = std::make_shared<const Network>(small_network(0.5, 0.1));
  auto teacher = Teacher::create(network, *network);
  ASSERT_TRUE(teacher) << teacher.error().message;
  const std::int64_t channels = network->target_channels();
  Stimulus trials{2, 30, network->input_channels(), channels, {}, {}};
  for (std::int64_t k = 0; k < 60 * trials.input_channels; ++k)
    trials.inputs.push_back(std::sin(0.2 * static_cast<double>(k)));
  Stimulus delayed = trials;
  ASSERT_TRUE(teacher->show(trials));
  teacher->set_lag(4);
  ASSERT_TRUE(teacher->show(delayed));
  ASSERT_EQ(delayed.targets.size(), trials.targets.size());
  for (std::int64_t trial = 0; trial < 2; ++trial) {
    for (std::int64_t step = 0; step < 30; ++step) {
      for (std::int64_t channel = 0; channel < channels; ++channel) {
        const std::int64_t from = (trial * 30 + std::max<std::int64_t>(step - 4, 0)) * channels + channel;
        EXPECT_EQ(delayed.targets[static_cast<std::size_t>((trial * 30 + step) * channels + channel)],
                  trials.targets[static_cast<std::size_t>(from)]);
      }
    }
  }
}

}  // namespace
}  // namespace vle::training
