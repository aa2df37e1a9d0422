#include <algorithm>
#include <cmath>
#include <memory>
#include <vle/compile/compile.hpp>
#include <vle/dynamics/dynamics.hpp>

namespace vle {
namespace {

constexpr double kUnbounded = 1e100;

double magnitude(Interval interval) {
  return std::max(std::abs(interval.low), std::abs(interval.high));
}

/// Interval arithmetic over the graph: intervals of rates and magnitudes of errors of every neuron, grown from 0 until
/// nothing changes.
class BoundSearch {
 public:
  explicit BoundSearch(const Network& network) : network_(network) {
    for (const Population& population : network.populations) {
      const auto size = static_cast<std::size_t>(population.size);
      const Interval all = phi_range(population.activation, {-kUnbounded, kUnbounded});
      const bool bounded = magnitude(all) < kUnbounded;
      rates_.emplace_back(size, bounded ? all : Interval{});
      errors_.emplace_back(size, 0.0);
      ranges_.emplace_back();
    }
  }

  Result<SignalRanges> run() {
    constexpr int kRounds = 400;
    for (int round = 0; round < kRounds; ++round) {
      changed_ = false;
      for (std::size_t p = 0; p < rates_.size(); ++p) bound_rates(p);
      for (std::size_t p = 0; p < rates_.size(); ++p) bound_errors(p);
      if (!changed_) return result();
      if (overflows()) break;
    }
    return fail(
        ErrorCode::kInvalidInput,
        "network \"{}\": the signals of its loops have no bound that follows from the weights; give a stimulus to "
        "profile",
        network_.name);
  }

 private:
  std::vector<Interval> sum_inputs(std::size_t p) const {
    const Population& population = network_.populations[p];
    std::vector<Interval> sums;
    for (std::size_t i = 0; i < rates_[p].size(); ++i) {
      const double error = population.gamma * errors_[p][i];
      sums.push_back({population.bias[i] - error, population.bias[i] + error});
    }
    for (const Projection& projection : network_.projections) {
      if (projection.to != static_cast<std::int64_t>(p)) continue;
      const auto from = static_cast<std::size_t>(projection.from.index);
      projection.synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t k) {
        const double weight = projection.synapses.values[k];
        const Interval rate = projection.from.is_input ? Interval{network_.inputs[from].low, network_.inputs[from].high}
                                                       : rates_[from][static_cast<std::size_t>(pre)];
        Interval& sum = sums[static_cast<std::size_t>(post)];
        sum.low += weight * (weight > 0 ? rate.low : rate.high);
        sum.high += weight * (weight > 0 ? rate.high : rate.low);
      });
    }
    return sums;
  }

  // u stays between its inputs and 0, where it starts; a lead of ratio rho overshoots by at most 2 rho - 1.
  void bound_rates(std::size_t p) {
    const Population& population = network_.populations[p];
    const std::vector<Interval> sums = sum_inputs(p);
    SignalRange& range = ranges_[p];
    range.membrane = range.rate = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const double ratio = population.lead_u.empty() ? population.tau_r[i] / population.tau_m[i] : population.lead_u[i];
      const double overshoot = std::max(1.0, 2 * ratio - 1);
      const Interval hull{std::min(0.0, sums[i].low), std::max(0.0, sums[i].high)};
      const Interval lookahead =
          ratio <= 1 ? hull : Interval{-overshoot * magnitude(hull), overshoot * magnitude(hull)};
      const Interval rate = phi_range(population.activation, lookahead);
      Interval& known = rates_[p][i];
      changed_ = changed_ || differs(rate.low, known.low) || differs(rate.high, known.high);
      known = rate;
      range.membrane = std::max(range.membrane, magnitude(lookahead));
      range.rate = std::max(range.rate, magnitude(rate));
    }
  }

  void bound_errors(std::size_t p) {
    const Population& population = network_.populations[p];
    std::vector<double> sums(errors_[p].size(), 0.0);
    for (const Projection& projection : network_.projections) {
      if (projection.from.is_input || projection.from.index != static_cast<std::int64_t>(p)) continue;
      const std::vector<double>& errors = errors_[static_cast<std::size_t>(projection.to)];
      projection.synapses.for_each([&](std::int64_t post, std::int64_t pre, std::size_t k) {
        sums[static_cast<std::size_t>(pre)] +=
            std::abs(projection.backward_value(k)) * errors[static_cast<std::size_t>(post)];
      });
    }
    for (const Output& output : network_.outputs) {
      if (output.population != static_cast<std::int64_t>(p)) continue;
      for (double& sum : sums) sum += output.beta * 2 * ranges_[p].rate;  // a target within the range of the rate
    }
    ranges_[p].error = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const double epsilon = max_phi_prime(population.activation) * sums[i];
      const double ratio = population.lead_v.empty() ? population.tau_m[i] / population.tau_r[i] : population.lead_v[i];
      const double error =
          epsilon * (std::abs(population.g0[i]) + std::abs(population.g1[i]) * std::max(1.0, 2 * ratio - 1));
      changed_ = changed_ || differs(error, errors_[p][i]);
      errors_[p][i] = error;
      ranges_[p].error = std::max({ranges_[p].error, error, epsilon});
    }
  }

  bool overflows() const {
    return std::any_of(ranges_.begin(), ranges_.end(), [](const SignalRange& range) {
      return std::max({range.membrane, range.rate, range.error}) > kUnbounded;
    });
  }

  static bool differs(double a, double b) {
    return std::abs(a - b) > 1e-9 * std::max({std::abs(a), std::abs(b), 1e-12});
  }

  Result<SignalRanges> result() const {
    SignalRanges ranges{ranges_, {}};
    for (const Input& input : network_.inputs) ranges.inputs.push_back(magnitude({input.low, input.high}));
    return ranges;
  }

  const Network& network_;
  std::vector<std::vector<Interval>> rates_;
  std::vector<std::vector<double>> errors_;
  std::vector<SignalRange> ranges_;
  bool changed_ = false;
};

