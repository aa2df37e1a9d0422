#include <algorithm>
#include <cmath>

#include "converter_errors.hpp"
#include "routine.hpp"
#include "sine_wave.hpp"
#include "square_wave.hpp"
#include "wave_height.hpp"

namespace vle::calibration {
namespace {

constexpr double kLeastLevel = 0.45;  // of a stimulus, full scales: its converter's elements matter less then

/// Height of a square wave, full scales, whose lead stays within the rails: right after an edge a compartment is 0.95
/// heights from its input. `most`: what to aim at where the lead is small.
double height_for(double lead, double most) {
  constexpr double kPeak = 0.72;
  return std::min(most, kPeak / (0.5 + 0.95 * std::max(0.0, std::abs(lead) - 1)));
}

/// A time constant and a lead ratio that are measured together.
struct Point2 {
  Setting tau;
  Setting lead;
  double height = 0.6;   ///< full scales: the leak amplifier is then nearly linear
  double samples = 700;  ///< of each signal, at effort 1
};

/// Code at `share` of the span of a converter of time constants; reciprocal ones at even steps of the logarithm.
Lsb code_at(const Dac& tau, double share) {
  const double low = tau.min_code + tau.offset;
  const double high = tau.max_code + tau.offset;
  const double code = tau.kind == Dac::Kind::kReciprocal ? low * std::pow(high / low, share) - tau.offset
                                                         : tau.min_code + share * (tau.max_code - tau.min_code);
  return Lsb{std::clamp(static_cast<int>(std::lround(code)), tau.min_code, tau.max_code)};
}

/// Settings of the lead's range that holds 1, or is nearest to it: neither does it amplify noise nor vanish.
std::vector<Setting> moderate_leads(const Dac& lead) {
  const int range = nearest_setting(lead, 1).range;
  std::vector<Setting> settings = settings_of(lead);
  std::erase_if(settings, [range](const Setting& setting) { return setting.range != range; });
  return settings;
}

/// Codes of the time constant at these shares of each range's span, each with one of the moderate leads.
std::vector<Point2> tau_points(const Dac& tau, const Dac& lead, std::initializer_list<double> shares) {
  const std::vector<Setting> leads = moderate_leads(lead);
  std::vector<Point2> points;
  for (int range = 0; range < static_cast<int>(tau.range_factors.size()); ++range) {
    for (const double share : shares) {
      Point2 point{{code_at(tau, share), range}, leads[points.size() % leads.size()]};
      point.height = height_for(lead.value(point.lead.code, point.lead.range), point.height);
      points.push_back(point);
    }
  }
  return points;
}

/// The leads of the other ranges. Large ones amplify thermal noise, which lasts for the time constant: they go with one
/// as short as the read-out's interval, small ones with a longer one, and with as many samples as they need.
std::vector<Point2> lead_points(const Bench& bench, const Dac& tau, const Dac& lead) {
  constexpr double kWanted = 0.008;     // relative standard error of one point
  constexpr double kMeanSquare = 0.15;  // of the distance from the input over the wave, in squared heights
  constexpr double kLongest = 8;        // read-out intervals
  constexpr double kTallest = 1.4;
  constexpr double kMost = 8000;
  const double interval = static_cast<double>(bench.substeps_per_sample(2)) * bench.target().substep().value;
  const SampleNoise noise = noise_of(bench.target());
  std::vector<Point2> points;
  const int moderate = nearest_setting(lead, 1).range;
  for (const Setting& setting : settings_of(lead)) {
    if (setting.range == moderate) continue;
    const double value = std::abs(lead.value(setting.code, setting.range));
    const double top = std::abs(lead.value(Lsb{lead.max_code}, setting.range));
    const bool is_large = top > 2;
    if (!is_large && value < 0.5 * top) continue;  // says little that the larger codes do not say
    const DacSetting slow = nearest_setting(tau, interval * (is_large ? 1.0 : kLongest));
    const double height = height_for(value, kTallest);
    const double rho = std::exp(-interval / slow.value);
    const double thermal = (1 - value) * noise.thermal;
    const double variance = noise.readout * noise.readout + thermal * thermal * (1 + rho) / (1 - rho);
    const double swing = top * height / bench.adc_lsb();
    const double needed = variance / (kWanted * kWanted * swing * swing * kMeanSquare);
    points.push_back({{slow.code, slow.range}, setting, height, std::clamp(needed, 700.0, kMost)});
  }
  return points;
}

/// The two constants of a compartment: square waves and sines at codes of the time constant, then square waves at the
/// other codes of the lead.
class Compartment : public Routine {
 public:
  Result<> run(Bench& bench, double effort, Findings& findings) const override {
    const Dac& tau = bench.target().dac(tau_kind_);
    const Dac& lead = bench.target().dac(lead_kind_);
    PointTable taus(tau, findings.neurons());
    PointTable leads(lead, findings.neurons());
    for (const Point2& point : tau_points(tau, lead, {0.0, 0.5, 1.0})) {
      if (Result<> done = by_square(bench, effort, point, false, findings, taus, leads); !done) return done;
    }
    for (const Point2& point : tau_points(tau, lead, {0.25})) {
      if (Result<> done = by_sine(bench, effort, point, findings, taus, leads); !done) return done;
    }
    taus.fit(tau_kind_, 0, findings);
    for (const Point2& point : lead_points(bench, tau, lead)) {
      if (Result<> done = by_square(bench, effort, point, true, findings, taus, leads); !done) return done;
    }
    leads.fit(lead_kind_, 0, findings);
    return {};
  }

