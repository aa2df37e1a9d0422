#include "schedule.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "targets.hpp"

namespace vle {
namespace {

using emulator::kPhaseNames;
using emulator::kPhases;
using emulator::kUnitNames;
using emulator::kUnits;
using emulator::Phase;
using emulator::ScheduleResult;
using emulator::Unit;
using emulator::UnitCount;
using emulator::Workload;

/// Two cores, ten words into each, r recorded every step.
struct Plan {
  Plan() {
    workload.target = &target;
    workload.load_words = 100;
    workload.steps = 20;
    workload.substeps_per_step = 8;
    workload.dac_channels = 3;
    workload.columns = 8;
    workload.cores.resize(2);
    for (Workload::Core& core : workload.cores) {
      core.link_words = 10;
      core.recorded[2] = 5;
    }
  }
  ScheduleResult run() const { return emulator::schedule(workload, nullptr, 0); }

  Target target = learning_target();
  Workload workload;
};

UnitCount total(const ScheduleResult& result, Unit unit) {
  UnitCount sum;
  for (const auto& phase : result.counts) {
    const UnitCount& count = phase[static_cast<std::size_t>(unit)];
    sum.clocks += count.clocks;
    sum.stalled += count.stalled;
    sum.late += count.late;
    sum.events += count.events;
  }
  return sum;
}

TEST(Schedule, CountsWhatEveryUnitIsAskedFor) {
  Plan plan;
  plan.workload.settle_steps = 4;
  const ScheduleResult result = plan.run();
  EXPECT_EQ(result.phase_clocks[0], 100 * 2);
  EXPECT_EQ(result.phase_clocks[1], 4 * 8 * 4);
  EXPECT_EQ(result.phase_clocks[2], 20 * 8 * 4);
  EXPECT_EQ(total(result, Unit::kAnalog).clocks, 24 * 8 * 4);
  EXPECT_EQ(total(result, Unit::kDac).events, 24 * 3);
  EXPECT_EQ(total(result, Unit::kAdc).events, 20 * 8 * 2);
  EXPECT_EQ(total(result, Unit::kBus).events, 100 + 20 * 5 * 2);
  EXPECT_EQ(total(result, Unit::kLink).events, 24 * 8 * 10 * 2);
  EXPECT_EQ(total(result, Unit::kLink).clocks, 24 * 8 * 3 * 2);
  EXPECT_EQ(result.at(Phase::kSettle, Unit::kLink).events + result.at(Phase::kRun, Unit::kLink).events +
                result.at(Phase::kReadout, Unit::kLink).events,
            24 * 8 * 10 * 2);
}

TEST(Schedule, TheReadoutPhaseDrainsTheBus) {
  Plan plan;
  plan.workload.cores[0].recorded[2] = 40;  // 80 clocks of the bus a step of 32
  const ScheduleResult result = plan.run();
  const std::int64_t clocks = 20 * (40 + 5) * 2;
  // The first codes are there one conversion after the first step, and from then on the bus never rests.
  EXPECT_EQ(result.phase_clocks[3], 32 + 1 + clocks - 20 * 32);
  EXPECT_GT(result.at(Phase::kReadout, Unit::kBus).clocks, 0);
  EXPECT_GT(total(result, Unit::kBus).stalled, 0);
}

// 10 words on 2 lanes: 5 beats of 3 clocks within the 4 of a sub-step cannot be. The link falls behind, and with room
// for one word before each lane the router falls behind with it.
TEST(Schedule, AFullQueueStallsTheRouterAndWordsComeLate) {
  Plan plan;
  plan.target.costs.link_lanes = 2;
  const ScheduleResult unlimited = plan.run();
  EXPECT_EQ(total(unlimited, Unit::kRouter).clocks, 20 * 8 * 5 * 2);
  EXPECT_GT(total(unlimited, Unit::kLink).stalled, 0);
  EXPECT_GT(total(unlimited, Unit::kLink).late, 0);
  plan.target.costs.link_fifo_words = 1;
  const ScheduleResult blocked = plan.run();
  EXPECT_GT(total(blocked, Unit::kRouter).stalled, total(unlimited, Unit::kRouter).stalled);
  EXPECT_LT(total(blocked, Unit::kLink).stalled, total(unlimited, Unit::kLink).stalled);
  EXPECT_EQ(total(blocked, Unit::kLink).events, total(unlimited, Unit::kLink).events);
  EXPECT_EQ(blocked.phase_clocks[3], unlimited.phase_clocks[3]);
}

TEST(Schedule, EnoughLanesBringEveryWordInTime) {
  const ScheduleResult result = Plan().run();
  EXPECT_EQ(total(result, Unit::kLink).late, 0);
  EXPECT_EQ(total(result, Unit::kLink).stalled, 0);
}

TEST(Schedule, AnUpdateTakesItsConversionsRowsAndNeurons) {
  Plan plan;
  plan.workload.steps = 1;
  plan.workload.substeps_per_step = 100;
  plan.workload.cores.resize(1);
  plan.workload.cores[0].link_words = 0;
  plan.workload.cores[0].learn_period = 100;
  plan.workload.cores[0].learning = {4, 6, 3, 2, 2};
  const ScheduleResult result = plan.run();
  EXPECT_EQ(total(result, Unit::kAdc).clocks, 4);  // r is recorded as well, and converted once
  EXPECT_EQ(total(result, Unit::kRowScan).clocks, 2 * 9);
  EXPECT_EQ(total(result, Unit::kPlasticity).clocks, 9 * 2 + 2 * 2);
  EXPECT_LE(result.phase_clocks[3], learning_clocks(plan.target, plan.workload.cores[0].learning));
}

/// Any workload on any costs; periods and step counts that make repetition worth while.
Plan any_plan() {
  Plan plan;
  Costs& costs = plan.target.costs;
  costs.bus_word_clocks = *rc::gen::inRange(1, 4);
  costs.link_word_clocks = *rc::gen::inRange(1, 4);
  costs.router_word_clocks = *rc::gen::inRange(0, 3);
  costs.link_lanes = *rc::gen::inRange(0, 12);
  costs.link_fifo_words = *rc::gen::inRange(0, 4);
  plan.target.crossing.period_substeps = *rc::gen::inRange(1, 6);
  plan.target.readout_adc.clocks = *rc::gen::inRange(1, 12);
  plan.workload.settle_steps = *rc::gen::inRange(0, 20);
  plan.workload.steps = *rc::gen::inRange(0, 100);
  plan.workload.every = *rc::gen::inRange(1, 4);
  plan.workload.substeps_per_step = *rc::gen::inRange(1, 12);
  for (Workload::Core& core : plan.workload.cores) {
    core.link_words = *rc::gen::inRange(0, 20);
    for (std::int64_t& words : core.recorded) words = *rc::gen::element(0, 0, 3, 9);
    if (!*rc::gen::arbitrary<bool>()) continue;
    core.learning = {*rc::gen::element(2, 4), *rc::gen::inRange(0, 9), *rc::gen::inRange(0, 9), *rc::gen::inRange(0, 3),
                     *rc::gen::inRange(1, 3)};
    core.learn_period = *rc::gen::inRange(1, 40);
  }
  return plan;
}

RC_GTEST_PROP(Schedule, IntervalsOfAUnitNeverOverlapAndAddUpToTheAccounts, ()) {
  Plan plan = any_plan();
  plan.workload.target = &plan.target;
  const std::int64_t steps = plan.workload.settle_steps + plan.workload.steps;
  Timeline timeline;
  const ScheduleResult result = emulator::schedule(plan.workload, &timeline, steps);
  std::map<std::pair<std::string_view, std::uint32_t>, std::int64_t> end;
  std::map<std::pair<std::string_view, std::string_view>, UnitCount> sums;
  for (const TimelineInterval& interval : timeline.intervals) {
    std::int64_t& last = end[{interval.unit, interval.index}];
    RC_ASSERT(interval.begin >= last);
    RC_ASSERT(interval.end > interval.begin);
    last = interval.end;
    UnitCount& sum = sums[{interval.phase, interval.unit}];
    sum.clocks += interval.end - interval.begin;
    sum.events += interval.events;
  }
  for (std::size_t phase = 0; phase < kPhases; ++phase) {
    for (std::size_t unit = 0; unit < kUnits; ++unit) {
      const UnitCount& count = result.counts[phase][unit];
      const UnitCount& sum = sums[{kPhaseNames[phase], kUnitNames[unit]}];
      RC_ASSERT(count.clocks == sum.clocks);
      // A router that takes no time is not shown.
      if (count.clocks > 0 || static_cast<Unit>(unit) != Unit::kRouter) RC_ASSERT(count.events == sum.events);
    }
  }
}

// A timeline is played step by step, so it checks what repetition skips.
RC_GTEST_PROP(Schedule, SkippingWhatRepeatsChangesNothing, ()) {
  Plan plan = any_plan();
  plan.workload.target = &plan.target;
  Timeline timeline;
  const ScheduleResult exact =
      emulator::schedule(plan.workload, &timeline, plan.workload.settle_steps + plan.workload.steps);
  const ScheduleResult skipped = emulator::schedule(plan.workload, nullptr, 0);
  RC_ASSERT(exact.phase_clocks == skipped.phase_clocks);
  for (std::size_t unit = 0; unit < kUnits; ++unit) {
    const UnitCount a = total(exact, static_cast<Unit>(unit));
    const UnitCount b = total(skipped, static_cast<Unit>(unit));
    RC_ASSERT(a.clocks == b.clocks);
    RC_ASSERT(a.events == b.events);
    RC_ASSERT(a.stalled == b.stalled);
    RC_ASSERT(a.late == b.late);
  }
}

TEST(Schedule, ATimelineShowsTheFirstStepsOnly) {
  Plan plan;
  Timeline timeline;
  emulator::schedule(plan.workload, &timeline, 3);
  for (const TimelineInterval& interval : timeline.intervals) EXPECT_LT(interval.begin, 200 + 3 * 32);
  EXPECT_DOUBLE_EQ(timeline.clock_seconds, 10e-9);
}

}  // namespace
}  // namespace vle