void widen(double& largest, const std::vector<double>& values) {
  for (const double value : values) largest = std::max(largest, std::abs(value));
}

// Largest magnitudes of the channels [first, first + size) of a signal with `channels` channels.
double largest_channel(const std::vector<double>& signal, std::int64_t channels, std::int64_t first,
                       std::int64_t size) {
  double largest = 0;
  for (std::size_t row = 0; row < signal.size(); row += static_cast<std::size_t>(channels)) {
    for (std::int64_t c = first; c < first + size; ++c) {
      largest = std::max(largest, std::abs(signal[row + static_cast<std::size_t>(c)]));
    }
  }
  return largest;
}

}  // namespace

Result<SignalRanges> bound_ranges(const Network& network) {
  return BoundSearch(network).run();
}

Result<SignalRanges> profile_ranges(const Network& network, const Stimulus& stimulus) {
  if (Result<> ok = check_run(stimulus, {}, network.input_channels(), network.target_channels(), {}); !ok) {
    return tl::unexpected(ok.error());
  }
  const Dynamics dynamics(std::make_shared<Network>(network));
  const Parameters parameters = dynamics.initial_parameters();
  State state = dynamics.initial_state(static_cast<std::size_t>(stimulus.batch));
  SignalRanges ranges;
  ranges.populations.resize(network.populations.size());
  const auto row = [&](const std::vector<double>& signal, std::int64_t channels, std::int64_t step) {
    if (signal.empty()) return SignalView{};
    return SignalView{signal.data() + step * channels, static_cast<std::size_t>(stimulus.steps * channels)};
  };
  for (std::int64_t step = 0; step < stimulus.steps; ++step) {
    dynamics.step(parameters, state, row(stimulus.inputs, stimulus.input_channels, step),
                  row(stimulus.targets, stimulus.target_channels, step));
    for (std::size_t p = 0; p < ranges.populations.size(); ++p) {
      const PopulationState& signals = state.populations[p];
      SignalRange& range = ranges.populations[p];
      for (const auto* membrane : {&signals.s, &signals.u, &signals.lookahead}) widen(range.membrane, *membrane);
      widen(range.rate, signals.r);
      for (const auto* error : {&signals.epsilon, &signals.v, &signals.e}) widen(range.error, *error);
    }
  }
  for (const Input& input : network.inputs) {
    ranges.inputs.push_back(largest_channel(stimulus.inputs, stimulus.input_channels, input.first_channel, input.size));
  }
  for (std::size_t p = 0; p < ranges.populations.size(); ++p) {
    const SignalRange& range = ranges.populations[p];
    if (std::isfinite(range.membrane + range.rate + range.error)) continue;
    return fail(ErrorCode::kInvalidInput, "population \"{}\": its signals grow without bound on this stimulus",
                network.populations[p].name);
  }
  if (stimulus.targets.empty()) return ranges;
  for (const Output& output : network.outputs) {
    const auto p = static_cast<std::size_t>(output.population);
    double& rate = ranges.populations[p].rate;
    rate = std::max(rate, largest_channel(stimulus.targets, stimulus.target_channels, output.first_channel,
                                          network.populations[p].size));
  }
  return ranges;
}

}  // namespace vle
