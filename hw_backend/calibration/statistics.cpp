#include <cmath>
#include <map>
#include <tuple>
#include <vle/calibration/calibrate.hpp>

namespace vle::calibration {

std::vector<KindStatistics> statistics_of(const Calibration& calibration, const Target& target) {
  std::map<ParameterKind, KindStatistics> by_kind;
  for (const CalibratedCurve& curve : calibration.curves) {
    if (curve.state == CalibrationState::kDead) continue;
    KindStatistics& statistics = by_kind[curve.kind];
    statistics.kind = curve.kind;
    ++statistics.curves;
    if (curve.state != CalibrationState::kGood) continue;
    ++statistics.good;
    const Lsb top{curve.max_code};
    const double value = curve.value(top);
    const double before = value / target.dac(curve.kind).value(top, curve.range) - 1;
    const double after = curve.error(top) / value;
    statistics.before += before * before;
    statistics.after += after * after;
  }
  std::vector<KindStatistics> list;
  for (auto& [kind, statistics] : by_kind) {
    const double count = std::max<double>(1, static_cast<double>(statistics.good));
    statistics.before = std::sqrt(statistics.before / count);
    statistics.after = std::sqrt(statistics.after / count);
    list.push_back(statistics);
  }
  return list;
}

std::vector<Drift> compare(const Calibration& before, const Calibration& after) {
  constexpr double kSignificant = 4;  // standard errors
  constexpr double kRelevant = 0.01;
  std::map<std::tuple<ParameterKind, std::uint32_t, std::uint32_t, int>, const CalibratedCurve*> earlier;
  for (const CalibratedCurve& curve : before.curves) {
    if (curve.state == CalibrationState::kGood) earlier[{curve.kind, curve.core, curve.column, curve.range}] = &curve;
  }
  std::map<ParameterKind, Drift> by_kind;
  for (const CalibratedCurve& curve : after.curves) {
    const auto found = earlier.find({curve.kind, curve.core, curve.column, curve.range});
    if (curve.state != CalibrationState::kGood || found == earlier.end()) continue;
    const Lsb top{curve.max_code};
    const double value = found->second->value(top);
    const double moved = curve.value(top) / value - 1;
    const double error = std::hypot(curve.error(top), found->second->error(top)) / std::abs(value);
    Drift& drift = by_kind[curve.kind];
    drift.kind = curve.kind;
    ++drift.curves;
    drift.rms += moved * moved;
    drift.expected += error * error;
    if (std::abs(moved) > kSignificant * error && std::abs(moved) > kRelevant) ++drift.beyond;
  }
  std::vector<Drift> list;
  for (auto& [kind, drift] : by_kind) {
    drift.rms = std::sqrt(drift.rms / static_cast<double>(drift.curves));
    drift.expected = std::sqrt(drift.expected / static_cast<double>(drift.curves));
    list.push_back(drift);
  }
  return list;
}

}  // namespace vle::calibration
