#include <algorithm>
#include <cmath>
#include <limits>

#include "routine.hpp"
#include "step_response.hpp"

namespace vle::calibration {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::infinity();

/// A time constant and a lead ratio that are measured together.
struct Pair {
  Setting tau;
  Setting lead;
};

/// Codes of the time constant range by range, each with one of the lead: both converters are seen over their whole
/// span. A reciprocal converter is measured at even steps of the logarithm.
std::vector<Pair> pairs_of(const Dac& tau, const Dac& lead) {
  constexpr int kCodes = 4;
  std::vector<Setting> taus;
  for (int range = 0; range < static_cast<int>(tau.range_factors.size()); ++range) {
    for (int k = 0; k < kCodes; ++k) {
      const double share = static_cast<double>(k) / (kCodes - 1);
      const double low = tau.min_code + tau.offset;
      const double high = tau.max_code + tau.offset;
      const double code = tau.kind == Dac::Kind::kReciprocal ? low * std::pow(high / low, share) - tau.offset
                                                             : tau.min_code + share * (tau.max_code - tau.min_code);
      taus.push_back({Lsb{std::clamp(static_cast<int>(std::lround(code)), tau.min_code, tau.max_code)}, range});
    }
  }
  // Large leads amplify the noise of the compartment, which lasts as long as its time constant: they go with the first
  // range, and small leads with the last.
  std::vector<Setting> leads = settings_of(lead);
  std::sort(leads.begin(), leads.end(), [&](const Setting& a, const Setting& b) {
    return std::abs(lead.value(a.code, a.range)) > std::abs(lead.value(b.code, b.range));
  });
  std::vector<Pair> pairs;
  for (std::size_t k = 0; k < std::max(taus.size(), leads.size()); ++k) {
    pairs.push_back({taus[k % taus.size()], leads[k % leads.size()]});
  }
  return pairs;
}

/// Full scales of a pulse such that neither the compartment nor its lead leaves the rails.
double amplitude_for(double lead) {
  constexpr double kLargest = 0.5;
  constexpr double kLeadPeak = 0.7;
  return std::min(kLargest, kLeadPeak / std::max(1.0, std::abs(lead)));
}

/// Distance of a compartment from its input, step by step: its leak amplifier has the linear range R (0: unlimited).
class Relaxation {
 public:
  Relaxation(double tau_substeps, double range) : decay_(std::exp(-1 / tau_substeps)), range_(range) {}

  /// What the leak amplifier sees of a distance.
  double drive(double distance) const { return range_ > 0 ? range_ * std::tanh(distance / range_) : distance; }

  /// Fills path[n] = distance after n sub-steps.
  void follow(double distance, std::size_t substeps, std::vector<double>& path) const {
    path.resize(substeps + 1);
    path[0] = distance;
    for (std::size_t n = 1; n <= substeps; ++n) path[n] = path[n - 1] - (1 - decay_) * drive(path[n - 1]);
  }

  /// The same at once, for many sub-steps: sinh(x / R) decays as exp(-n / tau).
  double after(double distance, double substeps) const {
    const double share = std::pow(decay_, substeps);
    return range_ > 0 ? range_ * std::asinh(std::sinh(distance / range_) * share) : distance * share;
  }

