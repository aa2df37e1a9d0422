#include "drift_check.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace vle::calibration {
namespace {

constexpr Signal kWatched[] = {Signal::kS, Signal::kU, Signal::kR, Signal::kEpsilon, Signal::kV, Signal::kE};

Probe make_probe(const Target& target, std::int64_t substeps) {
  Probe probe(target, substeps, 1);
  for (const ParameterKind tau : {ParameterKind::kTauU, ParameterKind::kTauV}) {
    probe.set_near(tau, static_cast<double>(substeps) * target.substep().value);
  }
  for (const ParameterKind kind : {ParameterKind::kColumnGain, ParameterKind::kBackwardColumnGain, ParameterKind::kBeta,
                                   ParameterKind::kG0, ParameterKind::kLeadU, ParameterKind::kLeadV}) {
    probe.set_near(kind, 0.5);
  }
  probe.set_near(ParameterKind::kColumnGain, 1);
  probe.set_near(ParameterKind::kG1, 0.5);
  probe.set_near(ParameterKind::kGamma, 0.2);
  probe.drive_row(0, 0);
  probe.set_row(ParameterKind::kWeight, 0, Lsb{target.dac(ParameterKind::kWeight).max_code});
  for (std::int64_t column = 0; column < probe.columns(); ++column) probe.listen_to_target(column, 0);
  return probe;
}

double share_moved(const LevelMeans& before, const LevelMeans& after) {
  constexpr double kLeast = 0.5;  // LSB
  constexpr double kSignificant = 5;
  const double limit = std::max(kLeast, kSignificant * std::hypot(before.error, after.error));
  double moved = 0;
  for (std::size_t k = 0; k < before.mean.size(); ++k) {
    if (std::abs(after.mean[k] - before.mean[k]) > limit) moved += 1;
  }
  return moved / static_cast<double>(before.mean.size());
}

}  // namespace

Result<DriftSnapshot> look_for_drift(Bench& bench) {
  constexpr double kLevel = 0.4;
  DriftSnapshot snapshot;
  snapshot.signals.assign(std::begin(kWatched), std::end(kWatched));
  const Probe probe = make_probe(bench.target(), bench.substeps_per_sample(std::ssize(kWatched)));
  if (Result<> loaded = bench.load(probe); !loaded) return tl::unexpected(loaded.error());
  Bench::Levels levels;
  levels.inputs = {{kLevel}, {-kLevel}, {0.0}, {0.0}};
  levels.targets = {{0.0}, {0.0}, {kLevel}, {-kLevel}};
  levels.settle = 10;
  levels.samples = 32;
  levels.trials = 2;
  auto at_rest = bench.measure(levels, snapshot.signals);
  if (!at_rest) return tl::unexpected(at_rest.error());
  levels.settle = 0;
  levels.samples = 1;
  levels.trials = 64;
  auto moving = bench.measure(levels, snapshot.signals);
  if (!moving) return tl::unexpected(moving.error());
  snapshot.at_rest = std::move(*at_rest);
  snapshot.moving = std::move(*moving);
  return snapshot;
}

std::set<Signal> moved_signals(const DriftSnapshot& before, const DriftSnapshot& after) {
  constexpr double kTolerated = 0.005;  // share of neurons and levels
  std::set<Signal> moved;
  for (std::size_t k = 0; k < before.signals.size(); ++k) {
    const bool has_moved = share_moved(before.at_rest[k], after.at_rest[k]) > kTolerated ||
                           share_moved(before.moving[k], after.moving[k]) > kTolerated;
    if (has_moved) moved.insert(before.signals[k]);
  }
  return moved;
}

}  // namespace vle::calibration
