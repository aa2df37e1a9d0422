#include <cmath>
#include <numbers>

#include "routine.hpp"
#include "sine_wave.hpp"
#include "wave_height.hpp"

namespace vle::calibration {
namespace {

/// The pole behind both leads: a sine on one synapse, and r, which with a lead of 1 is the input behind the pole.
class LeadPole final : public Routine {
 public:
  std::string_view name() const override { return "lead_pole"; }
  std::vector<std::string_view> needs() const override { return {"column_gain", "membrane"}; }
  std::vector<Signal> watched() const override { return {Signal::kR}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    // In sub-steps: what is shorter lets nearly everything through within one.
    constexpr double kShortest = 0.35;
    const Dac& dac = bench.target().dac(ParameterKind::kLeadPole);
    PointTable table(dac, findings.neurons());
    for (int range = 0; range < static_cast<int>(dac.range_factors.size()); ++range) {
      for (const double share : {0.0, 0.4, 0.8}) {
        const double low = dac.min_code + dac.offset;
        const double code = low * std::pow((dac.max_code + dac.offset) / low, share) - dac.offset;
        const Setting setting{Lsb{static_cast<int>(std::lround(code))}, range};
        if (dac.value(setting.code, range) < kShortest * bench.target().substep().value) continue;
        if (Result<> done = measure(bench, effort, setting, findings, table); !done) return done;
      }
    }
    table.fit(ParameterKind::kLeadPole, 0, findings);
    return {};
  }

 private:
  static Result<> measure(Bench& bench, double effort, const Setting& setting, const Findings& findings,
                          PointTable& table) {
    constexpr double kAmplitude = 0.3;  // full scales
    constexpr double kSamples = 600;
    const Target& target = bench.target();
    const double substep = target.substep().value;
    const double pole = target.dac(ParameterKind::kLeadPole).value(setting.code, setting.range);
    const double bandwidth = target.lead_bandwidth.value;
    const double own_pole = bandwidth > 0 ? 1 / (2 * std::numbers::pi * bandwidth) : 0;  // of the lead itself: it adds
    const DacSetting tau = nearest_setting(target.dac(ParameterKind::kTauU), 4 * pole);
    const DacSetting lead = nearest_setting(target.dac(ParameterKind::kLeadU), 1);
    const DacSetting gain = nearest_setting(target.dac(ParameterKind::kColumnGain), 1);
    const Dac& weight = target.dac(ParameterKind::kWeight);
    const SinePlan plan = plan_sine(bench, pole, std::max(pole, tau.value), 1, 2, effort * kSamples);
    Probe probe(target, plan.substeps, 1);
    probe.set(ParameterKind::kTauU, tau.code, tau.range);
    probe.set(ParameterKind::kLeadU, lead.code, lead.range);
    probe.set(ParameterKind::kColumnGain, gain.code, gain.range);
    probe.set(ParameterKind::kLeadPole, setting.code, setting.range);
    probe.use_lead_pole();
    probe.drive_row(0, 0);
    probe.set_row(ParameterKind::kWeight, 0, Lsb{weight.max_code});
    if (Result<> loaded = bench.load(probe); !loaded) return loaded;
    const auto record =
        record_sine(bench, plan, kAmplitude, Entry::kInput, {Signal::kU, Signal::kR}, findings.neurons());
    if (!record) return tl::unexpected(record.error());
    const std::complex<double> turned = std::conj(record->stimulus) / std::abs(record->stimulus);
    const auto known = [&](ParameterKind kind, std::size_t neuron, const DacSetting& at) {
      const double value = findings.value(kind, neuron, at.code, at.range);
      return Known{value, value * findings.relative_error(kind, neuron, at.code, at.range)};
    };
    for (std::size_t neuron = 0; neuron < findings.neurons() && !bench.is_rehearsing(); ++neuron) {
      if (findings.dead[neuron]) continue;
      SineModel model;
      model.tau = known(ParameterKind::kTauU, neuron, tau);
      model.tau = {model.tau.value / substep, model.tau.error / substep};
      model.lead = known(ParameterKind::kLeadU, neuron, lead);
      const Known height = height_through_synapse(findings, neuron, std::abs(record->stimulus), gain);
      const double height_error = std::hypot(height.error, height.value * bench.level_error(kAmplitude));
      model.height = {height.value / bench.adc_lsb(), height_error / bench.adc_lsb()};
      model.pole = {(pole + own_pole) / substep};
      model.path = output_path_of(target, neuron % findings.columns());
      model.range = target.ota_range / bench.adc_lsb();
      model.noise = noise_of(target);
      const Constants found = model.fit(plan, record->answers[0][neuron] * turned, record->answers[1][neuron] * turned);
      if (!found.good) continue;
      table.add(neuron, setting, found.pole_substeps * substep - own_pole, found.pole_error * substep);
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Routine> make_lead_pole() {
  return std::make_unique<LeadPole>();
}

}  // namespace vle::calibration
