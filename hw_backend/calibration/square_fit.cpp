#include "square_fit.hpp"

#include <cmath>
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

// The wave repeats, so the distance at its edges follows from itself: after the high level the compartment is as far
// from the low one as it then relaxes to be from the high one.
void SquareFit::distances(double tau_substeps, double step, std::vector<double>& now,
                          std::vector<double>& before) const {
  constexpr double kFine = 40;  // below so many sub-steps, each is followed by itself
  constexpr int kRounds = 12;   // the distance at an edge is found to exp(-2 * 3 * 12) of itself
  const Relaxation relaxation(tau_substeps, range);
  const auto high = static_cast<double>(plan_.high * plan_.substeps);
  const auto low = static_cast<double>(plan_.low * plan_.substeps);
  double rise = step;
  double fall = 0;
  for (int round = 0; round < kRounds; ++round) {
    fall = relaxation.after(rise, high) - step;
    const double next = relaxation.after(fall, low) + step;
    const bool settled = std::abs(next - rise) <= 1e-9 * std::abs(step);
    rise = next;
    if (settled) break;
  }
  const bool fine = tau_substeps < kFine;
  std::vector<double> up;
  std::vector<double> down;
  if (fine) {
    for (int round = 0; round < 2; ++round) {
      relaxation.follow(rise, static_cast<std::size_t>(high), up);
      relaxation.follow(up.back() - step, static_cast<std::size_t>(low), down);
      rise = down.back() + step;
    }
    fall = up.back() - step;
  }
  now.resize(record_.moments.size());
  before.resize(record_.moments.size());
  for (std::size_t k = 0; k < record_.moments.size(); ++k) {
    const bool is_high = record_.moments[k] < plan_.high;
    const std::int64_t steps = record_.moments[k] - (is_high ? 0 : plan_.high) + 1;
    const auto n = static_cast<std::size_t>(steps * plan_.substeps);
    if (fine) {
      now[k] = (is_high ? up : down)[n];
      before[k] = (is_high ? up : down)[n - 1];
    } else {
      before[k] = relaxation.after(is_high ? rise : fall, static_cast<double>(n) - 1);
      now[k] = relaxation.next(before[k]);
    }
  }
}

void SquareFit::residuals(const Eigen::VectorXd& x, double compartment, double output, Eigen::VectorXd& out) const {
  constexpr double kMostTau = 12;  // exp(12) sub-steps: keeps a search within numbers
  const double tau_substeps = std::exp(std::clamp(x[0], -3.0, kMostTau));
  const Relaxation relaxation(tau_substeps, range);
  std::vector<double> now;
  std::vector<double> before;
  distances(tau_substeps, x[2], now, before);
  const double own_gain = gain.error > 0 ? x[5] : gain.value;
  Eigen::Index row = 0;
  for (std::size_t k = 0; k < compartment_.size(); ++k) {
    const double level = record_.moments[k] < plan_.high ? x[2] / 2 : -x[2] / 2;
    const double weight = std::sqrt(record_.count[k]);
    const double lead = level - before[k] + x[1] * relaxation.drive(before[k]);
    out[row++] = (x[3] + level - now[k] - compartment_[k]) * weight / compartment;
    out[row++] = (x[4] + own_gain * lead - output_[k]) * weight / output;
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