 protected:
  Compartment(ParameterKind tau, ParameterKind lead, Entry entry, std::vector<Signal> signals)
      : tau_kind_(tau), lead_kind_(lead), entry_(entry), signals_(std::move(signals)) {}

  /// How a wave gets to the compartment: its height as a stimulus, and the setting of the converter in between.
  struct Feed {
    double stimulus = 0;
    DacSetting setting;
  };
  virtual Feed feed(const Bench& bench, double height) const = 0;
  virtual void connect(const Feed& feed, Probe& probe) const = 0;
  /// Of the wave at the compartment, full scales; and of the output behind the lead.
  virtual Known height(const Feed& feed, const Findings& findings, std::size_t neuron) const = 0;
  virtual Known gain(const Findings& findings, std::size_t neuron) const = 0;
  /// Standard error of what reaches the output past the lead, per gain of the output.
  virtual double bypass(const Findings& findings) const = 0;

 private:
  Result<> load(Bench& bench, const Point2& point, std::int64_t substeps, const Feed& feed) const {
    Probe probe(bench.target(), substeps, 1);
    probe.set(tau_kind_, point.tau.code, point.tau.range);
    probe.set(lead_kind_, point.lead.code, point.lead.range);
    connect(feed, probe);
    return bench.load(probe);
  }

  /// `known`: the time constant was measured already, and only the lead is sought.
  Result<> by_square(Bench& bench, double effort, const Point2& point, bool known, const Findings& findings,
                     PointTable& taus, PointTable& leads) const {
    const Dac& dac = bench.target().dac(tau_kind_);
    const double nominal = dac.value(point.tau.code, point.tau.range);
    const SquarePlan plan = plan_square(bench, nominal, std::ssize(signals_), effort * point.samples);
    const Feed feed = this->feed(bench, point.height);
    if (Result<> loaded = load(bench, point, plan.substeps, feed); !loaded) return loaded;
    const auto record = record_square(bench, plan, feed.stimulus, entry_, signals_, findings.neurons());
    if (!record) return tl::unexpected(record.error());
    const double substep = bench.target().substep().value;
    const double lead = bench.target().dac(lead_kind_).value(point.lead.code, point.lead.range);
    for (std::size_t neuron = 0; neuron < findings.neurons() && !bench.is_rehearsing(); ++neuron) {
      if (findings.dead[neuron]) continue;
      SquareFit fit(*record, plan, neuron, findings.neurons());
      fit.tau = {nominal / substep};
      if (known) fit.tau = tau_of(findings, neuron, point.tau, substep);
      fit.height = height_in_lsb(bench, feed, findings, neuron);
      fit.gain = gain(findings, neuron);
      fit.range = bench.target().ota_range / bench.adc_lsb() * (entry_ == Entry::kInput ? 1 : 0);
      fit.noise = noise_of(bench.target());
      fit.path = output_path_of(bench.target(), neuron % findings.columns());
      const Constants found = fit.fit(lead);
      if (!found.good) continue;
      if (!known) taus.add(neuron, point.tau, found.tau_substeps * substep, found.tau_error * substep);
      leads.add(neuron, point.lead, found.lead, found.lead_error, lead_shared(found, findings));
    }
    return {};
  }

