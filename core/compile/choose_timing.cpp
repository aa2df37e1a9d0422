#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "passes.hpp"

namespace vle {
namespace {

/// Speed-ups at which one time constant is within its converter's reach.
struct Bounds {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  std::string lowest;   ///< who asks for at least `low`
  std::string highest;  ///< who allows at most `high`

  void narrow(double tau, double shortest, double longest, const std::string& who) {
    if (const double least = tau / longest; least > low) {
      low = least;
      lowest = who;
    }
    if (const double most = tau / shortest; most < high) {
      high = most;
      highest = who;
    }
  }
};

Bounds bounds_of(const Network& network, const Target& target, const Placement& placement,
                 const ChipConverters& converters) {
  Bounds bounds;
  bounds.low = target.min_speed_up;
  bounds.high = target.max_speed_up;
  bounds.lowest = bounds.highest = fmt::format("the speed-up range of {}", target.name);
  const auto narrow = [&](std::size_t p, const char* name, const std::vector<double>& taus, ParameterKind kind) {
    const std::string& population = network.populations[p].name;
    for (std::size_t i = 0; i < taus.size(); ++i) {
      const Site site = placement.sites[p][i];
      bounds.narrow(taus[i], converters.min_value(kind, site.core, site.column),
                    converters.max_value(kind, site.core, site.column),
                    fmt::format("population \"{}\": {}[{}] = {:.6g} ms", population, name, i, taus[i] * 1e3));
    }
  };
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const Population& population = network.populations[p];
    narrow(p, "tau_m", population.tau_m, ParameterKind::kTauU);
    narrow(p, "tau_r", population.tau_v.empty() ? population.tau_r : population.tau_v, ParameterKind::kTauV);
  }
  if (network.lead_bandwidth > 0) {
    const Dac& dac = target.dac(ParameterKind::kLeadPole);
    bounds.narrow(1 / (2 * std::numbers::pi * network.lead_bandwidth), dac.min_value(), dac.max_value(),
                  fmt::format("lead_bandwidth_hertz = {:.6g}", network.lead_bandwidth));
  }
  return bounds;
}

Result<Timing> refuse(const Network& network, const Target& target, const Bounds& bounds, double substeps) {
  if (bounds.low > bounds.high) {
    return fail(
        ErrorCode::kDoesNotFit,
        "{} needs a speed-up of at least {:.6g}, but {} allows at most {:.6g}; {} reaches {:.4g}..{:.4g} us of chip "
        "time; bring the time constants nearer to each other",
        bounds.lowest, bounds.low, bounds.highest, bounds.high, target.name,
        target.dac(ParameterKind::kTauU).min_value() * 1e6, target.dac(ParameterKind::kTauU).max_value() * 1e6);
  }
  return fail(
      ErrorCode::kDoesNotFit,
      "dt = {:.6g} ms is {:.3g} sub-steps of {} ({:.4g} ns each) at speed-up {:.6g}, and no whole number of them "
      "within the speed-ups {:.6g} ({}) to {:.6g} ({}); change dt or the time constants",
      network.dt * 1e3, substeps, target.name, target.substep().value * 1e9, bounds.low, bounds.low, bounds.lowest,
      bounds.high, bounds.highest);
}

}  // namespace

Result<Timing> choose_timing(const Network& network, const Target& target, const Placement& placement,
                             const ChipConverters& converters, const CompileOptions& options) {
  constexpr double kRounding = 1e-9;  // so that an exact ratio is not lost to the last bit
  const Bounds bounds = bounds_of(network, target, placement, converters);
  const double substep = target.substep().value;
  const double wanted = options.speed_up.value_or(bounds.low);
  if (!std::isfinite(wanted) || wanted <= 0) {
    return fail(ErrorCode::kInvalidInput, "speed-up {} must be above 0", wanted);
  }
  const double exact = network.dt / (wanted * substep);
  const double substeps = std::max(1.0, options.speed_up ? std::round(exact) : std::floor(exact * (1 + kRounding)));
  const double speed_up = network.dt / (substeps * substep);
  if (bounds.low > bounds.high) return refuse(network, target, bounds, exact);
  if (speed_up < bounds.low * (1 - kRounding) || speed_up > bounds.high * (1 + kRounding)) {
    if (!options.speed_up) return refuse(network, target, bounds, exact);
    return fail(ErrorCode::kDoesNotFit,
                "speed-up {:.6g} (rounded to {:.6g}, {} sub-steps a step) is outside {:.6g} ({}) to {:.6g} ({})",
                wanted, speed_up, substeps, bounds.low, bounds.lowest, bounds.high, bounds.highest);
  }
  return Timing{network.dt, static_cast<std::int64_t>(substeps), speed_up};
}

}  // namespace vle
