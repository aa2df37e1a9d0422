#include <cmath>
#include <numbers>

#include "passes.hpp"

namespace vle {
namespace {

/// Codes one neuron parameter of one population: writes registers, keeps the ledger.
class NeuronCoder {
 public:
  NeuronCoder(const PlacedPopulation& population, ParameterKind kind, std::string unit, ParameterMap& map,
              const RegisterLayout& layout)
      : population_(population), dac_(map.target.dac(kind)), map_(map), layout_(layout) {
    block_.owner = population.name;
    block_.kind = kind;
    block_.unit = std::move(unit);
  }

  /// `target` in model units; one chip unit is `model_per_chip` model units.
  void add(double target, double model_per_chip) {
    const std::size_t neuron = block_.target.size();
    const DacSetting setting = nearest_setting(dac_, target / model_per_chip);
    const Site site = population_.sites[neuron];
    map_.image[layout_.address(site.core, block_.kind, site.column)] = to_word(dac_, setting.code, setting.range);
    block_.target.push_back(target);
    block_.code.push_back(setting.code.code);
    if (dac_.range_factors.size() > 1) block_.range.push_back(static_cast<std::uint8_t>(setting.range));
    block_.realised.push_back(setting.value * model_per_chip);
    if (setting.clipped) block_.losses.push_back({static_cast<std::uint32_t>(neuron), LossReason::kClipped});
  }

  void finish() { map_.ledger.push_back(std::move(block_)); }

 private:
  const PlacedPopulation& population_;
  const Dac& dac_;
  ParameterMap& map_;
  const RegisterLayout& layout_;
  LedgerBlock block_;
};

/// Share of the distance to its input that a low pass goes in one sub-step.
double step_share(double tau, double substep) {
  return -std::expm1(-substep / tau);
}

}  // namespace

void quantise_neurons(const Network& network, const Scales& scales, ParameterMap& map) {
  const RegisterLayout layout(map.target, map.geometry);
  const double substep = map.timing.substep_model_seconds();
  const double speed_up = map.timing.speed_up;
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const Population& population = network.populations[p];
    const SignalScales& scale = scales.populations[p];
    const std::vector<double>& tau_v = population.tau_v.empty() ? population.tau_r : population.tau_v;
    const auto lead = [&](const std::vector<double>& given, std::size_t i, double above, double below) {
      return given.empty() ? step_share(above, substep) / step_share(below, substep) : given[i];
    };
    const auto code = [&](ParameterKind kind, const char* unit, double model_per_chip, const auto& target_of) {
      NeuronCoder coder(map.populations[p], kind, unit, map, layout);
      for (std::size_t i = 0; i < population.tau_m.size(); ++i) coder.add(target_of(i), model_per_chip);
      coder.finish();
    };
    code(ParameterKind::kTauU, "s", speed_up, [&](std::size_t i) { return population.tau_m[i]; });
    // The lead ratios that invert the low passes at this sub-step (SCIENCE.md 5): a/b and b/a.
    code(ParameterKind::kLeadU, "1", 1,
         [&](std::size_t i) { return lead(population.lead_u, i, population.tau_m[i], tau_v[i]); });
    code(ParameterKind::kTauV, "s", speed_up, [&](std::size_t i) { return tau_v[i]; });
    code(ParameterKind::kLeadV, "1", 1,
         [&](std::size_t i) { return lead(population.lead_v, i, tau_v[i], population.tau_m[i]); });
    code(ParameterKind::kBias, "1", 1 / scale.membrane, [&](std::size_t i) { return population.bias[i]; });
    code(ParameterKind::kG0, "1", 1, [&](std::size_t i) { return population.g0[i]; });
    code(ParameterKind::kG1, "1", 1, [&](std::size_t i) { return population.g1[i]; });
    code(ParameterKind::kGamma, "1", scale.error / scale.membrane, [&](std::size_t) { return population.gamma; });
    double beta = 0;
    for (const Output& output : network.outputs) {
      if (output.population == static_cast<std::int64_t>(p)) beta = output.beta;
    }
    if (map.populations[p].is_output) {
      code(ParameterKind::kBeta, "1", scale.rate / scale.error, [&](std::size_t) { return beta; });
    }
    if (network.lead_bandwidth > 0) {
      const double tau = 1 / (2 * std::numbers::pi * network.lead_bandwidth);
      code(ParameterKind::kLeadPole, "s", speed_up, [&](std::size_t) { return tau; });
    }
  }
}

}  // namespace vle
