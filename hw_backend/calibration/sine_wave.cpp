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

/// With z^-1 a delay of one step; sub-step j of a step is the state after j sub-steps of it.
class Transfer {
 public:
  Transfer(const SinePlan& plan, double range, const OutputPath& path)
      : substeps_(plan.substeps), delay_(turn(1, plan.period)), range_(range), path_(path) {}

  Answer at(double tau, double lead, double height, double gain, double pole) const {
    const double decay = std::exp(-1 / tau);
    double linear = 1;  // describing function of the leak amplifier
    State state;
    constexpr int kRounds = 4;
    for (int round = 0; round < kRounds; ++round) {
      state.kept = 1 - (1 - decay) * linear;
      const double step = std::pow(state.kept, static_cast<double>(substeps_));
      state.end = (1 - step) / (1.0 - step * delay_);
      if (range_ <= 0) break;
      const double share = std::norm(height * (1.0 - compartment(state, substeps_ - 1))) / (range_ * range_);
      linear = 1 - share / 4 + share * share / 12;
    }
    state.lead = lead * linear;
    const auto sampled = [&](auto signal) {
      const Complex now = signal(substeps_);
      return path_.early > 0 ? now + path_.early * (signal(substeps_ - 1) - now) : now;
    };
    Answer answer;
    answer.compartment = height * sampled([&](std::int64_t j) { return compartment(state, j); });
    answer.output = height * gain * sampled([&](std::int64_t j) {
                      return pole > 0 ? led(state, j) : led(state, j) - path_.lag * (led(state, j) - led(state, j - 1));
                    });
    if (pole > 0) {
      const double share = 1 - std::exp(-1 / pole);
      answer.output *= share / (1.0 - (1 - share) * delay_);
    }
    return answer;
  }

 private:
  struct State {
    double kept = 0;  ///< of a distance, over a sub-step
    double lead = 0;
    Complex end;  ///< of the compartment, at the end of a step
  };
  Complex compartment(const State& state, std::int64_t j) const {
    if (j < 0) return delay_ * compartment(state, j + substeps_);
    const double kept = std::pow(state.kept, static_cast<double>(j));
    return kept * delay_ * state.end + (1 - kept);
  }
  Complex led(const State& state, std::int64_t j) const {
    if (j < 1) return delay_ * led(state, j + substeps_);
    const Complex before = compartment(state, j - 1);
    return before + state.lead * (1.0 - before);
  }

  std::int64_t substeps_;
  Complex delay_;
  double range_;
  OutputPath path_;
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
  bool has_prior(std::size_t k) const { return place[k] >= 0 && std::isfinite(known[k].error); }
  int priors() const {
    int count = 0;
    for (std::size_t k = 0; k < place.size(); ++k) count += has_prior(k) ? 1 : 0;
    return count;
  }
  Eigen::VectorXd start() const {
    Eigen::VectorXd x(free_count);
    for (std::size_t k = 0; k < place.size(); ++k) {
      if (place[k] >= 0) x[place[k]] = known[k].value;
    }
    return x;
  }

  Eigen::Index free_count = 0;
};

/// Power of thermal noise in a fundamental over that of as many independent samples: an Ornstein-Uhlenbeck process
/// sampled every `interval`, at `angle` from sample to sample.
double coloured(double interval, double tau, double angle) {
  const double rho = std::exp(-interval / tau);
  return (1 - rho * rho) / (1 - 2 * rho * std::cos(angle) + rho * rho);
}

/// Standard errors of the real and of the imaginary part of both fundamentals, LSB.
struct FundamentalNoise {
  double readout = 0;
  double thermal = 0;  ///< of the compartment
  double passed = 0;   ///< what the output has of it

