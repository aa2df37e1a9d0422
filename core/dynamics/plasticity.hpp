#pragma once

#include <span>
#include <vle/dynamics/adjoint.hpp>
#include <vle/dynamics/dynamics.hpp>

namespace vle {

/// Adds the gradients of the local rules (vle/dynamics/rule.hpp) of the integration step at hand, averaged over the
/// batch, to every array of `gradients` that is not empty. Called at the learning place of a step: e and drive are of
/// this step, r is of the step before. Dense and sparse synapses add in the order of their values.
void add_local_gradients(const Dynamics& dynamics, const Parameters& parameters, const State& state,
                         Gradients& gradients);

/// The part of it that tau_r takes.
void add_tau_r_gradients(const Dynamics& dynamics, const PopulationParameters& own, const PopulationState& state,
                         std::size_t batch, std::span<double> sums);

/// The rates that enter a projection in the step at hand: of the step before, or the external input of this step.
/// Elements behind those of the projection's own senders may follow.
std::span<const double> rates_before(const Network& network, const Projection& projection, const State& state);

}  // namespace vle
