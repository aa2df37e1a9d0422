#include <vle/dynamics/gain.hpp>

#include <limits>

namespace vle {
namespace {

constexpr double kNoPower = std::numeric_limits<double>::min();

// Share of the product of the powers below which the determinant of the normal equations is rounding.
constexpr double kSingular = 1e-12;

void move_towards(GainMoments& mean, const GainMoments& sample, double share) {
  mean.ee += share * (sample.ee - mean.ee);
  mean.ep += share * (sample.ep - mean.ep);
  mean.pp += share * (sample.pp - mean.pp);
  mean.fe += share * (sample.fe - mean.fe);
}

// Mean over the trials of one neuron's products; its own filter F moves on.
GainMoments sample_neuron(const PopulationState& state, const PopulationParameters& parameters, std::size_t neuron,
                          std::size_t batch, std::vector<double>& low_pass) {
  const double a = parameters.a[neuron];
  const double lead = parameters.lead_u[neuron];
  GainMoments sum;
  for (std::size_t k = neuron * batch; k < (neuron + 1) * batch; ++k) {
    const double behind = state.epsilon[k] - low_pass[k];
    const double f_epsilon = low_pass[k] + lead * behind;
    low_pass[k] += a * behind;
    const GainMoments moments = gain_moments({state.epsilon[k], state.error_lead[k], f_epsilon});
    sum.ee += moments.ee;
    sum.ep += moments.ep;
    sum.pp += moments.pp;
    sum.fe += moments.fe;
  }
  const double scale = 1 / static_cast<double>(batch);
  return {scale * sum.ee, scale * sum.ep, scale * sum.pp, scale * sum.fe};
}

}  // namespace

Gains single_gain(const GainMoments& mean, Gains now) {
  if (!(mean.pp > kNoPower)) return now;
  return {0, mean.ee / mean.pp};
}

// With g = single + d, the equations (R + ridge diag R) d = c - R single have the right side (fe - ep g1, 0).
Gains pair_gains(const GainMoments& mean, double ridge, Gains now) {
  if (!(mean.ee > kNoPower) || !(mean.pp > kNoPower)) return now;
  const Gains single = single_gain(mean, now);
  const double powers = mean.ee * mean.pp;
  if (!(powers - mean.ep * mean.ep > kSingular * powers)) return single;
  const double excess = mean.fe - mean.ep * single.g1;
  const double determinant = (1 + ridge) * (1 + ridge) * powers - mean.ep * mean.ep;
  return {excess * (1 + ridge) * mean.pp / determinant, single.g1 - excess * mean.ep / determinant};
}

Gains lms_gains(GainRule rule, const GainMoments& sample, const GainStatistics& statistics, double share, Gains now) {
  Gains next = now;
  const double step = share * statistics.weight;  // over the running means, which are short by the weight
  if (rule == GainRule::kPair && statistics.mean.ee > kNoPower) {
    next.g0 += step * (sample.fe - now.g0 * sample.ee - now.g1 * sample.ep) / statistics.mean.ee;
  }
  if (statistics.mean.pp > kNoPower) {
    next.g1 += step * (sample.ee - now.g0 * sample.ep - now.g1 * sample.pp) / statistics.mean.pp;
  }
  return next;
}

GainState initial_gain_state(const Population& population, std::size_t batch) {
  if (!learns_gains(population.gain)) return {};
  const auto size = static_cast<std::size_t>(population.size);
  return {std::vector<double>(size * batch, 0.0), std::vector<GainStatistics>(size)};
}

Gains follow_gains(const Population& population, double share, const GainMoments& sample, GainStatistics& statistics,
                   Gains now) {
  if (statistics.weight == 0 && !(sample.ee > kNoPower)) return now;
  move_towards(statistics.mean, sample, share);
  statistics.weight += share * (1 - statistics.weight);
  if (population.gain_learning.method == GainMethod::kLms) {
    return lms_gains(population.gain, sample, statistics, share, now);
  }
  return population.gain == GainRule::kPair ? pair_gains(statistics.mean, population.gain_learning.ridge, now)
                                            : single_gain(statistics.mean, now);
}

void adapt_gains(const Population& population, double share, const PopulationState& state, std::size_t batch,
                 PopulationParameters& parameters, GainState& gains) {
  for (std::size_t i = 0; i < gains.statistics.size(); ++i) {
    const GainMoments sample = sample_neuron(state, parameters, i, batch, gains.low_pass);
    const Gains next =
        follow_gains(population, share, sample, gains.statistics[i], {parameters.g0[i], parameters.g1[i]});
    parameters.g0[i] = next.g0;
    parameters.g1[i] = next.g1;
  }
}

}  // namespace vle