  Result<> by_sine(Bench& bench, double effort, const Point2& point, const Findings& findings, PointTable& taus,
                   PointTable& leads) const {
    const double nominal = bench.target().dac(tau_kind_).value(point.tau.code, point.tau.range);
    const SinePlan plan = plan_sine(bench, nominal, nominal, 0, std::ssize(signals_), effort * point.samples);
    const Feed feed = this->feed(bench, point.height);
    if (Result<> loaded = load(bench, point, plan.substeps, feed); !loaded) return loaded;
    const auto record = record_sine(bench, plan, feed.stimulus / 2, entry_, signals_, findings.neurons());
    if (!record) return tl::unexpected(record.error());
    const double substep = bench.target().substep().value;
    const std::complex<double> played = record->stimulus / feed.stimulus;
    for (std::size_t neuron = 0; neuron < findings.neurons() && !bench.is_rehearsing(); ++neuron) {
      if (findings.dead[neuron]) continue;
      SineModel model;
      model.tau = {nominal / substep};
      model.lead = {bench.target().dac(lead_kind_).value(point.lead.code, point.lead.range)};
      model.height = height_in_lsb(bench, feed, findings, neuron);
      model.height.value *= std::abs(played);
      model.height.error *= std::abs(played);
      model.gain = gain(findings, neuron);
      model.range = bench.target().ota_range / bench.adc_lsb() * (entry_ == Entry::kInput ? 1 : 0);
      model.noise = noise_of(bench.target());
      model.path = output_path_of(bench.target(), neuron % findings.columns());
      const std::complex<double> turned = std::conj(played) / std::abs(played);
      const Constants found = model.fit(plan, record->answers[0][neuron] * turned, record->answers[1][neuron] * turned);
      if (!found.good) continue;
      taus.add(neuron, point.tau, found.tau_substeps * substep, found.tau_error * substep);
      leads.add(neuron, point.lead, found.lead, found.lead_error, lead_shared(found, findings));
    }
    return {};
  }

  Known tau_of(const Findings& findings, std::size_t neuron, const Setting& setting, double substep) const {
    const double tau = findings.value(tau_kind_, neuron, setting.code, setting.range) / substep;
    return {tau, tau * findings.relative_error(tau_kind_, neuron, setting.code, setting.range)};
  }

  /// A path of gain g0 past the lead was a part of the gain when that was measured at rest, so that a wave sees
  /// (lead + g0) / (1 + g0): off by g0 (1 - lead).
  double lead_shared(const Constants& found, const Findings& findings) const {
    return std::hypot(found.lead_shared, bypass(findings) * (1 - found.lead));
  }

  /// Of the wave at the compartment, with what the stimulus converter's elements add to its error.
  Known height_in_lsb(const Bench& bench, const Feed& feed, const Findings& findings, std::size_t neuron) const {
    const Known known = height(feed, findings, neuron);
    const double error = std::hypot(known.error, known.value * bench.level_error(feed.stimulus / 2));
    return {known.value / bench.adc_lsb(), error / bench.adc_lsb()};
  }

