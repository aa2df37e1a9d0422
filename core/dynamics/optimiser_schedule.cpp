#include <vle/dynamics/optimiser_schedule.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vle {

bool LossWatch::observe(double loss, double min_improvement) {
  const bool improved = std::isinf(best) ? loss < best : loss < best - min_improvement * std::abs(best);
  stale = improved ? 0 : stale + 1;
  if (improved) best = loss;
  return improved;
}

bool EarlyStop::should_stop(double loss) {
  watch.observe(loss, min_improvement);
  return watch.stale >= patience;
}

double schedule_factor(const ScheduleDescription& schedule, const ScheduleState& state, double seconds) {
  using Kind = ScheduleDescription::Kind;
  switch (schedule.kind) {
    case Kind::kConstant:
      return 1;
    case Kind::kCosine: {
      const double way = std::min(seconds / schedule.duration, 1.0);
      return schedule.floor + (1 - schedule.floor) * 0.5 * (1 + std::cos(std::numbers::pi * way));
    }
    case Kind::kStep:
      return std::max(std::pow(schedule.factor, std::floor(seconds / schedule.duration)), schedule.floor);
    case Kind::kPlateau:
      return std::max(std::pow(schedule.factor, static_cast<double>(state.reductions)), schedule.floor);
  }
  return 1;
}

void report_loss(const ScheduleDescription& schedule, double loss, ScheduleState& state) {
  if (schedule.kind != ScheduleDescription::Kind::kPlateau) return;
  state.watch.observe(loss, schedule.min_improvement);
  if (state.watch.stale < schedule.patience) return;
  state.watch.stale = 0;
  ++state.reductions;
}

}  // namespace vle