 private:
  double decay_;
  double range_;
};

/// Distances at the moments of a pulse of height 1 * `step`, and one sub-step before each.
struct Distances {
  std::vector<double> now;
  std::vector<double> before;
};

Distances distances_of(const Relaxation& relaxation, const std::vector<Moment>& moments, double step, std::int64_t hold,
                       bool fine) {
  Distances distances;
  distances.now.resize(moments.size());
  distances.before.resize(moments.size());
  std::vector<double> up;
  std::vector<double> down;
  double fall = 0;
  if (fine) {
    relaxation.follow(step, static_cast<std::size_t>(hold), up);
    relaxation.follow(up.back() - step, static_cast<std::size_t>(hold), down);
  } else {
    fall = relaxation.after(step, static_cast<double>(hold)) - step;
  }
  for (std::size_t k = 0; k < moments.size(); ++k) {
    if (moments[k].edge == 0) continue;
    const bool high = moments[k].edge == 1;
    const auto n = static_cast<std::size_t>(moments[k].substeps);
    if (fine) {
      distances.now[k] = (high ? up : down)[n];
      distances.before[k] = (high ? up : down)[n - 1];
    } else {
      distances.now[k] = relaxation.after(high ? step : fall, static_cast<double>(n));
      distances.before[k] = relaxation.after(high ? step : fall, static_cast<double>(n) - 1);
    }
  }
  return distances;
}

/// What a fit of one neuron gives.
struct Constants {
  double tau_substeps = 0;
  double tau_error = 0;
  double lead = 0;
  double lead_error = 0;
  bool good = false;
};

/// A number that is known before the fit, with its standard error.
struct Known {
  double value = 0;
  double error = kUnknown;
};

/// One neuron's recorded pulse with the model that explains it. Parameters: log of tau, lead, height of the step, both
/// base lines and, for the error compartment, g1. In LSB.
class PulseFit {
 public:
  PulseFit(const PulseRecord& record, const PulsePlan& plan, std::size_t neuron, std::size_t neurons)
      : record_(record), hold_(plan.hold * plan.substeps) {
    for (std::size_t k = 0; k < record.moments.size(); ++k) {
      low_.push_back(record.mean[0][k * neurons + neuron]);
      high_.push_back(record.mean[1][k * neurons + neuron]);
    }
  }
  PulseFit(PulseRecord&&, const PulsePlan&, std::size_t, std::size_t) = delete;

  double range_lsb = 0;  ///< of the leak amplifier; 0: unlimited
  Known step;            ///< height, LSB
  Known gain{1, 0};      ///< g1; without error: not fitted
  double low_noise = 1;  ///< of one sample of the compartment and of its output, LSB
  double high_noise = 1;
  bool fine = false;  ///< follow each sub-step: for time constants of few of them

  Constants fit(double tau_start, double lead_start) const {
    Eigen::VectorXd start(gain.error > 0 ? 6 : 5);
    start.head(5) << std::log(tau_start), lead_start, step.value, base(low_), base(high_);
    if (gain.error > 0) start[5] = gain.value;
    const int points = static_cast<int>(2 * low_.size()) + (gain.error > 0 ? 2 : 1);
    const ModelFit fitted =
        fit_model([this](const Eigen::VectorXd& x, Eigen::VectorXd& out) { residuals(x, out); }, start, points);
    Constants constants;
    if (!fitted.converged) return constants;
    constants.tau_substeps = std::exp(fitted.parameters[0]);
    constants.tau_error = constants.tau_substeps * std::sqrt(fitted.covariance(0, 0));
    constants.lead = fitted.parameters[1];
    constants.lead_error = std::sqrt(fitted.covariance(1, 1));
    constants.good = std::isfinite(constants.tau_error) && std::isfinite(constants.lead_error) &&
                     constants.tau_error < 0.2 * constants.tau_substeps;
    return constants;
  }

 private:
  double base(const std::vector<double>& signal) const {
    for (std::size_t k = 0; k < signal.size(); ++k) {
      if (record_.moments[k].edge == 0) return signal[k];
    }
    return 0;
  }

  void residuals(const Eigen::VectorXd& x, Eigen::VectorXd& out) const {
    constexpr double kMostTau = 12;  // exp(12) sub-steps: keeps a search within numbers
    const double tau = std::exp(std::clamp(x[0], -3.0, kMostTau));
    const Relaxation relaxation(tau, range_lsb);
    const Distances distances = distances_of(relaxation, record_.moments, x[2], hold_, fine);
    const double own_gain = gain.error > 0 ? x[5] : gain.value;
    Eigen::Index row = 0;
    for (std::size_t k = 0; k < low_.size(); ++k) {
      const double level = record_.moments[k].edge == 1 ? x[2] : 0;
      const double weight = std::sqrt(record_.count[k]);
      const double lead = level - distances.before[k] + x[1] * relaxation.drive(distances.before[k]);
      out[row++] = (x[3] + level - distances.now[k] - low_[k]) * weight / low_noise;
      out[row++] = (x[4] + own_gain * lead - high_[k]) * weight / high_noise;
    }
    out[row++] = (x[2] - step.value) / step.error;
    if (gain.error > 0) out[row++] = (x[5] - gain.value) / gain.error;
  }

