#include <vle/dynamics/eligibility.hpp>

#include <algorithm>
#include <span>
#include <vle/dynamics/rule.hpp>

#include "plasticity.hpp"

namespace vle {
namespace {

constexpr std::size_t kLanes = 8;

/// The neuron's own constants of F.
struct ForwardFilter {
  double a = 0;
  double lead = 0;

  /// F x, and moves on.
  double pass(double x, double& low_pass) const {
    const double behind = x - low_pass;
    const double result = low_pass + lead * behind;
    low_pass += a * behind;
    return result;
  }
};

/// Sum of a rule over the trials of one synapse or neuron. Lanes side by side, added in a fixed order, let the compiler
/// use vectors.
template <auto rule>
requires LocalRule<rule, TraceSignals>
double sum_traces(const ForwardFilter& filter, const double* entering, const double* epsilon, double* low_pass,
                  std::size_t batch) {
  double lanes[kLanes] = {};
  std::size_t trial = 0;
  for (; trial + kLanes <= batch; trial += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double trace = filter.pass(entering[trial + lane], low_pass[trial + lane]);
      lanes[lane] += rule(TraceSignals{trace, epsilon[trial + lane]});
    }
  }
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  for (; trial < batch; ++trial) {
    sum += rule(TraceSignals{filter.pass(entering[trial], low_pass[trial]), epsilon[trial]});
  }
  return sum;
}

/// What entered `delay` steps ago, before `now` takes its place: see take().
const double* oldest(const DelayedTrace& trace, std::uint64_t step, std::size_t delay, std::span<const double> now) {
  return delay == 0 ? now.data() : trace.line.data() + step % delay * now.size();
}

void take(std::span<const double> now, std::uint64_t step, std::size_t delay, DelayedTrace& trace) {
  if (delay == 0) return;
  const auto place = static_cast<std::ptrdiff_t>(step % delay * now.size());
  std::copy(now.begin(), now.end(), trace.line.begin() + place);
}

ForwardFilter filter_of(const PopulationParameters& parameters, std::size_t neuron) {
  return {parameters.a[neuron], parameters.lead_u[neuron]};
}

void add_synapses(const Synapses& synapses, const PopulationParameters& receiver, const double* entering,
                  const std::vector<double>& epsilon, std::size_t batch, DelayedTrace& trace,
                  std::vector<double>& weights) {
  const double scale = 1 / static_cast<double>(batch);
  synapses.for_each([&](std::int64_t i, std::int64_t j, std::size_t k) {
    const auto post = static_cast<std::size_t>(i);
    weights[k] += scale * sum_traces<trace_weight_gradient>(
                              filter_of(receiver, post), entering + static_cast<std::size_t>(j) * batch,
                              epsilon.data() + post * batch, trace.low_pass.data() + k * batch, batch);
  });
}

void add_neurons(const Dynamics& dynamics, const PopulationParameters& own, const PopulationState& state,
                 const double* drive, std::size_t batch, DelayedTrace& trace, PopulationGradients& sums) {
  const double scale = 1 / static_cast<double>(batch);
  const double dt = dynamics.integration_dt();
  for (std::size_t i = 0; i < sums.tau_m.size(); ++i) {
    const double slope = membrane_slope(dynamics.integrator(), dt, own.tau_m[i]);
    sums.tau_m[i] +=
        scale * slope *
        sum_traces<trace_tau_m_gradient>(filter_of(own, i), drive + i * batch, state.epsilon.data() + i * batch,
                                         trace.low_pass.data() + i * batch, batch);
  }
  for (std::size_t i = 0; i < sums.bias.size(); ++i) {
    double sum = 0;
    for (std::size_t k = i * batch; k < (i + 1) * batch; ++k) sum += trace_bias_gradient({1, state.epsilon[k]});
    sums.bias[i] += scale * sum;
  }
  add_tau_r_gradients(dynamics, own, state, batch, sums.tau_r);
}

}  // namespace

std::vector<std::size_t> error_delays(const Network& network) {
  std::vector<std::size_t> delays(network.populations.size(), 0);
  for (const Output& output : network.outputs) delays[static_cast<std::size_t>(output.population)] = 1;
  for (std::size_t round = 0; round < delays.size(); ++round) {
    for (const Projection& projection : network.projections) {
      if (projection.backward == BackwardRule::kNone || projection.from.is_input) continue;
      const std::size_t above = delays[static_cast<std::size_t>(projection.to)];
      std::size_t& own = delays[static_cast<std::size_t>(projection.from.index)];
      if (above > 0 && (own == 0 || above + 2 < own)) own = above + 2;
    }
  }
  return delays;
}

EligibilityState initial_eligibility(const Network& network, const std::vector<std::size_t>& delays, std::size_t batch,
                                     const Gradients& gradients) {
  const auto make = [batch](std::size_t delay, std::size_t senders, std::size_t traces) {
    if (traces == 0) return DelayedTrace{};
    return DelayedTrace{std::vector<double>(delay * senders * batch, 0.0), std::vector<double>(traces * batch, 0.0)};
  };
  EligibilityState state;
  for (std::size_t q = 0; q < network.projections.size(); ++q) {
    const Projection& projection = network.projections[q];
    state.projections.push_back(make(delays[static_cast<std::size_t>(projection.to)],
                                     static_cast<std::size_t>(projection.synapses.pre_size),
                                     gradients.projections[q].weights.size()));
  }
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const std::size_t neurons = gradients.populations[p].tau_m.size();
    state.populations.push_back(make(delays[p], neurons, neurons));
  }
  return state;
}

void add_trace_gradients(const Dynamics& dynamics, const Parameters& parameters, const State& state,
                         const std::vector<std::size_t>& delays, EligibilityState& eligibility, Gradients& gradients) {
  const Network& network = dynamics.network();
  const std::uint64_t step = eligibility.steps++;
  for (std::size_t q = 0; q < network.projections.size(); ++q) {
    std::vector<double>& weights = gradients.projections[q].weights;
    if (weights.empty()) continue;
    const Projection& projection = network.projections[q];
    const auto to = static_cast<std::size_t>(projection.to);
    const std::span<const double> now =
        rates_before(network, projection, state)
            .first(static_cast<std::size_t>(projection.synapses.pre_size) * state.batch);
    DelayedTrace& trace = eligibility.projections[q];
    add_synapses(projection.synapses, parameters.populations[to], oldest(trace, step, delays[to], now),
                 state.populations[to].epsilon, state.batch, trace, weights);
    take(now, step, delays[to], trace);
  }
  for (std::size_t p = 0; p < state.populations.size(); ++p) {
    const PopulationState& own = state.populations[p];
    DelayedTrace& trace = eligibility.populations[p];
    const bool has_trace = !trace.low_pass.empty();
    const double* drive = has_trace ? oldest(trace, step, delays[p], own.drive) : nullptr;
    add_neurons(dynamics, parameters.populations[p], own, drive, state.batch, trace, gradients.populations[p]);
    if (has_trace) take(own.drive, step, delays[p], trace);
  }
}

}  // namespace vle
