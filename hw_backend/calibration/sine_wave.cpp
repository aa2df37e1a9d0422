#include "sine_wave.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace vle::calibration {
namespace {

using Complex = std::complex<double>;

Complex turn(std::int64_t step, std::int64_t period) {
  return std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(step % period) / static_cast<double>(period));
}

}  // namespace

SinePlan plan_sine(const Bench& bench, double tau, double slowest, std::int64_t substeps, std::int64_t signals,
                   double wanted) {
  constexpr double kStepsPerTau = 14;
  constexpr double kSettle = 8;  // time constants
  const double substep = bench.target().substep().value;
  SinePlan plan;
  plan.substeps = substeps > 0 ? substeps : std::max<std::int64_t>(1, std::llround(tau / substep / kStepsPerTau));
  plan.every = (bench.substeps_per_sample(signals) + plan.substeps - 1) / plan.substeps;
  const double step = static_cast<double>(plan.substeps) * substep;
  plan.period = std::max<std::int64_t>(5, std::llround(2 * std::numbers::pi * tau / step));
  while (std::gcd(plan.period, plan.every) != 1) ++plan.period;
  plan.skipped = std::llround(std::ceil(kSettle * slowest / step / static_cast<double>(plan.every)));
  plan.samples = plan.period * std::max<std::int64_t>(1, std::llround(wanted / static_cast<double>(plan.period)));
  return plan;
}

Result<SineRecord> record_sine(Bench& bench, const SinePlan& plan, double amplitude, Entry entry,
                               const std::vector<Signal>& signals, std::size_t neurons) {
  SineRecord result;
  std::vector<double> wave;
  for (std::int64_t step = 0; step < plan.period; ++step) {
    const double exact = amplitude * turn(step, plan.period).real();
    wave.push_back(std::round(exact / bench.dac_lsb()) * bench.dac_lsb());
    result.stimulus += wave.back() * turn(step, plan.period) * 2.0 / static_cast<double>(plan.period);
  }
  Stimulus stimulus;
  stimulus.batch = plan.trials;
  stimulus.steps = plan.steps();
  stimulus.input_channels = 1;
  stimulus.target_channels = 1;
  std::vector<double> played;
  for (std::int64_t trial = 0; trial < plan.trials; ++trial) {
    for (std::int64_t step = 0; step < stimulus.steps; ++step) {
      played.push_back(wave[static_cast<std::size_t>(step % plan.period)]);
    }
  }
  stimulus.inputs = entry == Entry::kInput ? played : std::vector<double>(played.size(), 0.0);
  if (entry == Entry::kTarget) stimulus.targets = std::move(played);
  const auto recorded = bench.record(stimulus, signals, plan.every);
  if (!recorded) return tl::unexpected(recorded.error());
  result.answers.assign(signals.size(), std::vector<Complex>(neurons));
  if (bench.is_rehearsing()) return result;
  const double weight = 2.0 / static_cast<double>(plan.samples * plan.trials);
  for (std::size_t signal = 0; signal < signals.size(); ++signal) {
    for (std::int64_t trial = 0; trial < plan.trials; ++trial) {
      for (std::int64_t k = plan.skipped; k < plan.skipped + plan.samples; ++k) {
        const Complex phase = turn(k * plan.every, plan.period) * weight;
        for (std::size_t neuron = 0; neuron < neurons; ++neuron) {
          const double code = (*recorded)[signal].at(trial, k, static_cast<std::int64_t>(neuron));
          result.answers[signal][neuron] += phase * code;
        }
      }
    }
  }
  return result;
}

namespace {

struct Answer {
  Complex compartment;
  Complex output;
};

/// With z^-1 a delay of one step and d the distance one sub-step before its end.
struct Transfer {
  std::int64_t substeps;
  std::int64_t period;

  Answer at(double tau, double lead, double height, double gain, double pole, double range) const {
    const Complex delay = turn(1, period);
    const double decay = std::exp(-1 / tau);
    double linear = 1;  // describing function of the leak amplifier
    Answer answer;
    constexpr int kRounds = 4;
    for (int round = 0; round < kRounds; ++round) {
      const double kept = 1 - (1 - decay) * linear;
      const double step = std::pow(kept, static_cast<double>(substeps));
      const double before = step / kept;
      answer.compartment = (1 - step) / (1.0 - step * delay);
      const Complex seen = before * delay * answer.compartment + (1 - before);
      const Complex distance = 1.0 - seen;
      answer.output = seen + lead * linear * distance;
      if (range <= 0) break;
      const double share = std::norm(height * distance) / (range * range);
      linear = 1 - share / 4 + share * share / 12;
    }
    if (pole > 0) {
      const double share = 1 - std::exp(-1 / pole);
      answer.output *= share / (1.0 - (1 - share) * delay);
    }
    answer.compartment *= height;
    answer.output *= height * gain;
    return answer;
  }
};

/// The parameters of a model in one row, and which of them a fit may move.
struct Parameters {
  Known known[5];
  std::vector<Eigen::Index> place;  ///< in the row of free ones; -1: fixed