  const PulseRecord& record_;
  std::int64_t hold_;
  std::vector<double> low_;
  std::vector<double> high_;
};

/// Standard deviations of a sample, LSB. The noise of a compartment lasts for its time constant, so that samples of one
/// trial share it: their variance counts as often as samples fall into twice that time.
struct SampleNoise {
  double low = 1;
  double high = 1;
};

SampleNoise noise_of(const Target& target, const PulsePlan& plan, double tau_substeps, double lead, double adc_lsb) {
  constexpr double kBoltzmann = 1.380649e-23;  // J/K
  constexpr double kRounding = 1.0 / 12;
  const ThermalNoise& noise = target.noise;
  const double volts = std::sqrt(noise.noise_factor * kBoltzmann * noise.temperature_kelvin / noise.capacitance_farads);
  const double thermal = volts / target.full_scale.value / adc_lsb;
  const double shared = 1 + 2 * tau_substeps / static_cast<double>(plan.every * plan.substeps);
  const double readout = noise.adc_sigma_lsb * noise.adc_sigma_lsb + kRounding;
  const double led = (1 - lead) * thermal;
  return {std::sqrt(readout + thermal * thermal * shared), std::sqrt(readout + led * led * shared)};
}

/// Fits a pulse of every neuron and adds the two constants to the tables.
template <class Prepare>
void fit_all(const PulseRecord& record, const PulsePlan& plan, const Pair& pair, const Dac& tau, const Dac& lead,
             double adc_lsb, const Findings& findings, PointTable& taus, PointTable& leads, const Prepare& prepare) {
  const double substep = findings.target().substep().value;
  const double substeps = tau.value(pair.tau.code, pair.tau.range) / substep;
  const double ratio = lead.value(pair.lead.code, pair.lead.range);
  const SampleNoise noise = noise_of(findings.target(), plan, substeps, ratio, adc_lsb);
  for (std::size_t neuron = 0; neuron < findings.neurons(); ++neuron) {
    if (findings.dead[neuron]) continue;
    PulseFit fit(record, plan, neuron, findings.neurons());
    prepare(neuron, fit);
    constexpr double kFine = 40;
    fit.fine = substeps < kFine;
    fit.low_noise = noise.low;
    fit.high_noise = noise.high;
    const Constants constants = fit.fit(substeps, ratio);
    if (!constants.good) continue;
    taus.add(neuron, pair.tau, constants.tau_substeps * substep, constants.tau_error * substep);
    leads.add(neuron, pair.lead, constants.lead, constants.lead_error);
  }
}

/// tau_u and lead_u: a pulse on one synapse; u and r = u + lead drive.
class Membrane final : public Routine {
 public:
  std::string_view name() const override { return "membrane"; }
  std::vector<std::string_view> needs() const override { return {"responses", "column_gain"}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Target& target = bench.target();
    const Dac& tau = target.dac(ParameterKind::kTauU);
    const Dac& lead = target.dac(ParameterKind::kLeadU);
    const DacSetting gain = nearest_setting(target.dac(ParameterKind::kColumnGain), 1);
    const Lsb weight{target.dac(ParameterKind::kWeight).max_code};
    PointTable taus(tau, findings.neurons());
    PointTable leads(lead, findings.neurons());
    for (const Pair& pair : pairs_of(tau, lead)) {
      const PulsePlan plan = plan_pulse(bench, tau.value(pair.tau.code, pair.tau.range), effort);
      Probe probe(target, plan.substeps, 1);
      probe.set(ParameterKind::kTauU, pair.tau.code, pair.tau.range);
      probe.set(ParameterKind::kLeadU, pair.lead.code, pair.lead.range);
      probe.set(ParameterKind::kColumnGain, gain.code, gain.range);
      probe.drive_row(0, 0);
      probe.set_row(ParameterKind::kWeight, 0, weight);
      if (Result<> loaded = bench.load(probe); !loaded) return loaded;
      const double amplitude = amplitude_for(lead.value(pair.lead.code, pair.lead.range));
      const auto record = record_pulse(bench, plan, amplitude, false, {Signal::kU, Signal::kR}, findings.neurons());
      if (!record) return tl::unexpected(record.error());
      const double step = 2 * bench.on_grid(amplitude / 2) * target.dac(ParameterKind::kWeight).value(weight, 0);
      fit_all(*record, plan, pair, tau, lead, bench.adc_lsb(), findings, taus, leads,
              [&](std::size_t neuron, PulseFit& fit) {
                const double factor = findings.value(ParameterKind::kColumnGain, neuron, gain.code, gain.range) *
                                      findings.synapse_factor(ParameterKind::kWeight, neuron, 0);
                constexpr double kSynapse = 0.006;  // of one synapse's factor and gain together
                fit.range_lsb = target.ota_range / bench.adc_lsb();
                fit.step = {step * factor / bench.adc_lsb(), kSynapse * step / bench.adc_lsb()};
              });
    }
    taus.fit(ParameterKind::kTauU, 0, findings);
    leads.fit(ParameterKind::kLeadU, 0, findings);
    return {};
  }
};

/// tau_v and lead_v: a pulse on the target; v and e = g1 (v + lead (epsilon - v)).
class ErrorCompartment final : public Routine {
 public:
  std::string_view name() const override { return "error_compartment"; }
  std::vector<std::string_view> needs() const override { return {"responses", "beta", "g1"}; }

  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Target& target = bench.target();
    const Dac& tau = target.dac(ParameterKind::kTauV);
    const Dac& lead = target.dac(ParameterKind::kLeadV);
    const DacSetting beta = nearest_setting(target.dac(ParameterKind::kBeta), 1);
    const DacSetting gain = nearest_setting(target.dac(ParameterKind::kG1), 1);
    PointTable taus(tau, findings.neurons());
    PointTable leads(lead, findings.neurons());
    for (const Pair& pair : pairs_of(tau, lead)) {
      const PulsePlan plan = plan_pulse(bench, tau.value(pair.tau.code, pair.tau.range), effort);
      Probe probe(target, plan.substeps, 1);
      probe.set(ParameterKind::kTauV, pair.tau.code, pair.tau.range);
      probe.set(ParameterKind::kLeadV, pair.lead.code, pair.lead.range);
      probe.set(ParameterKind::kBeta, beta.code, beta.range);
      probe.set(ParameterKind::kG1, gain.code, gain.range);
      for (std::int64_t column = 0; column < probe.columns(); ++column) probe.listen_to_target(column, 0);
      if (Result<> loaded = bench.load(probe); !loaded) return loaded;
      const double amplitude = amplitude_for(lead.value(pair.lead.code, pair.lead.range));
      const auto record = record_pulse(bench, plan, amplitude, true, {Signal::kV, Signal::kE}, findings.neurons());
      if (!record) return tl::unexpected(record.error());
      const double step = 2 * bench.on_grid(amplitude / 2) / bench.adc_lsb();
      fit_all(*record, plan, pair, tau, lead, bench.adc_lsb(), findings, taus, leads,
              [&](std::size_t neuron, PulseFit& fit) {
                const double own = findings.value(ParameterKind::kBeta, neuron, beta.code, beta.range);
                fit.step = {step * own,
                            step * own * findings.relative_error(ParameterKind::kBeta, neuron, beta.code, beta.range)};
                const double g1 = findings.value(ParameterKind::kG1, neuron, gain.code, gain.range);
                fit.gain = {g1, g1 * findings.relative_error(ParameterKind::kG1, neuron, gain.code, gain.range)};
              });
    }
    taus.fit(ParameterKind::kTauV, 0, findings);
    leads.fit(ParameterKind::kLeadV, 0, findings);
    return {};
  }
};

}  // namespace

std::unique_ptr<Routine> make_membrane() {
  return std::make_unique<Membrane>();
}

std::unique_ptr<Routine> make_error_compartment() {
  return std::make_unique<ErrorCompartment>();
}

}  // namespace vle::calibration
