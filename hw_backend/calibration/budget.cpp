#include "budget.hpp"

#include <cmath>

#include "drift_check.hpp"

namespace vle::calibration {
namespace {

Result<double> rehearsed_seconds(double effort, Backend& backend, const Target& target,
                                 const std::vector<std::unique_ptr<Routine>>& routines) {
  Bench bench(backend, target);
  bench.rehearse();
  Findings findings(target);
  for (const int check : {0, 1}) {
    static_cast<void>(check);
    if (const auto looked = look_for_drift(bench); !looked) return tl::unexpected(looked.error());
  }
  for (const auto& routine : routines) {
    if (Result<> ran = routine->run(bench, effort, findings); !ran) return tl::unexpected(ran.error());
  }
  return bench.device_seconds();
}

}  // namespace

Result<double> effort_within(double seconds, Backend& backend, const Target& target,
                             const std::vector<std::unique_ptr<Routine>>& routines) {
  constexpr double kWidest = 6;  // powers of two
  constexpr int kHalvings = 10;
  double low = -kWidest;
  double high = kWidest;
  for (int k = 0; k < kHalvings; ++k) {
    const double middle = (low + high) / 2;
    const auto needed = rehearsed_seconds(std::exp2(middle), backend, target, routines);
    if (!needed) return tl::unexpected(needed.error());
    (*needed <= seconds ? low : high) = middle;
  }
  return std::exp2(low);
}

}  // namespace vle::calibration
