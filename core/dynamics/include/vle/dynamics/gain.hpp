#pragma once

#include <cstddef>
#include <vector>
#include <vle/dynamics/parameters.hpp>
#include <vle/dynamics/rule.hpp>
#include <vle/dynamics/state.hpp>
#include <vle/network/network.hpp>

namespace vle {

/// e = g0 epsilon + g1 P epsilon
struct Gains {
  double g0 = 0;
  double g1 = 1;
};

/// Running means of one error neuron. They start at 0, so the true means are mean / weight.
struct GainStatistics {
  GainMoments mean;
  double weight = 0;  ///< 0 until the first error arrives, then towards 1
};

/// The best gain of P epsilon alone, <epsilon^2>/<(P epsilon)^2>, which for one frequency is |exact|/|causal|. `now`
/// where there is no error to judge by.
Gains single_gain(const GainMoments& mean, Gains now);

/// The least-squares best pair for these statistics: the normal equations
///
///     [<eps eps>   <eps Pe>] [g0]   [<F eps, eps>]
///     [<eps Pe>    <Pe Pe> ] [g1] = [<eps, eps>  ]
///
/// whose right side is the correlation with the exact, anti-causal error A eps of the neuron: F is the adjoint of A,
/// and F P = 1. With `ridge` above 0 the distance from single_gain() is penalised by ridge (<eps^2> dg0^2 + <(Pe)^2>
/// dg1^2). Where epsilon and P epsilon are the same up to a factor the result is single_gain(). Derived anew from the
/// summary of the VLE paper.
Gains pair_gains(const GainMoments& mean, double ridge, Gains now);

/// One step of normalised least mean squares, signed:
///     g0 += share (eps F eps - eps e) / <eps^2>         (kPair)
///     g1 += share (eps^2 - P eps e) / <(P eps)^2>
/// The powers are running means and not those of the sample, which would weigh the samples and move the optimum.
Gains lms_gains(GainRule rule, const GainMoments& sample, const GainStatistics& statistics, double share, Gains now);

/// Takes a sample of one error neuron of `population` into its statistics and returns its gains of the next step, by
/// the population's rule and method. `now` before the first error arrives.
Gains follow_gains(const Population& population, double share, const GainMoments& sample, GainStatistics& statistics,
                   Gains now);

/// What the error neurons of a population with learned gains remember.
struct GainState {
  std::vector<double> low_pass;            ///< of F, neurons x batch
  std::vector<GainStatistics> statistics;  ///< one a neuron
};

/// Empty where the population does not learn gains.
GainState initial_gain_state(const Population& population, std::size_t batch);

/// Updates the statistics and the gains of every neuron from epsilon and P epsilon of the integration step just taken;
/// the new gains act in the next step. `share` = 1 - exp(-dt/time constant). Averages over the batch.
void adapt_gains(const Population& population, double share, const PopulationState& state, std::size_t batch,
                 PopulationParameters& parameters, GainState& gains);

}  // namespace vle
