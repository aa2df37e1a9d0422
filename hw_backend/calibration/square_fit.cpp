#include "square_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "relaxation.hpp"

namespace vle::calibration {
namespace {

constexpr int kSignalsPerMoment = 2;

bool is_known(const Known& known) {
  return std::isfinite(known.error);
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

SampleNoise noise_of(const Target& target) {
  constexpr double kBoltzmann = 1.380649e-23;  // J/K
  constexpr double kRounding = 1.0 / 12;
  const ThermalNoise& noise = target.noise;
  const double lsb = target.readout_adc.range / CodeFormat{target.readout_adc.bits, true}.maximum();
  const double volts = std::sqrt(noise.noise_factor * kBoltzmann * noise.temperature_kelvin / noise.capacitance_farads);
  return {std::sqrt(noise.adc_sigma_lsb * noise.adc_sigma_lsb + kRounding), volts / target.full_scale.value / lsb};
}

SquareFit::SquareFit(const SquareRecord& record, const SquarePlan& plan, std::size_t neuron, std::size_t neurons)
    : record_(record), plan_(plan) {
  for (std::size_t k = 0; k < record.moments.size(); ++k) {
    compartment_.push_back(record.mean[0][k * neurons + neuron]);
    output_.push_back(record.mean[1][k * neurons + neuron]);
  }
}

namespace {

/// A compartment and its output in the periodic state of a square wave. Sub-step n of a level is the state after n
/// sub-steps of it; what lies before its beginning belongs to the other level.
class PeriodicWave {
 public:
  PeriodicWave(const Relaxation& relaxation, double height, std::int64_t high, std::int64_t low, bool fine)
      : relaxation_(relaxation), height_(height), substeps_{low, high} {
    // The distance at an edge follows from itself: after one level the compartment is as far from the other one as it
    // then relaxes to be from the first.
    constexpr int kRounds = 12;  // each of them multiplies what is wrong by exp(-6)
    double rise = height;
    double fall = 0;
    for (int round = 0; round < kRounds; ++round) {
      fall = relaxation.after(rise, static_cast<double>(high)) - height;
      const double next = relaxation.after(fall, static_cast<double>(low)) + height;
      const bool settled = std::abs(next - rise) <= 1e-9 * std::abs(height);
      rise = next;
      if (settled) break;
    }
    start_ = {fall, rise};
    if (!fine) return;
    for (int round = 0; round < 2; ++round) {
      relaxation.follow(start_[1], static_cast<std::size_t>(high), path_[1]);
      start_[0] = path_[1].back() - height;
      relaxation.follow(start_[0], static_cast<std::size_t>(low), path_[0]);
      start_[1] = path_[0].back() + height;
    }
  }

  double level(bool high) const { return high ? height_ / 2 : -height_ / 2; }

  /// Compartment and output as the read-out samples them at sub-step n of a level.
  struct Sample {
    double compartment = 0;
    double output = 0;
  };
  Sample at(bool high, std::int64_t n, double lead, const OutputPath& path) const {
    const Past past = n >= kBack && path_[0].empty() ? relax(high, n) : look_up(high, n);
    std::array<double, kBack> led{};  // now, one sub-step before, two before
    for (std::size_t k = 0; k < led.size(); ++k) led[k] = past.state[k + 1] + lead * past.drive[k + 1];
    const auto lagged = [&](std::size_t k) { return led[k] - path.lag * (led[k] - led[k + 1]); };
    const auto sampled = [&](double now, double before) { return now + path.early * (before - now); };
    return {sampled(past.state[0], past.state[1]), sampled(lagged(0), lagged(1))};
  }

 private:
  static constexpr std::int64_t kBack = 3;
  /// The compartment's state n, n - 1, .. sub-steps into a level, and the drive from each.
  struct Past {
    std::array<double, kBack + 1> state{};
    std::array<double, kBack + 1> drive{};
  };

  Past relax(bool high, std::int64_t n) const {
    Past past;
    double distance = relaxation_.after(start_[high ? 1 : 0], static_cast<double>(n - kBack));
    for (std::size_t k = kBack + 1; k-- > 0;) {
      past.state[k] = level(high) - distance;
      past.drive[k] = k > 0 ? relaxation_.drive(distance) : 0;
      if (k > 0) distance = relaxation_.next(distance, past.drive[k]);
    }
    return past;
  }
  /// The same where the other level may have to be asked: the state of an edge is the end of what lies before it, but
  /// the drive from it is that of the new level.
  Past look_up(bool high, std::int64_t n) const {
    Past past;
    for (std::size_t k = 0; k < past.state.size(); ++k) {
      std::int64_t at = n - static_cast<std::int64_t>(k);
      bool own = high;
      while (at < 0) {
        own = !own;
        at += substeps_[own ? 1 : 0];
      }
      const double distance = distance_at(own, at);
      past.state[k] = level(own) - distance;
      past.drive[k] = k > 0 ? relaxation_.drive(distance) : 0;
    }
    return past;
  }
  double distance_at(bool high, std::int64_t n) const {
    const std::vector<double>& path = path_[high ? 1 : 0];
    if (!path.empty()) return path[static_cast<std::size_t>(n)];
    return relaxation_.after(start_[high ? 1 : 0], static_cast<double>(n));
  }

  const Relaxation& relaxation_;
  double height_;
  std::array<std::int64_t, 2> substeps_;  ///< of the low and of the high level
  std::array<double, 2> start_{};         ///< distance right after the edge
  std::array<std::vector<double>, 2> path_;
};

}  // namespace

OutputPath output_path_of(const Target& target, std::size_t column) {
  OutputPath path;
  const double substep = target.substep().value;
  const double bandwidth = target.lead_bandwidth.value;
  if (bandwidth > 0) path.lag = std::exp(-substep * 2 * std::numbers::pi * bandwidth);
  const double scan = static_cast<double>(target.columns - 1) - static_cast<double>(column);
  path.early = std::min(1.0, scan * target.readout_adc.errors.skew_seconds / substep);
  return path;
}

void SquareFit::residuals(const Eigen::VectorXd& x, double compartment, double output, Eigen::VectorXd& out) const {
  constexpr double kMostTau = 12;  // exp(12) sub-steps: keeps a search within numbers
  const double tau_substeps = std::exp(std::clamp(x[0], -3.0, kMostTau));
  const Relaxation relaxation(tau_substeps, range);
  constexpr double kFine = 40;  // below so many sub-steps, each is followed by itself
  const PeriodicWave wave(relaxation, x[2], plan_.high * plan_.substeps, plan_.low * plan_.substeps,
                          tau_substeps < kFine);
  const double own_gain = gain.error > 0 ? x[5] : gain.value;
  Eigen::Index row = 0;
  for (std::size_t k = 0; k < compartment_.size(); ++k) {
    const bool high = record_.moments[k] < plan_.high;
    const std::int64_t n = (record_.moments[k] - (high ? 0 : plan_.high) + 1) * plan_.substeps;
    const double weight = std::sqrt(record_.count[k]);
    const PeriodicWave::Sample sample = wave.at(high, n, x[1], path);
    out[row++] = (x[3] + sample.compartment - compartment_[k]) * weight / compartment;
    out[row++] = (x[4] + own_gain * sample.output - output_[k]) * weight / output;
  }
  out[row++] = (x[2] - height.value) / height.error;
  if (is_known(tau)) out[row++] = (x[0] - std::log(tau.value)) * tau.value / tau.error;
  if (gain.error > 0) out[row++] = (x[5] - gain.value) / gain.error;
}

// What a parameter makes of noise in the samples and of errors in what was known. Read-out noise is independent from
// sample to sample. Thermal noise is one Ornstein-Uhlenbeck process that both signals see: sum_ij a_i a_j rho^|i-j|
// over the samples of a trial.
SquareFit::Variance SquareFit::variance(const ModelFit& fitted, Eigen::Index parameter, double compartment,
                                        double output) const {
  const auto row = fitted.sensitivity.row(parameter);
  const auto sampled = static_cast<Eigen::Index>(kSignalsPerMoment * record_.moments.size());
  double own = 0;
  for (Eigen::Index k = 0; k < sampled; ++k) {
    const double scale = noise.readout / (k % kSignalsPerMoment == 0 ? compartment : output);
    own += row[k] * row[k] * scale * scale;
  }
  const double transfer = (gain.error > 0 ? fitted.parameters[5] : gain.value) * (1 - fitted.parameters[1]);
  const double rho = std::exp(-static_cast<double>(plan_.every * plan_.substeps) / std::exp(fitted.parameters[0]));
  double squares = 0;
  double crossed = 0;
  double carried = 0;
  for (const std::size_t moment : record_.order) {
    const auto k = static_cast<Eigen::Index>(kSignalsPerMoment * moment);
    const double a = (row[k] / compartment + row[k + 1] * transfer / output) / std::sqrt(record_.count[moment]);
    squares += a * a;
    crossed += a * carried;
    carried = rho * (carried + a);
  }
  const double trials = static_cast<double>(plan_.trials);
  return {fitted.excess * (own + noise.thermal * noise.thermal * trials * (squares + 2 * crossed)),
          row.tail(row.size() - sampled).squaredNorm()};
}

Constants SquareFit::fit(double lead) const {
  const double compartment = std::hypot(noise.readout, noise.thermal);
  const double output = std::hypot(noise.readout, gain.value * (1 - lead) * noise.thermal);
  Eigen::VectorXd start(gain.error > 0 ? 6 : 5);
  start.head(5) << std::log(tau.value), lead, height.value, mean_of(compartment_), mean_of(output_);
  if (gain.error > 0) start[5] = gain.value;
  const int points = static_cast<int>(kSignalsPerMoment * compartment_.size()) + 1 + (is_known(tau) ? 1 : 0) +
                     (gain.error > 0 ? 1 : 0);
  const ModelFit fitted = fit_model(
      [&](const Eigen::VectorXd& x, Eigen::VectorXd& out) { residuals(x, compartment, output, out); }, start, points);
  Constants constants;
  if (!fitted.converged) return constants;
  const Variance of_tau = variance(fitted, 0, compartment, output);
  const Variance of_lead = variance(fitted, 1, compartment, output);
  constants.tau_substeps = std::exp(fitted.parameters[0]);
  constants.tau_error = constants.tau_substeps * std::sqrt(of_tau.noise + of_tau.known);
  constants.lead = fitted.parameters[1];
  constants.lead_error = std::sqrt(of_lead.noise);
  constants.lead_shared = std::sqrt(of_lead.known);
  constants.good = std::isfinite(constants.tau_error) && std::isfinite(constants.lead_error);
  return constants;
}

}  // namespace vle::calibration
