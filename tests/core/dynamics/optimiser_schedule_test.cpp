#include <vle/dynamics/optimiser_schedule.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace vle {
namespace {

using Shape = ScheduleDescription::Kind;

double factor(const ScheduleDescription& schedule, double seconds) {
  return schedule_factor(schedule, {}, seconds);
}

TEST(OptimiserSchedule, ConstantIsOne) {
  EXPECT_EQ(factor({}, 1e9), 1);
}

TEST(OptimiserSchedule, CosineFallsToItsFloorAndStaysThere) {
  const ScheduleDescription schedule{Shape::kCosine, 10, 0.5, 0.2, 1, 0};
  EXPECT_EQ(factor(schedule, 0), 1);
  EXPECT_NEAR(factor(schedule, 5), 0.6, 1e-15);
  EXPECT_NEAR(factor(schedule, 10), 0.2, 1e-15);
  EXPECT_NEAR(factor(schedule, 99), 0.2, 1e-15);
}

TEST(OptimiserSchedule, StepsMultiply) {
  const ScheduleDescription schedule{Shape::kStep, 10, 0.5, 0.2, 1, 0};
  EXPECT_EQ(factor(schedule, 9.9), 1);
  EXPECT_EQ(factor(schedule, 10), 0.5);
  EXPECT_EQ(factor(schedule, 25), 0.25);
  EXPECT_EQ(factor(schedule, 35), 0.2);
}

TEST(OptimiserSchedule, PlateauReducesAfterItsPatience) {
  const ScheduleDescription schedule{Shape::kPlateau, 0, 0.1, 0, 2, 0.05};
  ScheduleState state;
  const auto after = [&](double loss) {
    report_loss(schedule, loss, state);
    return schedule_factor(schedule, state, 0);
  };
  EXPECT_EQ(after(1), 1);
  EXPECT_EQ(after(0.97), 1);  // not 5 % better
  EXPECT_EQ(after(0.9), 1);
  EXPECT_EQ(after(0.9), 1);
  EXPECT_EQ(after(std::numeric_limits<double>::quiet_NaN()), 0.1);
  EXPECT_EQ(after(0.9), 0.1);
  EXPECT_NEAR(after(0.9), 0.01, 1e-15);
}

TEST(OptimiserSchedule, EarlyStopWaitsForItsPatience) {
  EarlyStop stop{2, 0, {}};
  EXPECT_FALSE(stop.should_stop(1));
  EXPECT_FALSE(stop.should_stop(1.1));
  EXPECT_FALSE(stop.should_stop(0.9));
  EXPECT_FALSE(stop.should_stop(0.9));
  EXPECT_TRUE(stop.should_stop(1));
  EXPECT_EQ(stop.watch.best, 0.9);
}

}  // namespace
}  // namespace vle
