#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <vle/calibration/calibrate.hpp>

namespace vle::calibration {
namespace {

using Place = std::pair<std::uint32_t, std::uint32_t>;

/// Of a time constant the slowest code, of everything else the largest: what a range is there for.
Lsb judged_code(const CalibratedCurve& curve) {
  return Lsb{curve.curve == Dac::Kind::kReciprocal ? curve.min_code : curve.max_code};
}

/// RMS distance to the nearest code, relative, of values spread evenly over the logarithm of what a range reaches from
/// a tenth of its largest value on.
double resolution_of(const Dac& dac, int range) {
  constexpr double kLeast = 0.1;
  double squares = 0;
  double span = 0;
  const double top =
      std::max(std::abs(dac.value(Lsb{dac.min_code}, range)), std::abs(dac.value(Lsb{dac.max_code}, range)));
  for (int code = dac.min_code; code < dac.max_code; ++code) {
    const double low = dac.value(Lsb{code}, range);
    const double high = dac.value(Lsb{code + 1}, range);
    if (low * high <= 0 || std::min(std::abs(low), std::abs(high)) < kLeast * top) continue;
    const double step = std::abs(std::log(high / low));
    squares += step * step * step / 12;
    span += step;
  }
  return span > 0 ? std::sqrt(squares / span) : 0;
}

struct Mean {
  double squares = 0;
  double count = 0;
  void add(double value) {
    squares += value * value;
    count += 1;
  }
  double rms() const { return count > 0 ? std::sqrt(squares / count) : 0; }
};

}  // namespace

std::vector<RangeStatistics> statistics_of(const Calibration& calibration, const Target& target) {
  struct Means {
    RangeStatistics statistics;
    Mean before, after, residual;
  };
  std::map<std::pair<ParameterKind, int>, Means> by_range;
  for (const CalibratedCurve& curve : calibration.curves) {
    if (curve.state == CalibrationState::kDead) continue;
    Means& means = by_range[{curve.kind, curve.range}];
    ++means.statistics.curves;
    if (curve.state != CalibrationState::kGood) continue;
    ++means.statistics.good;
    const Lsb code = judged_code(curve);
    const double value = curve.value(code);
    means.before.add(value / target.dac(curve.kind).value(code, curve.range) - 1);
    means.after.add(curve.error(code) / value);
    means.residual.add(curve.residual / value);
  }
  std::vector<RangeStatistics> list;
  for (auto& [key, means] : by_range) {
    RangeStatistics& statistics = list.emplace_back(means.statistics);
    statistics.kind = key.first;
    statistics.range = key.second;
    statistics.before = means.before.rms();
    statistics.after = means.after.rms();
    statistics.residual = means.residual.rms();
    statistics.resolution = resolution_of(target.dac(key.first), key.second);
  }
  return list;
}

std::vector<RateCircuitStatistics> rate_statistics_of(const Calibration& calibration) {
  if (calibration.rate_circuits.empty()) return {};
  const auto count = static_cast<double>(calibration.rate_circuits.size());
  RateCircuitStatistics slope{"slope", calibration.rate_circuits.size(), 0, 0};
  RateCircuitStatistics amplitude{"amplitude", slope.count, 0, 0};
  for (const CalibratedRateCircuit& circuit : calibration.rate_circuits) {
    slope.before += std::pow(circuit.slope - 1, 2) / count;
    slope.after += circuit.covariance[0] / std::pow(circuit.slope, 2) / count;
    amplitude.before += std::pow(circuit.amplitude - 1, 2) / count;
    amplitude.after += circuit.covariance[3] / std::pow(circuit.amplitude, 2) / count;
  }
  for (RateCircuitStatistics* statistics : {&slope, &amplitude}) {
    statistics->before = std::sqrt(statistics->before);
    statistics->after = std::sqrt(statistics->after);
  }
  return {slope, amplitude};
}

std::vector<WorstNeuron> worst_neurons(const Calibration& calibration, const Target& target, std::size_t count) {
  std::map<Place, WorstNeuron> by_place;
  for (const CalibratedCurve& curve : calibration.curves) {
    WorstNeuron& worst = by_place[{curve.core, curve.column}];
    worst.core = curve.core;
    worst.column = curve.column;
    if (curve.state == CalibrationState::kDead) {
      worst.state = CalibrationState::kDead;
      continue;
    }
    const Lsb code = judged_code(curve);
    const double error = std::abs(curve.error(code) / curve.value(code));
    const bool is_worse = curve.state == CalibrationState::kGood
                              ? worst.state == CalibrationState::kGood && error > worst.error
                              : worst.state == CalibrationState::kGood;
    if (!is_worse) continue;
    worst.kind = curve.kind;
    worst.range = curve.range;
    worst.state = curve.state;
    worst.error = error;
    worst.deviation = curve.value(code) / target.dac(curve.kind).value(code, curve.range) - 1;
  }
  std::vector<WorstNeuron> list;
  list.reserve(by_place.size());
  for (const auto& [place, worst] : by_place) list.push_back(worst);
  const auto rank = [](const WorstNeuron& neuron) { return std::tuple(static_cast<int>(neuron.state), neuron.error); };
  std::stable_sort(list.begin(), list.end(),
                   [&](const WorstNeuron& a, const WorstNeuron& b) { return rank(a) > rank(b); });
  list.resize(std::min(count, list.size()));
  return list;
}

namespace {

constexpr double kSignificant = 4;  // standard errors
constexpr double kRelevant = 0.01;

/// Adds one element that was measured twice; `unit` makes its difference relative.
void add_drift(Drift& drift, double before, double after, double error, double unit) {
  const double moved = (after - before) / unit;
  ++drift.count;
  drift.rms += moved * moved;
  drift.expected += error * error / (unit * unit);
  if (std::abs(moved) > kSignificant * error / std::abs(unit) && std::abs(moved) > kRelevant) ++drift.beyond;
}

std::set<Place> dead_of(const Calibration& calibration) {
  std::set<Place> dead;
  for (const CalibratedCurve& curve : calibration.curves) {
    if (curve.state == CalibrationState::kDead) dead.emplace(curve.core, curve.column);
  }
  return dead;
}

}  // namespace

std::vector<Drift> compare(const Calibration& before, const Calibration& after) {
  std::map<std::string, Drift> by_name;
  std::map<std::tuple<ParameterKind, std::uint32_t, std::uint32_t, int>, const CalibratedCurve*> curves;
  for (const CalibratedCurve& curve : before.curves) {
    if (curve.state == CalibrationState::kGood) curves[{curve.kind, curve.core, curve.column, curve.range}] = &curve;
  }
  for (const CalibratedCurve& curve : after.curves) {
    const auto found = curves.find({curve.kind, curve.core, curve.column, curve.range});
    if (curve.state != CalibrationState::kGood || found == curves.end()) continue;
    const Lsb code = judged_code(curve);
    const double value = found->second->value(code);
    add_drift(by_name[std::string(record_of(curve.kind).name)], value, curve.value(code),
              std::hypot(curve.error(code), found->second->error(code)), value);
  }
  std::map<std::tuple<OffsetKind, std::uint32_t, std::uint32_t>, const CalibratedOffset*> offsets;
  for (const CalibratedOffset& offset : before.offsets) offsets[{offset.kind, offset.core, offset.column}] = &offset;
  for (const CalibratedOffset& offset : after.offsets) {
    const auto found = offsets.find({offset.kind, offset.core, offset.column});
    if (found == offsets.end()) continue;
    constexpr double kLsbPerFullScale = 127;  // of the offset of a read-out, about
    add_drift(by_name[fmt::format("offset {}", name_of(offset.kind))], found->second->value, offset.value,
              std::hypot(offset.error, found->second->error), offset.kind == OffsetKind::kAdc ? kLsbPerFullScale : 1.0);
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, const CalibratedRateCircuit*> circuits;
  for (const CalibratedRateCircuit& circuit : before.rate_circuits) circuits[{circuit.core, circuit.column}] = &circuit;
  for (const CalibratedRateCircuit& circuit : after.rate_circuits) {
    const auto found = circuits.find({circuit.core, circuit.column});
    if (found == circuits.end()) continue;
    const CalibratedRateCircuit& was = *found->second;
    add_drift(by_name["rate slope"], was.slope, circuit.slope, std::sqrt(was.covariance[0] + circuit.covariance[0]),
              was.slope);
    add_drift(by_name["rate amplitude"], was.amplitude, circuit.amplitude,
              std::sqrt(was.covariance[3] + circuit.covariance[3]), was.amplitude);
  }
  std::vector<Drift> list;
  for (auto& [name, drift] : by_name) {
    drift.name = name;
    drift.rms = std::sqrt(drift.rms / static_cast<double>(drift.count));
    drift.expected = std::sqrt(drift.expected / static_cast<double>(drift.count));
    list.push_back(drift);
  }
  const std::set<Place> was_dead = dead_of(before);
  Drift died{"dead neurons", was_dead.size(), 0, 0, 0};
  for (const Place& place : dead_of(after)) died.beyond += was_dead.contains(place) ? 0U : 1U;
  list.push_back(died);
  return list;
}

}  // namespace vle::calibration