  FundamentalNoise(const SineModel& model, const SinePlan& plan) {
    const double count = static_cast<double>(plan.samples * plan.trials);
    const double interval = static_cast<double>(plan.every * plan.substeps);
    const double angle =
        2 * std::numbers::pi * static_cast<double>(plan.every % plan.period) / static_cast<double>(plan.period);
    readout = model.noise.readout * std::sqrt(2 / count);
    thermal = model.noise.thermal * std::sqrt(2 / count * coloured(interval, model.tau.value, angle));
    passed = model.gain.value * (1 - model.lead.value);
  }
  double compartment() const { return std::hypot(readout, thermal); }
  double output() const { return std::hypot(readout, passed * thermal); }

  /// Standard error of a parameter by its sensitivity to the four residuals; thermal noise is the same in both signals.
  double error_of(const Eigen::RowVectorXd& sensitivity) const {
    double variance = 0;
    for (Eigen::Index part = 0; part < 2; ++part) {
      const double by_compartment = sensitivity[part] / compartment();
      const double by_output = sensitivity[2 + part] / output();
      const double own = std::hypot(by_compartment, by_output) * readout;
      const double shared = (by_compartment + passed * by_output) * thermal;
      variance += own * own + shared * shared;
    }
    return std::sqrt(variance);
  }
};

constexpr int kResiduals = 4;    // real and imaginary parts of two fundamentals
constexpr double kLeast = 1e-3;  // sub-steps: keeps a search within what has a meaning

/// A fitted parameter with its errors by noise and by what was known before.
struct Estimate {
  double value = 0;
  double error = 0;
  double shared = 0;
};

Estimate estimate_of(std::size_t k, const Parameters& parameters, const ModelFit& fitted,
                     const FundamentalNoise& noise) {
  Estimate estimate{parameters.value(k, fitted.parameters), 0, 0};
  if (parameters.place[k] < 0) return estimate;
  const Eigen::RowVectorXd row = fitted.sensitivity.row(parameters.place[k]);
  estimate.error = noise.error_of(row) * std::sqrt(fitted.excess);
  estimate.shared = row.tail(row.size() - kResiduals).norm();
  return estimate;
}

}  // namespace

Constants SineModel::fit(const SinePlan& plan, std::complex<double> compartment, std::complex<double> output) const {
  const Parameters parameters(*this);
  const Transfer transfer(plan, range, path);
  const FundamentalNoise fundamental(*this, plan);
  const ModelFit fitted = fit_model(
      [&](const Eigen::VectorXd& x, Eigen::VectorXd& out) {
        const double own_pole = pole.value > 0 ? std::max(parameters.value(4, x), kLeast) : 0;
        const Answer answer = transfer.at(std::max(parameters.value(0, x), kLeast), parameters.value(1, x),
                                          parameters.value(2, x), parameters.value(3, x), own_pole);
        const Complex first = (answer.compartment - compartment) / fundamental.compartment();
        const Complex second = (answer.output - output) / fundamental.output();
        out.head(kResiduals) << first.real(), first.imag(), second.real(), second.imag();
        Eigen::Index row = kResiduals;
        for (std::size_t k = 0; k < parameters.place.size(); ++k) {
          const Known& one = parameters.known[k];
          if (parameters.has_prior(k)) out[row++] = (parameters.value(k, x) - one.value) / one.error;
        }
      },
      parameters.start(), kResiduals + parameters.priors());
  Constants constants;
  if (!fitted.converged) return constants;
  const Estimate tau_found = estimate_of(0, parameters, fitted, fundamental);
  const Estimate lead_found = estimate_of(1, parameters, fitted, fundamental);
  const Estimate pole_found = estimate_of(4, parameters, fitted, fundamental);
  constants.tau_substeps = tau_found.value;
  constants.tau_error = std::hypot(tau_found.error, tau_found.shared);
  constants.lead = lead_found.value;
  constants.lead_error = lead_found.error;
  constants.lead_shared = lead_found.shared;
  constants.pole_substeps = pole_found.value;
  constants.pole_error = std::hypot(pole_found.error, pole_found.shared);
  constants.good = std::isfinite(constants.tau_error) && std::isfinite(constants.lead_error) &&
                   std::isfinite(constants.pole_error) && constants.tau_substeps > kLeast;
  return constants;
}

}  // namespace vle::calibration
