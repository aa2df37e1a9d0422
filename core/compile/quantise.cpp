#include <cmath>
#include <numbers>

#include "passes.hpp"

namespace vle {
namespace {

/// Codes one neuron parameter of one population: writes registers, keeps the ledger.
class NeuronCoder {
 public:
  NeuronCoder(const PlacedPopulation& population, ParameterKind kind, std::string unit,
              const ChipConverters& converters, ParameterMap& map, const RegisterLayout& layout)
      : population_(population), dac_(map.target.dac(kind)), converters_(converters), map_(map), layout_(layout) {
    block_.owner = population.name;
    block_.kind = kind;
    block_.unit = std::move(unit);
  }

  /// `target` in model units; one chip unit is `model_units` of them.
  void add(double target, double model_units) {
    const std::size_t neuron = block_.target.size();
    const Site site = population_.sites[neuron];
    const DacSetting setting = converters_.nearest(block_.kind, site.core, site.column, target / model_units);
    map_.image[layout_.address(site.core, block_.kind, site.column)] = to_word(dac_, setting.code, setting.range);
    block_.target.push_back(target);
    block_.code.push_back(setting.code.code);
    if (dac_.range_factors.size() > 1) block_.range.push_back(static_cast<std::uint8_t>(setting.range));
    block_.realised.push_back(setting.value * model_units);
    if (!setting.clipped) return;
    const bool defective = converters_.is_defective(block_.kind, site.core, site.column);
    block_.losses.push_back(
        {static_cast<std::uint32_t>(neuron), defective ? LossReason::kDefect : LossReason::kClipped});
  }

  void finish() { map_.ledger.push_back(std::move(block_)); }

 private:
  const PlacedPopulation& population_;
  const Dac& dac_;
  const ChipConverters& converters_;
  ParameterMap& map_;
  const RegisterLayout& layout_;
  LedgerBlock block_;
};

/// Share of the distance to its input that a low pass goes in one sub-step.
double step_share(double tau, double substep) {
  return -std::expm1(-substep / tau);
}

}  // namespace

double model_per_chip(ParameterKind kind, const SignalScales& scales, double speed_up) {
  switch (kind) {
    case ParameterKind::kTauU:
    case ParameterKind::kTauV:
    case ParameterKind::kLeadPole:
      return speed_up;
    case ParameterKind::kBias:
      return 1 / scales.membrane;
    case ParameterKind::kGamma:
      return scales.error / scales.membrane;
    case ParameterKind::kBeta:
      return scales.rate / scales.error;
    default:
      return 1;
  }
}

void quantise_neurons(const Network& network, const Scales& scales, const ChipConverters& converters,
                      ParameterMap& map) {
  const RegisterLayout layout(map.target, map.geometry);
  const double substep = map.timing.substep_model_seconds();
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const Population& population = network.populations[p];
    const SignalScales& scale = scales.populations[p];
    const std::vector<double>& tau_v = population.tau_v.empty() ? population.tau_r : population.tau_v;
    const auto lead = [&](const std::vector<double>& given, std::size_t i, double above, double below) {
      return given.empty() ? step_share(above, substep) / step_share(below, substep) : given[i];
    };
    const auto code = [&](ParameterKind kind, const char* unit, const auto& target_of) {
      NeuronCoder coder(map.populations[p], kind, unit, converters, map, layout);
      const double model_units = model_per_chip(kind, scale, map.timing.speed_up);
      for (std::size_t i = 0; i < population.tau_m.size(); ++i) coder.add(target_of(i), model_units);
      coder.finish();
    };
    code(ParameterKind::kTauU, "s", [&](std::size_t i) { return population.tau_m[i]; });
    // The lead ratios that invert the low passes at this sub-step (SCIENCE.md 5): a/b and b/a.
    code(ParameterKind::kLeadU, "1",
         [&](std::size_t i) { return lead(population.lead_u, i, population.tau_m[i], tau_v[i]); });
    code(ParameterKind::kTauV, "s", [&](std::size_t i) { return tau_v[i]; });
    code(ParameterKind::kLeadV, "1",
         [&](std::size_t i) { return lead(population.lead_v, i, tau_v[i], population.tau_m[i]); });
    code(ParameterKind::kBias, "1", [&](std::size_t i) { return population.bias[i]; });
    code(ParameterKind::kG0, "1", [&](std::size_t i) { return population.g0[i]; });
    code(ParameterKind::kG1, "1", [&](std::size_t i) { return population.g1[i]; });
    code(ParameterKind::kGamma, "1", [&](std::size_t) { return population.gamma; });
    double beta = 0;
    for (const Output& output : network.outputs) {
      if (output.population == static_cast<std::int64_t>(p)) beta = output.beta;
    }
    if (map.populations[p].is_output) {
      code(ParameterKind::kBeta, "1", [&](std::size_t) { return beta; });
    }
    if (network.lead_bandwidth > 0) {
      const double tau = 1 / (2 * std::numbers::pi * network.lead_bandwidth);
      code(ParameterKind::kLeadPole, "s", [&](std::size_t) { return tau; });
    }
  }
}

}  // namespace vle