  ParameterKind tau_kind_;
  ParameterKind lead_kind_;
  Entry entry_;
  std::vector<Signal> signals_;
};

/// tau_u and lead_u: a wave on one synapse; u and r = u + lead drive.
class Membrane final : public Compartment {
 public:
  Membrane() : Compartment(ParameterKind::kTauU, ParameterKind::kLeadU, Entry::kInput, {Signal::kU, Signal::kR}) {}
  std::string_view name() const override { return "membrane"; }
  std::vector<std::string_view> needs() const override { return {"responses", "column_gain"}; }
  std::vector<Signal> watched() const override { return {Signal::kU, Signal::kR}; }

 private:
  // A large lead asks for a wave of few codes of the input: the column gain makes it small instead.
  Feed feed(const Bench& bench, double height) const override {
    const double stimulus = 2 * bench.on_grid(std::max(kLeastLevel, height / 2));
    return {stimulus, nearest_setting(bench.target().dac(ParameterKind::kColumnGain), height / stimulus)};
  }
  void connect(const Feed& feed, Probe& probe) const override {
    probe.set(ParameterKind::kColumnGain, feed.setting.code, feed.setting.range);
    probe.drive_row(0, 0);
    probe.set_row(ParameterKind::kWeight, 0, Lsb{probe.map()->target.dac(ParameterKind::kWeight).max_code});
  }
  Known height(const Feed& feed, const Findings& findings, std::size_t neuron) const override {
    return height_through_synapse(findings, neuron, feed.stimulus, feed.setting);
  }
  Known gain(const Findings&, std::size_t) const override { return {1, 0}; }
  double bypass(const Findings&) const override { return 0; }
};

/// tau_v and lead_v: a wave on the target, through beta; v and e = g1 (v + lead (epsilon - v)).
class ErrorCompartment final : public Compartment {
 public:
  ErrorCompartment()
      : Compartment(ParameterKind::kTauV, ParameterKind::kLeadV, Entry::kTarget, {Signal::kV, Signal::kE}) {}
  std::string_view name() const override { return "error_compartment"; }
  std::vector<std::string_view> needs() const override { return {"responses", "beta", "g1"}; }
  std::vector<Signal> watched() const override { return {Signal::kV, Signal::kE}; }

 private:
  // As above, by beta.
  Feed feed(const Bench& bench, double height) const override {
    const double stimulus = 2 * bench.on_grid(std::max(kLeastLevel, height / 2));
    return {stimulus, nearest_setting(bench.target().dac(ParameterKind::kBeta), height / stimulus)};
  }
  void connect(const Feed& feed, Probe& probe) const override {
    const DacSetting gain = nearest_setting(probe.map()->target.dac(ParameterKind::kG1), 1);
    probe.set(ParameterKind::kBeta, feed.setting.code, feed.setting.range);
    probe.set(ParameterKind::kG1, gain.code, gain.range);
    for (std::int64_t column = 0; column < probe.columns(); ++column) probe.listen_to_target(column, 0);
  }
  Known height(const Feed& feed, const Findings& findings, std::size_t neuron) const override {
    const DacSetting& beta = feed.setting;
    const double value = feed.stimulus * findings.value(ParameterKind::kBeta, neuron, beta.code, beta.range);
    return {value, value * findings.relative_error(ParameterKind::kBeta, neuron, beta.code, beta.range)};
  }
  Known gain(const Findings& findings, std::size_t neuron) const override {
    const DacSetting setting = nearest_setting(findings.target().dac(ParameterKind::kG1), 1);
    const double value = findings.value(ParameterKind::kG1, neuron, setting.code, setting.range);
    return {value, value * findings.relative_error(ParameterKind::kG1, neuron, setting.code, setting.range)};
  }
  // e = g0 epsilon + g1 (v + lead (epsilon - v)): what is left of g0 at code 0.
  double bypass(const Findings& findings) const override {
    return error_of_zero(findings.target().dac(ParameterKind::kG0));
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