  explicit Parameters(const SineModel& model) : known{model.tau, model.lead, model.height, model.gain, model.pole} {
    Eigen::Index free = 0;
    for (const Known& one : known) place.push_back(one.error > 0 ? free++ : -1);
    free_count = free;
  }
  double value(std::size_t k, const Eigen::VectorXd& x) const { return place[k] < 0 ? known[k].value : x[place[k]]; }

  Eigen::Index free_count = 0;
};

/// Power of thermal noise in a fundamental over that of as many independent samples: an Ornstein-Uhlenbeck process
/// sampled every `interval`, at `angle` from sample to sample.
double coloured(double interval, double tau, double angle) {
  const double rho = std::exp(-interval / tau);
  return (1 - rho * rho) / (1 - 2 * rho * std::cos(angle) + rho * rho);
}

}  // namespace

Constants SineModel::fit(const SinePlan& plan, std::complex<double> compartment, std::complex<double> output) const {
  const Parameters parameters(*this);
  const Transfer transfer{plan.substeps, plan.period};
  const double count = static_cast<double>(plan.samples * plan.trials);
  const double angle =
      2 * std::numbers::pi * static_cast<double>(plan.every % plan.period) / static_cast<double>(plan.period);
  const double thermal =
      noise.thermal *
      std::sqrt(2 / count * coloured(static_cast<double>(plan.every * plan.substeps), tau.value, angle));
  const double readout = noise.readout * std::sqrt(2 / count);
  const double passed = gain.value * (1 - lead.value);  // of thermal noise, to the output
  const double errors[2] = {std::hypot(readout, thermal), std::hypot(readout, passed * thermal)};
  Eigen::VectorXd start(parameters.free_count);
  int points = 4;
  for (std::size_t k = 0; k < std::size(parameters.known); ++k) {
    if (parameters.place[k] >= 0) start[parameters.place[k]] = parameters.known[k].value;
    if (parameters.place[k] >= 0 && std::isfinite(parameters.known[k].error)) ++points;
  }
  constexpr double kLeast = 1e-3;  // sub-steps: keeps a search within what has a meaning
  const ModelFit fitted = fit_model(
      [&](const Eigen::VectorXd& x, Eigen::VectorXd& out) {
        const double own_pole = parameters.value(4, x);
        const Answer answer =
            transfer.at(std::max(parameters.value(0, x), kLeast), parameters.value(1, x), parameters.value(2, x),
                        parameters.value(3, x), pole.value > 0 ? std::max(own_pole, kLeast) : 0, range);
        const Complex residual[2] = {(answer.compartment - compartment) / errors[0],
                                     (answer.output - output) / errors[1]};
        out.head(4) << residual[0].real(), residual[0].imag(), residual[1].real(), residual[1].imag();
        Eigen::Index row = 4;
        for (std::size_t k = 0; k < std::size(parameters.known); ++k) {
          const Known& one = parameters.known[k];
          if (one.error <= 0 || !std::isfinite(one.error)) continue;
          out[row++] = (parameters.value(k, x) - one.value) / one.error;
        }
      },
      start, points);
  Constants constants;
  if (!fitted.converged) return constants;
  const auto error_of = [&](std::size_t k) {
    if (parameters.place[k] < 0) return 0.0;
    const auto row = fitted.sensitivity.row(parameters.place[k]);
    double variance = 0;
    for (Eigen::Index part = 0; part < 2; ++part) {
      const double own = std::hypot(row[part] / errors[0], row[2 + part] / errors[1]) * readout;
      const double shared = (row[part] / errors[0] + passed * row[2 + part] / errors[1]) * thermal;
      variance += own * own + shared * shared;
    }
    return std::sqrt(variance * fitted.excess);
  };
  const auto known_error_of = [&](std::size_t k) {
    if (parameters.place[k] < 0) return 0.0;
    const auto row = fitted.sensitivity.row(parameters.place[k]);
    return row.tail(row.size() - 4).norm();
  };
  constants.tau_substeps = parameters.value(0, fitted.parameters);
  constants.tau_error = std::hypot(error_of(0), known_error_of(0));
  constants.lead = parameters.value(1, fitted.parameters);
  constants.lead_error = error_of(1);
  constants.lead_shared = known_error_of(1);
  constants.pole_substeps = parameters.value(4, fitted.parameters);
  constants.pole_error = std::hypot(error_of(4), known_error_of(4));
  constants.good = std::isfinite(constants.tau_error) && std::isfinite(constants.lead_error) &&
                   std::isfinite(constants.pole_error) && constants.tau_substeps > kLeast;
  return constants;
}

}  // namespace vle::calibration
