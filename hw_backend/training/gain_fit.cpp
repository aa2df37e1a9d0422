#include <vle/training/gain_fit.hpp>

#include <algorithm>
#include <cmath>
#include <vle/dynamics/gain.hpp>

#include "signal_views.hpp"

namespace vle::training {
namespace {

// Relative change of a gain below which it stands.
constexpr double kStands = 1e-9;

/// The products of one population, summed over a window.
struct Sums {
  std::vector<double> low_pass;  ///< of F, neurons x batch
  std::vector<GainMoments> moments;
};

void add_step(const PopulationState& state, const PopulationParameters& parameters, std::size_t batch, bool counts,
              Sums& sums) {
  for (std::size_t k = 0; k < sums.low_pass.size(); ++k) {
    const std::size_t i = k / batch;
    const double behind = state.epsilon[k] - sums.low_pass[k];
    const double f_epsilon = sums.low_pass[k] + parameters.lead_u[i] * behind;
    sums.low_pass[k] += parameters.a[i] * behind;
    if (!counts) continue;
    const GainMoments now = gain_moments({state.epsilon[k], state.error_lead[k], f_epsilon});
    GainMoments& sum = sums.moments[i];
    sum.ee += now.ee;
    sum.ep += now.ep;
    sum.pp += now.pp;
    sum.fe += now.fe;
  }
}

std::vector<Sums> play(const Dynamics& dynamics, const AdjointSignals& signals, std::size_t settling_steps,
                       const Parameters& parameters) {
  const Network& network = dynamics.network();
  std::vector<Sums> sums;
  for (const Population& population : network.populations) {
    const std::size_t size = learns_gains(population.gain) ? static_cast<std::size_t>(population.size) : 0;
    sums.push_back({std::vector<double>(size * signals.batch, 0.0), std::vector<GainMoments>(size)});
  }
  State state = dynamics.initial_state(signals.batch);
  for (std::size_t step = 0; step < signals.steps; ++step) {
    dynamics.step(parameters, state, input_view(network, signals, step), target_view(network, signals, step), [&] {
      for (std::size_t p = 0; p < sums.size(); ++p) {
        add_step(state.populations[p], parameters.populations[p], signals.batch, step >= settling_steps, sums[p]);
      }
    });
  }
  return sums;
}

// Largest relative change.
double take(const Network& network, const std::vector<Sums>& sums, Parameters& parameters) {
  double change = 0;
  for (std::size_t p = 0; p < sums.size(); ++p) {
    PopulationParameters& own = parameters.populations[p];
    for (std::size_t i = 0; i < sums[p].moments.size(); ++i) {
      const Gains now{own.g0[i], own.g1[i]};
      const GainLearning& learning = network.populations[p].gain_learning;
      const Gains next = network.populations[p].gain == GainRule::kPair
                             ? pair_gains(sums[p].moments[i], learning.ridge, now)
                             : single_gain(sums[p].moments[i], now);
      const double size = std::abs(next.g0) + std::abs(next.g1);
      change = std::max(change, (std::abs(next.g0 - now.g0) + std::abs(next.g1 - now.g1)) / std::max(size, 1e-300));
      own.g0[i] = next.g0;
      own.g1[i] = next.g1;
    }
  }
  return change;
}

}  // namespace

std::size_t fit_gains(const Dynamics& dynamics, const AdjointSignals& signals, std::size_t settling_steps,
                      Parameters& parameters, std::size_t most_passes) {
  const Network& network = dynamics.network();
  const bool learns = std::any_of(network.populations.begin(), network.populations.end(),
                                  [](const Population& population) { return learns_gains(population.gain); });
  std::size_t passes = 0;
  while (learns && passes < most_passes) {
    const double change = take(network, play(dynamics, signals, settling_steps, parameters), parameters);
    ++passes;
    if (change < kStands) break;
  }
  return passes;
}

}  // namespace vle::training
